"""Planes of another file or layer, brought to the data window of a frame."""

from __future__ import annotations

from grade.io.errors import LayerError, PatternError
from grade.io.files import read
from grade.io.formats.layers import Channel
from grade.io.frame import Frame
from grade.io.plane import Plane
from grade.io.sequence.named_files import named_files


def read_planes_at_window(
    frame: Frame,
    files: str | None,
    number: float | None,
    layer: str | None,
    channel: str | None,
    literal: bool | None = None,
) -> list[Plane]:
    """Read planes of another file, or of another layer of the frame's own file.

    They are cut to the data window of the frame. Outside of its own data window the other picture
    is black, as every viewer shows it.

    Parameters
    ----------
    frame
        The frame that the planes are wanted for.
    files
        A file or a pattern; None is the frame's own file.
    number
        Number of the frame to read from a pattern.
    layer
        Layer whose color is read; None is the one that the file shows.
    channel
        One channel instead of color; ``""`` is the first.
    literal
        Whether `files` is the name of a file as it stands, see `grade.io.sequence.named_files`.

    Raises
    ------
    PatternError, MissingError, LayerError, UnsupportedError, ReadError
        If there is no such file, layer or channel, or it cannot be read.
    """
    wanted = layer if channel is None else Channel(channel)
    if files is None and channel is not None and channel in frame.planes:
        return [frame.planes[channel]]
    if files is not None:
        other = _read_numbered(files, number, wanted, literal)
    elif frame.path is not None:
        other = read(frame.path, layer=wanted, literal=True)
    else:
        what = f"channel {channel}" if channel is not None else f"layer {layer}"
        raise LayerError(f"the frame has no {what}, and it comes from no file")
    if channel is None:
        names: tuple[str, ...] = other.color[:3]
    else:
        names = (_find_channel(other, channel),)
    planes = [other.planes[name] for name in names]
    if other.data_window != frame.data_window:
        planes = [frame.data_window.cut(plane, other.data_window) for plane in planes]
    return planes


def _read_numbered(
    files: str, number: float | None, layer: str | None, literal: bool | None
) -> Frame:
    pattern = named_files(files, literal)
    if pattern.is_still:
        return read(files, layer=layer, literal=True)
    if number is None:
        raise PatternError(f"{files}: the frame has no number; give it, as in frame=1001")
    return read(pattern.path(int(number)), int(number), layer, literal=True)


def _find_channel(other: Frame, channel: str) -> str:
    """Return the name of a channel as the file or the part that was read calls it."""
    if not channel:
        return other.color[0]
    for name in (channel, other.color[0]):
        if name in other.planes and (name == channel or channel.endswith(f".{name}")):
            return name
    raise LayerError(
        f"{other.path}: no channel {channel!r}; its channels are {', '.join(other.planes)}"
    )
