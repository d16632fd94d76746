"""The space that an op works in, the space of an output, and the transforms between spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from grade.graph.errors import DomainError
from grade.graph.model.configuration import configuration_of
from grade.graph.model.graph import Graph
from grade.graph.model.wire import Wire
from grade.graph.tracing.working import WorkingIn
from grade.op import ACES, AS_IS, Op, Working

if TYPE_CHECKING:
    from grade.color.config.space import Space

LIGHT = ("scene-linear", "display-linear")
CODES = {"log": ("log",), "display": ("sdr-video", "hdr-video")}
REMEDY = {
    "log": 'give the node a log space, as in space="ACEScct"',
    "display": "put it behind a Display, or give the node a display space=",
}
WORKING_EXAMPLE = 'Look(..., working="ACEScct"), in a look file the line "working: ACEScct"'


class Spaces:
    """Spaces and transforms of one look; each is looked up once while the look is traced."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._transforms: dict[tuple[str, str], Any] = {}
        self._working: dict[str, WorkingIn] = {}

    def transform(self, source: str, target: str) -> Any:
        """The transform between two spaces of the config."""
        key = (source, target)
        if key not in self._transforms:
            self._transforms[key] = self.graph.configuration.convert(source, target)
        return self._transforms[key]

    def is_lossless(self, space: str, other: str) -> bool:
        """Whether a conversion from one space to the other and back loses nothing."""
        there, back = self.transform(space, other), self.transform(other, space)
        return bool(there.bijective and back.bijective)

    def space_of_op(self, op: Op, name: str, nominal: str | None) -> str | None:
        """The space that an op works in, for a picture whose space is ``nominal``.

        Raises
        ------
        DomainError
            If the picture cannot be converted to the domain of the op; the message has the remedy.
        """
        if op.values["space"] not in (None, AS_IS):
            if nominal is None:
                raise DomainError(
                    f"{name}.space = {op.values['space']!r}: the look does not say which space its"
                    " numbers are in, so nothing can be converted; leave space out, or give"
                    f" {WORKING_EXAMPLE}"
                )
            return str(self.graph.configuration.space(op.values["space"]).name)
        if op.domain == "any" or op.values["space"] == AS_IS:
            return nominal
        wanted = {"linear": "linear light", "log": "log code values", "display": "display values"}
        if nominal is None:
            raise DomainError(
                f"{name}: {op.kind} works on {wanted[op.domain]}, and the look does not say which"
                f" space its numbers are in; give {WORKING_EXAMPLE}; or give the node"
                f' space="{AS_IS}", which takes the numbers as they are'
            )
        space = self.graph.configuration.space(nominal)
        if op.domain == "linear":
            if space.encoding in LIGHT:
                return nominal
            if not space.is_data:
                return str(self.graph.configuration.linear_space(nominal))
        elif space.encoding in CODES[op.domain]:
            return nominal
        raise DomainError(
            f"{name}: {op.kind} works on {wanted[op.domain]}, and {nominal} is"
            f" {'data' if space.is_data else space.encoding or 'of no stated encoding'};"
            f" {REMEDY.get(op.domain, 'give the node a space=')}"
        )

    def working(self, space: str | None) -> Working:
        """Primaries and encoding of the space that an op works in; ACES where it is not known."""
        if space is None:
            return ACES
        if space not in self._working:
            self._working[space] = WorkingIn(self.graph.configuration, space)
        return cast(Working, self._working[space])

    def conversion(self, op: Op, src: str) -> tuple[Any, str]:
        """The transform of a conversion op for a picture in ``src``, and its target space."""
        config = configuration_of(op, lambda: self.graph.configuration)
        bound = op.bind({"src": src, "config": config.path})
        transform = bound.transform()  # type: ignore[attr-defined]
        return transform, given_space(self.graph, op)


def given_space(graph: Graph, op: Op) -> str:
    """The space that an op leads into, by the name that the config of the look has for it.

    It is known there by its name in the config of the op, or by an alias that it has there. A space
    that only the config of the op has keeps its name.
    """
    config = configuration_of(op, lambda: graph.configuration)
    space: str = op.given_space(config)  # type: ignore[attr-defined]
    if config is graph.configuration:
        return space
    described = config.raw.getColorSpace(space)
    for name in (space, *(described.getAliases() if described is not None else ())):
        own = graph.configuration.raw.getColorSpace(name)
        if own is not None:
            return str(own.getName())
    return space


def config_of_end(graph: Graph, end: Wire) -> Any:
    """The config that names the space of a picture: that of the last conversion, or the look's."""
    for picture in first_inputs(end):
        op = picture.op
        if op is not None and op.enable and op.changes_space:
            known = graph.configuration.raw.getColorSpace(given_space(graph, op)) is not None
            return graph.configuration if known else configuration_of(op, lambda: None)
    return graph.configuration


def config_of_output(graph: Graph, output: str | None) -> Any:
    """The config that names the space of an output."""
    return config_of_end(graph, graph.outputs[graph.output_name(output)])


def space_of(graph: Graph, end: Wire) -> str | None:
    """The space of a picture of a look; None where it is not known."""
    for picture in first_inputs(end):
        op = picture.op
        if op is not None and op.enable and op.changes_space:
            return given_space(graph, op)
    working = graph.working or graph.assumed_input
    return None if working is None else str(graph.configuration.space(str(working)).name)


def output_space(graph: Graph, output: str | None) -> str | None:
    """The space of an output; None where it is not known."""
    return space_of(graph, graph.outputs[graph.output_name(output)])


def described_space(graph: Graph, output: str | None) -> Space | None:
    """The space of an output as its config describes it; None where it is not known."""
    name = output_space(graph, output)
    if name is None:
        return None
    found: Space = config_of_output(graph, output).space(name)
    return found


def output_tags(graph: Graph, output: str | None) -> dict[str, Any]:
    """The tags that name the space of an output in a file; none where it is not known."""
    name = output_space(graph, output)
    if name is None:
        return {}
    return dict(config_of_output(graph, output).interop(name))


def is_for_display(graph: Graph, output: str | None) -> bool:
    """Whether an output is display-referred."""
    space = described_space(graph, output)
    return space is not None and space.is_display


def first_inputs(picture: Wire) -> list[Wire]:
    """The picture, and the pictures before it along first inputs."""
    chain = [picture]
    while chain[-1].inputs:
        chain.append(chain[-1].inputs[0])
    return chain
