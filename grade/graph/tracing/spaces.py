"""The space that an op works in, the space of an output, and the transforms between spaces."""

from __future__ import annotations

from typing import Any, cast

from grade.graph.errors import DomainError, GraphError
from grade.graph.model.graph import Graph
from grade.graph.model.wire import Wire
from grade.graph.tracing.working import WorkingIn
from grade.op import ACES, AS_IS, Op, Working

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
                f" space its numbers are in; give {WORKING_EXAMPLE}"
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

    def conversion(self, op: Op, label: str, src: str) -> tuple[Any, str]:
        """The transform of a conversion op for a picture in ``src``, and its target space.

        Raises
        ------
        GraphError
            If the op asks for a part of the conversion.
        """
        for field, whole in (("amount", 1.0), ("channels", "rgb"), ("space", None)):
            if op.values[field] != whole:
                raise GraphError(
                    f"{label}.{field} = {op.values[field]!r}: a conversion is done as a whole,"
                    " because half of one is in no space; grade.mix blends two pictures"
                )
        config = self.graph.configuration
        if op.values["config"] is not None:
            from grade.color.config.config import open_config

            config = open_config(op.values["config"])
        bound = op.bind({"src": src, "config": config.path})
        transform = bound.transform()  # type: ignore[attr-defined]
        if "dst" in op.values:
            return transform, str(config.space(op.values["dst"]).name)
        return transform, display_space(config, op.values["display"], op.values["view"])


def display_space(config: Any, display: str, view: str) -> str:
    """The space of a view of a display."""
    space = config.raw.getDisplayViewColorSpaceName(display, view)
    return display if space in ("", "<USE_DISPLAY_NAME>") else str(space)


def space_of(graph: Graph, end: Wire) -> str | None:
    """The space of a picture of a look; None where it is not known."""
    for picture in first_inputs(end):
        op = picture.op
        if op is not None and op.enable and op.changes_space:
            if "dst" in op.values:
                return str(graph.configuration.space(op.values["dst"]).name)
            return display_space(graph.configuration, op.values["display"], op.values["view"])
    working = graph.working or (None if graph.input == "auto" else graph.input)
    return None if working is None else str(graph.configuration.space(working).name)


def output_space(graph: Graph, output: str | None) -> str | None:
    """The space of an output; None where it is not known."""
    return space_of(graph, graph.outputs[graph.output_name(output)])


def is_for_display(graph: Graph, output: str | None) -> bool:
    """Whether an output is display-referred."""
    space = output_space(graph, output)
    return space is not None and bool(graph.configuration.space(space).is_display)


def first_inputs(picture: Wire) -> list[Wire]:
    """The picture, and the pictures before it along first inputs."""
    chain = [picture]
    while chain[-1].inputs:
        chain.append(chain[-1].inputs[0])
    return chain
