"""What is read beside a frame: planes of other files and layers, brought to its data window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grade.io.convert import Plane
from grade.io.errors import LayerError, PatternError
from grade.io.formats.layers import Channel

if TYPE_CHECKING:
    from grade.io.frame import Frame


def planes_beside(
    frame: Frame, files: str | None, number: float | None, layer: str | None, channel: str | None
) -> list[Plane]:
    """See :meth:`grade.io.Frame.beside`.

    Outside of its own data window the other picture is black, as it is for every viewer.
    """
    wanted = layer if channel is None else Channel(channel)
    if files is None and channel is not None and channel in frame.planes:
        return [frame.planes[channel]]
    if files is not None:
        other = _other(files, number, wanted)
    elif frame.path is not None:
        other = _other(str(frame.path), None, wanted)
    else:
        what = f"channel {channel}" if channel is not None else f"layer {layer}"
        raise LayerError(f"the frame has no {what}, and it is of no file")
    if channel is None:
        names: tuple[str, ...] = other.color[:3]
    else:
        names = (_one(other, channel),)
    planes = [other.planes[name] for name in names]
    if other.data_window != frame.data_window:
        planes = [frame.data_window.cut(plane, other.data_window) for plane in planes]
    return planes


def _other(files: str, number: float | None, layer: str | None) -> Frame:
    from grade.io.frame import read
    from grade.io.sequence.sequence import Pattern

    if Pattern.parse(files).is_still:
        return read(files, layer=layer)
    if number is None:
        raise PatternError(f"{files}: the frame has no number; give it, as in frame=1001")
    return read(files, int(number), layer)


def _one(other: Frame, channel: str) -> str:
    """The name of the channel in a file that has no layers, or in the part that has it."""
    if not channel:
        return other.color[0]
    for name in (channel, other.color[0]):
        if name in other.planes and (name == channel or channel.endswith(f".{name}")):
            return name
    raise LayerError(
        f"{other.path}: no channel {channel!r}; its channels are {', '.join(other.planes)}"
    )
