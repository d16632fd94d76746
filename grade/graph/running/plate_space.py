"""The space of a plate: what the look says, what the file says, and whether they agree."""

from __future__ import annotations

from typing import Any, TypeVar

from grade.errors import RequestError
from grade.graph.errors import GraphError
from grade.graph.model.change import rebuild
from grade.graph.model.graph import Graph
from grade.io.frame import Frame

G = TypeVar("G", bound=Graph)


def resolve_input(graph: G, frame: Frame) -> G:
    """The graph for plates in the space of this frame; ``auto`` becomes that space.

    Raises
    ------
    GraphError
        If the tags of the frame contradict the look; or if the look says ``auto``, and neither the
        tags nor the file rules of the config name a space.
    """
    space = input_space_of(graph, frame)
    return graph if graph.input != "auto" else rebuild(graph, {}, kept=False, input=space)


def input_space_of(graph: Graph, frame: Frame) -> str | None:
    """The input space of a look for this frame; see :func:`resolve_input`."""
    if graph.input != "auto":
        wrong = contradiction(graph, frame)
        if wrong is not None:
            raise GraphError(
                f"{wrong}; correct the look, or drop the tags with frame.with_tags({{}})"
            )
        return graph.input
    config = graph.configuration
    space = tagged_space(config, frame) or space_by_rules(config, frame)
    if space is None:
        raise GraphError(
            f"{frame.path or 'the frame'}: the file does not say which space it is in, and no rule"
            ' of the config does; name it, as in look.with_input("ACES2065-1") or --input'
        )
    return space


def tagged_space(config: Any, frame: Frame) -> str | None:
    """The space that the tags of a frame name; None if they name none."""
    from grade.color.config.interop_tags import PRIMARIES, find_space_by_interop_id

    identifier = frame.tags.get("colorInteropID")
    if identifier:
        return find_space_by_interop_id(config, str(identifier))
    chromaticities = frame.tags.get("chromaticities")
    if chromaticities is not None:
        given = [float(v) for v in chromaticities]
        for gamut, known in PRIMARIES.items():
            if all(abs(a - b) < 1e-4 for a, b in zip(given, known, strict=True)):
                return find_space_by_interop_id(config, f"lin_{gamut}_scene")
    return None


def space_by_rules(config: Any, frame: Frame) -> str | None:
    """The space by a file rule of the config; None where only the default rule fits the path."""
    if frame.path is None:
        return None
    space, rule = config.raw.getColorSpaceFromFilepath(str(frame.path))
    rules = config.raw.getFileRules()
    default = rules.getNumEntries() - 1
    return None if rule == default else str(config.space(space).name)


def contradiction(graph: Graph, frame: Frame) -> str | None:
    """How the tags of a frame contradict the input space of a look; None if they agree."""
    if graph.input in (None, "auto"):
        return None
    config = graph.configuration
    tagged = tagged_space(config, frame)
    stated = str(config.space(graph.input).name)
    if tagged is None or tagged == stated:
        return None
    if "colorInteropID" not in frame.tags and _linear_space(config, stated) == tagged:
        return None
    return f"{frame.path or 'the frame'} is tagged {tagged}, and the look takes {stated}"


def _linear_space(config: Any, space: str) -> str | None:
    """The linear space of the same primaries, which is all that chromaticities can say."""
    try:
        return str(config.linear_space(space))
    except RequestError:
        return None
