"""The space of a plate: what the look says, what the file says, and whether they agree."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from grade.color.config.encoded_input import HUB, means_the_same
from grade.color.config.interop_tags import find_space_by_interop_id
from grade.color.tags.encoding import RGBEncoding
from grade.color.tags.meaning import are_near, are_same_codes, read_meaning
from grade.errors import RequestError
from grade.graph.errors import GraphError
from grade.graph.model.change import rebuild
from grade.graph.model.graph import Graph
from grade.graph.model.plate_input import AUTO, InputView, PlateInput
from grade.io.frame import Frame
from grade.log import LOGGER

G = TypeVar("G", bound=Graph)

LOG_TRANSFERS = ("logarithmic", "printing density")  # of a DPX; which curve, the number cannot say


class Tagged(Protocol):
    """What has a path and color tags: a frame, or a part of a file."""

    @property
    def path(self) -> Any: ...

    @property
    def tags(self) -> Any: ...


class Resolved(NamedTuple):
    """The input of a look for one plate; and what is said of it, unless a tag or the look said it.

    ``note`` begins behind the name of the plate: ``no tag says its space, so ...``.
    """

    input: PlateInput | None
    note: str | None = None


@dataclass(frozen=True)
class Tag:
    """What the tags of a plate say.

    Attributes
    ----------
    space
        The space of the config that they name; None if they name none, or one that it lacks.
    words
        The tag as it is written; None if there is none.
    encoding
        The same by numbers, where the config has no such space.
    rival
        Tags that contradict a camera, whose word ``space`` is; None if none do.
    """

    space: str | None = None
    words: str | None = None
    encoding: RGBEncoding | None = None
    rival: str | None = None


class Contradiction(NamedTuple):
    """How a plate contradicts a look: a sentence, and the space that the tags name, if known."""

    text: str
    space: str | None

    @property
    def flags(self) -> str:
        """The flags that decide it, ready to be pasted."""
        space = "SPACE" if self.space is None else quote(self.space)
        return f"--input {space}, or --trust-input if the look is right"


def quote(text: str) -> str:
    """A text as one word of a command line: in double quotes, which every shell reads.

    >>> print(quote("ARRI LogC3 (EI800)"))
    "ARRI LogC3 (EI800)"
    """
    return shlex.quote(text) if set(text) & set('"$`\\!') else f'"{text}"'


def resolve_input(graph: G, frame: Frame) -> G:
    """The graph for plates in the space of this frame; ``auto`` becomes that space.

    What no tag says is logged once for a look.

    Raises
    ------
    GraphError
        If the tags of the frame contradict the look; or if the look says ``auto``, and nothing
        names a space.
    """
    given = input_space_of(graph, frame)
    return graph if graph.input != AUTO else for_input(graph, given)


def for_input(graph: G, given: PlateInput | None) -> G:
    """The graph for plates of this input; it serves the pictures of one plate."""
    return rebuild(graph, {}, kept=False, input=given)


def input_space_of(graph: Graph, frame: Frame) -> PlateInput | None:
    """The input of a look for this frame; see :func:`resolve_input`."""
    if graph.input != AUTO:
        wrong = contradiction(graph, frame)
        if wrong is not None:
            other = "" if wrong.space is None else f' with look.with_input("{wrong.space}")'
            raise GraphError(
                f"{wrong.text}; correct the look{other}, or drop the tags: frame.with_tags({{}})"
            )
        return graph.input
    found = resolve_auto(graph, frame)
    if found.note is not None:
        said = f"{_name(frame)}: {found.note}"
        graph.memory.remember(("said", found.note), lambda: LOGGER.info(said))
    return found.input


def resolve_auto(graph: Graph, frame: Tagged) -> Resolved:
    """The input for a plate of a look that says ``auto``.

    In this order: the tags; a file rule of the config that is about the name of the file; what the
    look says is ``untagged``; a rule that is about the type of the file alone.

    Raises
    ------
    GraphError
        If none of them names a space, or the tags name one that the config lacks.
    """
    config = graph.configuration
    tag = read_tag(config, frame)
    if tag.rival is not None:
        space = "SPACE" if tag.space is None else quote(tag.space)
        raise GraphError(
            f"{_name(frame)}: it is tagged {tag.words}, and {tag.rival}: they contradict each"
            f" other; say which it is, as in --input {space}"
        )
    if tag.space is not None:
        return Resolved(tag.space)
    if tag.encoding is not None and graph.working is not None and config.raw.hasRole(HUB):
        return Resolved(tag.encoding, f"it is read by {tag.encoding}")
    if tag.words is not None:
        raise GraphError(
            f"{_name(frame)}: it is tagged {tag.words}, and {config.path} has no such space; say"
            ' which it is, as in look.with_input("ACES2065-1") or --input SPACE'
        )
    rule = space_by_rules(config, frame)
    if rule is not None and rule.by_name:
        return Resolved(rule.space, _taken(rule.space, f"the file rule {rule.name} of the config"))
    if graph.untagged is not None:
        unlike = _unlike_transfer(config, frame, graph.untagged)
        if unlike is not None:
            raise GraphError(
                f"{_name(frame)}: {unlike}, and the look takes untagged plates for"
                f' {graph.untagged}; say which it is, as in --input "ARRI LogC4"'
            )
        return Resolved(graph.untagged, _taken(graph.untagged, "untagged: of the look"))
    if rule is not None:
        return Resolved(rule.space, _taken(rule.space, f"the file rule {rule.name} of the config"))
    raise GraphError(
        f"{_name(frame)}: the file does not say which space it is in, and no rule of the config"
        ' does; name it, as in look.with_input("ACES2065-1") or --input "ACES2065-1", or let the'
        " look say it of all such plates, as in untagged: ACES2065-1"
    )


def _taken(space: PlateInput, by: str) -> str:
    return (
        f"no tag says its space, so it is taken as {space}, by {by}; --input SPACE says otherwise"
    )


def _name(frame: Tagged) -> str:
    return str(frame.path or "the frame")


def tagged_space(config: Any, frame: Tagged) -> str | None:
    """The space that the tags of a frame name; None if they name none."""
    return read_tag(config, frame).space


def read_tag(config: Any, frame: Tagged) -> Tag:
    """Read what the tags of a frame say, as a space of the config if it has that."""
    meaning = read_meaning(frame.tags)
    if meaning.identity is not None:
        space = find_space_by_interop_id(config, meaning.identity)
        if space is not None:
            return Tag(space, meaning.words, None, meaning.rival)
    return Tag(None, meaning.words, meaning.encoding, meaning.rival)


class Rule(NamedTuple):
    """A file rule that fits a plate: its name, its space, whether it is about the plate's name."""

    name: str
    space: str
    by_name: bool


def space_by_rules(config: Any, frame: Tagged) -> Rule | None:
    """The file rule of the config for a plate; None where only the default rule fits."""
    if frame.path is None:
        return None
    path = Path(frame.path)
    space, rule = config.raw.getColorSpaceFromFilepath(str(path))
    rules = config.raw.getFileRules()
    if rule == rules.getNumEntries() - 1:
        return None
    # A rule that takes any file of the type knows less of this plate than the look does.
    other = path.with_name(f"_{path.suffix}")
    by_type = config.raw.getColorSpaceFromFilepath(str(Path("/") / other.name))[1] == rule
    return Rule(str(rules.getName(rule)), str(config.space(space).name), not by_type)


def contradiction(graph: Graph, frame: Tagged) -> Contradiction | None:
    """How a frame contradicts the input of a look; None if they agree."""
    if graph.input in (None, AUTO):
        return None
    config = graph.configuration
    tag = read_tag(config, frame)
    takes = f"and the look takes {graph.input}"
    if isinstance(graph.input, RGBEncoding):  # that of the plate that decided what auto is
        if tag.words is None or tag.encoding == graph.input:
            return None
        return Contradiction(f"{_name(frame)} is tagged {tag.words}, {takes}", tag.space)
    stated = _space_of_plates(graph)
    if tag.encoding is not None:
        if means_the_same(config, tag.encoding, stated) in (True, None):
            return None
        return Contradiction(f"{_name(frame)} is tagged {tag.words}, {takes}", None)
    if tag.space is None:
        unlike = _unlike_transfer(config, frame, stated) or _unlike_primaries(config, frame, stated)
        return None if unlike is None else Contradiction(f"{_name(frame)}: {unlike}, {takes}", None)
    if tag.space == stated or _are_same_codes(config, tag.space, stated):
        return None
    if "colorInteropID" not in frame.tags and _linear_space(config, stated) == tag.space:
        return None
    return Contradiction(f"{_name(frame)} is tagged {tag.space}, {takes}", tag.space)


def _are_same_codes(config: Any, space: str, other: str) -> bool:
    """Whether two spaces are one encoding, that of a scene and that of a display."""
    ids = [config.space(name).interop_id for name in (space, other)]
    return all(ids) and are_same_codes(*ids)


def _space_of_plates(graph: Graph) -> str:
    """The space of the plates of a look: that of the view, where a view made them."""
    given = graph.input
    if isinstance(given, InputView):
        return str(graph.configuration.view_space(given.display, given.view))
    return str(graph.configuration.space(given).name)


def _unlike_primaries(config: Any, frame: Tagged, space: str) -> str | None:
    """How the chromaticities of a frame differ from those of a space, where both are known."""
    given = frame.tags.get("chromaticities")
    if given is None or frame.tags.get("colorInteropID"):
        return None
    known = config.interop(_linear_space(config, space) or space).get("chromaticities")
    if known is None or are_near(given, known):
        return None
    return f"its primaries and white are {' '.join(f'{float(v):.6g}' for v in given)}"


def _unlike_transfer(config: Any, frame: Tagged, space: PlateInput) -> str | None:
    """That a DPX says it is logarithmic, where a linear space is meant."""
    transfer = frame.tags.get("dpx:transfer")
    if transfer not in LOG_TRANSFERS or isinstance(space, InputView):
        return None
    return f"its transfer is {transfer}" if config.space(space).is_linear else None


def _linear_space(config: Any, space: str) -> str | None:
    """The linear space of the same primaries, which is all that chromaticities can say."""
    try:
        return str(config.linear_space(space))
    except RequestError:
        return None
