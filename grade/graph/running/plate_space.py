"""What space a plate is in: what the look says, what the file says, and whether they agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

from grade.errors import RequestError
from grade.graph.errors import GraphError
from grade.graph.model.change import rebuilt

if TYPE_CHECKING:
    from grade.graph.look import Look


@runtime_checkable
class FrameLike(Protocol):
    """What a look needs of a frame; ``grade.io`` has the real ones."""

    planes: Any
    color: tuple[str, ...]
    alpha: Any
    tags: Any
    frame: int | None
    path: Any
    data_window: Any
    display_window: Any
    pixel_aspect: float
    timecode: str | None

    def with_planes(self, planes: Mapping[str, Any]) -> Self:
        """The frame with other planes."""

    def with_tags(self, tags: Mapping[str, Any]) -> Self:
        """The frame with other tags."""


def for_frame(look: Look, frame: FrameLike) -> Look:
    """The look with its input known and trusted: ``auto`` becomes the space of this frame.

    Raises
    ------
    GraphError
        If the tags contradict the look, or if neither the tags of the file nor the rules of the
        config say.
    """
    if look.input != "auto":
        wrong = contradiction(look, frame)
        if wrong is not None:
            raise GraphError(f"{wrong}; correct the look, or trust it with frame.with_tags({{}})")
        return look
    space = tagged_space(look.configuration, frame) or space_by_rules(look.configuration, frame)
    if space is None:
        raise GraphError(
            f"{frame.path or 'the frame'}: the file does not say which space it is in, and no rule"
            ' of the config does; name it, as in look.with_input("ACES2065-1") or --input'
        )
    return rebuilt(look, {}, kept=False, input=space)


def tagged_space(config: Any, frame: FrameLike) -> str | None:
    """The space that the tags of a frame name, or None."""
    from grade.color.config.interop import PRIMARIES, space_of_interop

    identifier = frame.tags.get("colorInteropID")
    if identifier:
        return space_of_interop(config, str(identifier))
    chromaticities = frame.tags.get("chromaticities")
    if chromaticities is not None:
        given = [float(v) for v in chromaticities]
        for gamut, known in PRIMARIES.items():
            if all(abs(a - b) < 1e-4 for a, b in zip(given, known, strict=True)):
                return space_of_interop(config, f"lin_{gamut}_scene")
    return None


def space_by_rules(config: Any, frame: FrameLike) -> str | None:
    """The space that a file rule of the config gives by the path; the default rule says nothing."""
    if frame.path is None:
        return None
    space, rule = config.raw.getColorSpaceFromFilepath(str(frame.path))
    rules = config.raw.getFileRules()
    default = rules.getNumEntries() - 1
    return None if rule == default else str(config.space(space).name)


def contradiction(look: Look, frame: FrameLike) -> str | None:
    """How the tags of a frame contradict the input of a look; None if they do not."""
    if look.input in (None, "auto"):
        return None
    config = look.configuration
    tagged = tagged_space(config, frame)
    stated = str(config.space(look.input).name)
    if tagged is None or tagged == stated:
        return None
    if "colorInteropID" not in frame.tags and _gamut(config, stated) == tagged:
        return None
    return f"{frame.path or 'the frame'} is tagged {tagged}, and the look takes {stated}"


def _gamut(config: Any, space: str) -> str | None:
    """The linear space of the same primaries: all that chromaticities alone can say."""
    try:
        return str(config.linear_sibling(space))
    except RequestError:
        return None
