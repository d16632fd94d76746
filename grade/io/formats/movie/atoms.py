"""Boxes added to the picture track of a finished MOV or MP4 file, which the library cannot write.

The description of the file, ``moov``, must be its last box: then it may grow without moving a
sample. Source: ISO/IEC 14496-12 and the QuickTime File Format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from grade.io.errors import WriteError

_INSIDE = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_VISUAL = 86  # bytes of a visual sample entry before its boxes, header included
_LIST = 16  # bytes of stsd before its entries, header included


def add_boxes(path: Path, boxes: list[tuple[bytes, bytes]]) -> None:
    """Add boxes to the sample descriptions of the picture track, where they are not yet.

    Parameters
    ----------
    path
        A whole file that is not yet under its final name.
    boxes
        Type of four bytes, and content.

    Raises
    ------
    WriteError
        If the file is not built as expected; it is as it was then.
    """
    with path.open("r+b") as file:
        end = file.seek(0, 2)
        place = 0
        while place < end:
            file.seek(place)
            size, kind, head = _header(file.read(16), end - place)
            if kind == b"moov":
                break
            place += size
        else:
            raise WriteError("no moov box in it")
        if place + size != end or head != 8:
            raise WriteError("its moov box is not the last one; HDR metadata cannot be added")
        file.seek(place)
        moov = file.read(size)
        changed = _rebuilt(moov, boxes)
        if changed != moov:
            file.seek(place)
            file.write(changed)


def _header(start: bytes, left: int) -> tuple[int, bytes, int]:
    """Size of a box, its type, and the size of its header."""
    if len(start) < 8:
        raise WriteError("a box is cut short")
    size, kind = struct.unpack(">I4s", start[:8])
    head = 8
    if size == 1 and len(start) >= 16:
        size, head = struct.unpack(">Q", start[8:16])[0], 16
    elif size == 0:
        size = left
    if not head <= size <= left:
        raise WriteError(f"the box {kind!r} says a size of {size} bytes")
    return size, kind, head


def _children(box: bytes, start: int) -> Iterator[tuple[bytes, bytes]]:
    """Type and bytes, header included, of the boxes inside a box."""
    while start + 8 <= len(box):
        size, kind, _ = _header(box[start : start + 16], len(box) - start)
        yield kind, box[start : start + size]
        start += size


def _rebuilt(moov: bytes, boxes: list[tuple[bytes, bytes]]) -> bytes:
    out = bytearray(moov[:8])
    done = False
    for kind, child in _children(moov, 8):
        if kind == b"trak" and not done and b"vmhd" in child:
            child, done = _inside(child, boxes, 1), True
        out += child
    if not done:
        raise WriteError("no picture track in it")
    return _sized(out)


def _inside(box: bytes, boxes: list[tuple[bytes, bytes]], depth: int) -> bytes:
    """A box of the way from trak to stsd, with the new boxes at the end of it."""
    if depth == len(_INSIDE):
        out = bytearray(box[:_LIST])
        for _, entry in _children(box, _LIST):
            out += _described(entry, boxes)
        return _sized(out)
    out = bytearray(box[:8])
    for kind, child in _children(box, 8):
        out += _inside(child, boxes, depth + 1) if kind == _INSIDE[depth] else child
    return _sized(out)


def _described(entry: bytes, boxes: list[tuple[bytes, bytes]]) -> bytes:
    there = {kind for kind, _ in _children(entry, _VISUAL)}
    trailer = entry.endswith(b"\0\0\0\0") and not _fits(entry)
    out = bytearray(entry[:-4] if trailer else entry)  # QuickTime ends a list of boxes by a zero
    for kind, content in boxes:
        if kind not in there:
            out += struct.pack(">I4s", 8 + len(content), kind) + content
    if trailer:
        out += b"\0\0\0\0"
    return _sized(out)


def _fits(entry: bytes) -> bool:
    """Whether the boxes of an entry end where it ends."""
    return sum(len(child) for _, child in _children(entry, _VISUAL)) == len(entry) - _VISUAL


def _sized(box: bytearray) -> bytes:
    box[:4] = struct.pack(">I", len(box))
    return bytes(box)
