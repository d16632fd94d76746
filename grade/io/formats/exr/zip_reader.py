"""Whole ZIP-compressed OpenEXR files read faster than the binding does.

Deflate is left to libdeflate, which OpenEXR takes too. What is faster is what follows: the parted
bytes go straight to their places in the planes, 16 at a time, and the planes lie in memory that is
used again. A chunk that cannot be unpacked is named here, since OpenEXR talks of it on stderr where
others talk too. Apart from that nothing is repaired and nothing reported: of a file that is not as
it should be in every byte that is looked at, nothing is returned, and the binding shall say what it
is.

Source: OpenEXR File Layout, https://openexr.com/en/latest/OpenEXRFileLayout.html.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator, Mapping
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from grade.io import buffers
from grade.io.convert import Plane
from grade.io.errors import ReadError
from grade.io.formats.exr.header import compression_name, stored_attributes, window

_LINES = {"zip": 16, "zips": 1}
_TYPES = (np.dtype(np.uint32), np.dtype(np.float16), np.dtype(np.float32))
_LEAST = 1 << 22  # bytes of pixels: below, the loop that parts bytes is not worth its making
_HEAD = 1 << 16  # a longer header is left to the binding
_PLAIN = (2, 0x402)  # version 2, one part of scanlines, with long names or without
_REQUIRED = {
    b"compression": 1, b"dataWindow": 16, b"displayWindow": 16, b"lineOrder": 1,
    b"pixelAspectRatio": 4, b"screenWindowCenter": 8, b"screenWindowWidth": 4,
}  # fmt: skip
_AT_ONCE = 1 << 21  # bytes that are read together: each read lets go of the GIL


class _DamagedLines(Exception):
    """The first and the last line of a chunk that cannot be unpacked."""


class Channel(NamedTuple):
    """A channel of the list in the header."""

    name: str
    kind: np.dtype[Any]
    linear: bool


def read(
    path: Path, header: Mapping[str, Any], library: Any
) -> tuple[dict[str, Plane], frozenset[str]] | None:
    """The planes of a file of one part, and the names of its linear channels.

    Parameters
    ----------
    path
        The file.
    header
        Of its only part, as the binding gives it.
    library
        The OpenEXR binding.

    Returns
    -------
    None for what is not ZIP or ZIPS scanlines from the top down, is small, or not sound.

    Raises
    ------
    ReadError
        If a chunk cannot be unpacked.
    """
    lines = _LINES.get(compression_name(header["compression"]))
    if lines is None or header["type"] != library.scanlineimage or sys.byteorder != "little":
        return None
    box = window(header["dataWindow"])
    if box.width * box.height * len(header["channels"]) * 2 < _LEAST:
        return None
    try:
        with path.open("rb", buffering=0) as file:
            found = _channels(file.read(_HEAD), header)
            if found is None:
                return None
            channels, start = found
            planes = {c.name: buffers.empty((box.height, box.width), c.kind) for c in channels}
            linear = frozenset(channel.name for channel in channels if channel.linear)
            whole = _fill(file, start, list(planes.values()), box.y_min, lines)
            return (planes, linear) if whole else None
    except _DamagedLines as damage:
        first, last = damage.args
        raise ReadError(f"{path}: damaged: lines {first} to {last} cannot be unpacked") from None
    except OSError:
        return None


def _channels(head: bytes, header: Mapping[str, Any]) -> tuple[list[Channel], int] | None:
    """The list of channels, and where the header ends; None if it is not plain and sound.

    Of a damaged header the binding gives what comes before the damage.
    """
    if int.from_bytes(head[4:8], "little") not in _PLAIN:
        return None
    found: dict[bytes, bytes] = {}
    end = 0
    try:
        for name, start, end in stored_attributes(head):
            if name in found:
                return None
            found[name] = head[start:end]
        if any(len(found[name]) != size for name, size in _REQUIRED.items()):
            return None
        channels = list(_channel_list(found[b"channels"]))
        if [channel.name for channel in channels] != [c.name for c in header["channels"]]:
            return None
        sound = {name.decode() for name in found} | {"type"} == set(header) | {"type"}
        return (channels, end + 1) if sound else None
    except (KeyError, IndexError, ValueError, struct.error):
        return None


def _channel_list(value: bytes) -> Iterator[Channel]:
    place = 0
    while value[place]:
        end = value.index(0, place)
        kind, linear, across, down = struct.unpack_from("<iB3xii", value, end + 1)
        if not 0 <= kind < len(_TYPES) or (across, down) != (1, 1):
            raise ValueError
        yield Channel(value[place:end].decode(), _TYPES[kind], bool(linear))
        place = end + 17


def _fill(file: FileIO, start: int, planes: list[Plane], top: int, lines: int) -> bool:
    """Fill the planes chunk by chunk; False at the first thing that is not as it should be."""
    import imagecodecs

    from grade.io.formats.exr.byte_pairs import Segments

    inflate: Any = imagecodecs.deflate_decode  # takes any memory, whatever its annotations say
    segments = Segments(planes)
    height, each = planes[0].shape[0], 2 * segments.words
    count = -(-height // lines)
    whole = lines * each
    begins = np.empty(count, np.int64)
    size = file.seek(0, 2)
    file.seek(start)
    if file.readinto(begins.data.cast("B")) != begins.nbytes:
        return False
    ends = np.append(begins[1:], min(size, int(begins[-1]) + 8 + whole))
    room = ends - begins
    if int(begins[0]) < start + begins.nbytes or room.min() <= 8 or room.max() > 8 + whole:
        return False
    stored = np.empty(whole, np.uint8)
    together = max(1, _AT_ONCE // whole)
    packed = memoryview(bytearray(together * (8 + whole)))
    for first in range(0, count, together):
        last = min(first + together, count) - 1
        base, length = int(begins[first]), int(ends[last] - begins[first])
        file.seek(base)
        if file.readinto(packed[:length]) != length:
            return False
        for index in range(first, last + 1):
            place, line = int(begins[index]) - base, index * lines
            until = min(line + lines, height)
            number, length = struct.unpack_from("<ii", packed, place)
            chunk = packed[place + 8 : place + 8 + length]
            target = stored[: (until - line) * each]
            if number != top + line or not 0 < length <= min(room[index] - 8, target.nbytes):
                return False
            if length == target.nbytes:  # what does not shrink is stored as it was
                _copy(chunk, planes, line, until)
                continue
            try:
                unpacked = len(inflate(chunk, out=target))
            except (imagecodecs.DeflateError, ValueError):
                unpacked = 0
            if unpacked != target.nbytes:
                raise _DamagedLines(number, top + until - 1)
            segments.join(target, line, until)
    return True


def _copy(chunk: memoryview, planes: list[Plane], first: int, until: int) -> None:
    """Lines of pixels as they lie in the file: in each line channel by channel."""
    rows = np.frombuffer(chunk, np.uint8).reshape(until - first, -1)
    place = 0
    for plane in planes:
        target = plane[first:until].view(np.uint8)
        target[:] = rows[:, place : place + target.shape[1]]
        place += target.shape[1]
