"""Reader of ZIP-compressed OpenEXR files that is faster than the binding.

Deflate is left to libdeflate, which OpenEXR uses too. The gain comes after it: unshuffled bytes go
straight to their places in the planes, 16 at a time, and the planes lie in memory that is reused.
A chunk that cannot be unpacked is reported here, because OpenEXR reports it on stderr, amid the
output of other threads. Nothing else is repaired or reported: if any byte that is looked at is not
as expected, nothing is returned, and the binding reads the file and says what is wrong.

Source: OpenEXR File Layout, https://openexr.com/en/latest/OpenEXRFileLayout.html.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator, Mapping
from io import FileIO
from typing import Any, NamedTuple

import numpy as np

from grade.io import buffers
from grade.io.errors import ReadError
from grade.io.formats.exr.header import compression_name, iterate_attributes, window
from grade.io.formats.exr.masked_file import MaskedFile
from grade.io.plane import Plane

_LINES = {"zip": 16, "zips": 1}
_TYPES = (np.dtype(np.uint32), np.dtype(np.float16), np.dtype(np.float32))
_SMALLEST = 1 << 22  # bytes of pixels; for fewer, making the code of the loop takes too long
_HEAD = 1 << 16  # a longer header is left to the binding
_PLAIN = (2, 0x402)  # version 2, one part of scanlines, with short or long names
_REQUIRED = {
    b"compression": 1, b"dataWindow": 16, b"displayWindow": 16, b"lineOrder": 1,
    b"pixelAspectRatio": 4, b"screenWindowCenter": 8, b"screenWindowWidth": 4,
}  # fmt: skip
_AT_ONCE = 1 << 21  # bytes of one read, which releases the GIL


class _DamagedRows(Exception):
    """A chunk cannot be unpacked; the arguments are its first and its last row."""


class Channel(NamedTuple):
    """A channel of the list in the header."""

    name: str
    kind: np.dtype[Any]
    linear: bool


def read(
    source: MaskedFile, header: Mapping[str, Any], library: Any
) -> tuple[dict[str, Plane], frozenset[str]] | None:
    """Read the planes of a file of one part, and the names of its pLinear channels.

    Parameters
    ----------
    source
        The file.
    header
        Header of its only part, as the binding gives it.
    library
        The OpenEXR binding.

    Returns
    -------
    None for files that are small, damaged, or not ZIP or ZIPS scanlines from the top down.

    Raises
    ------
    ReadError
        A chunk cannot be unpacked.
    """
    lines = _LINES.get(compression_name(header["compression"]))
    if lines is None or header["type"] != library.scanlineimage or sys.byteorder != "little":
        return None
    box = window(header["dataWindow"])
    if box.width * box.height * len(header["channels"]) * 2 < _SMALLEST:
        return None
    try:
        with source.open() as file:
            found = _read_channels(file.read(_HEAD), header)
            if found is None:
                return None
            channels, start = found
            planes = {c.name: buffers.empty((box.height, box.width), c.kind) for c in channels}
            linear = frozenset(channel.name for channel in channels if channel.linear)
            whole = _fill(file, start, list(planes.values()), box.y_min, lines)
            return (planes, linear) if whole else None
    except _DamagedRows as damage:
        first, last = damage.args
        raise ReadError(
            f"{source.path}: damaged: lines {first} to {last} cannot be unpacked"
        ) from None
    except OSError:
        return None


def _read_channels(head: bytes, header: Mapping[str, Any]) -> tuple[list[Channel], int] | None:
    """Return the channels and the end of the header; None if the header is not plain and valid.

    The binding gives the entries before a damage, so the header is compared with what it gave.
    """
    if int.from_bytes(head[4:8], "little") not in _PLAIN:
        return None
    found: dict[bytes, bytes] = {}
    end = 0
    try:
        for name, start, end in iterate_attributes(head):
            if name in found:
                return None
            found[name] = head[start:end]
        if any(len(found[name]) != size for name, size in _REQUIRED.items()):
            return None
        channels = list(_parse_channels(found[b"channels"]))
        if [channel.name for channel in channels] != [c.name for c in header["channels"]]:
            return None
        complete = {name.decode() for name in found} | {"type"} == set(header) | {"type"}
        return (channels, end + 1) if complete else None
    except (KeyError, IndexError, ValueError, struct.error):
        return None


def _parse_channels(value: bytes) -> Iterator[Channel]:
    place = 0
    while value[place]:
        end = value.index(0, place)
        kind, linear, across, down = struct.unpack_from("<iB3xii", value, end + 1)
        if not 0 <= kind < len(_TYPES) or (across, down) != (1, 1):
            raise ValueError
        yield Channel(value[place:end].decode(), _TYPES[kind], bool(linear))
        place = end + 17


def _fill(file: FileIO, start: int, planes: list[Plane], top: int, lines: int) -> bool:
    """Fill the planes chunk by chunk; return False as soon as something is not as expected."""
    import imagecodecs

    from grade.io.formats.exr.byte_shuffle import ByteShuffler

    # It takes any memory, though its annotations say otherwise.
    inflate: Any = imagecodecs.deflate_decode
    shuffler = ByteShuffler(planes)
    height, each = planes[0].shape[0], 2 * shuffler.words_per_row
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
            if length == target.nbytes:  # a chunk that does not shrink is stored uncompressed
                _copy(chunk, planes, line, until)
                continue
            try:
                unpacked = len(inflate(chunk, out=target))
            except (imagecodecs.DeflateError, ValueError):
                unpacked = 0
            if unpacked != target.nbytes:
                raise _DamagedRows(number, top + until - 1)
            shuffler.unshuffle(target, line, until)
    return True


def _copy(chunk: memoryview, planes: list[Plane], first: int, until: int) -> None:
    """Copy an uncompressed chunk into rows of the planes; it has each row channel by channel."""
    rows = np.frombuffer(chunk, np.uint8).reshape(until - first, -1)
    place = 0
    for plane in planes:
        target = plane[first:until].view(np.uint8)
        target[:] = rows[:, place : place + target.shape[1]]
        place += target.shape[1]
