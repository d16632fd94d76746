"""Boxes that are added to the video track of a finished MOV or MP4 file; PyAV cannot write them.

The description of the file, ``moov``, must be its last box, so that it can grow without moving a
sample. Source: ISO/IEC 14496-12 and the QuickTime File Format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from grade.io.errors import WriteError

_PATH = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_VISUAL = 86  # bytes of a visual sample entry before its boxes, header included
_LIST = 16  # bytes of stsd before its entries, header included


def add_boxes(path: Path, boxes: list[tuple[bytes, bytes]]) -> None:
    """Add boxes to the sample descriptions of the video track, where they are missing.

    Parameters
    ----------
    path
        A complete file that is not yet under its final name.
    boxes
        Type of four bytes, and content, of each box.

    Raises
    ------
    WriteError
        The file is not built as expected. It is left as it was.
    """
    with path.open("r+b") as file:
        end = file.seek(0, 2)
        place = 0
        while place < end:
            file.seek(place)
            size, kind, head = parse_header(file.read(16), end - place)
            if kind == b"moov":
                break
            place += size
        else:
            raise WriteError("no moov box in it")
        if place + size != end or head != 8:
            raise WriteError("its moov box is not the last one; HDR metadata cannot be added")
        file.seek(place)
        moov = file.read(size)
        changed = _rebuild(moov, boxes)
        if changed != moov:
            file.seek(place)
            file.write(changed)


def parse_header(start: bytes, left: int) -> tuple[int, bytes, int]:
    """Return the size of a box, its type, and the size of its header."""
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


def iterate_boxes(box: bytes, start: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and bytes, with the header, of the boxes inside a box."""
    while start + 8 <= len(box):
        size, kind, _ = parse_header(box[start : start + 16], len(box) - start)
        yield kind, box[start : start + size]
        start += size


def _rebuild(moov: bytes, boxes: list[tuple[bytes, bytes]]) -> bytes:
    out = bytearray(moov[:8])
    done = False
    for kind, child in iterate_boxes(moov, 8):
        if kind == b"trak" and not done and b"vmhd" in child:
            child, done = _extend(child, boxes, 1), True
        out += child
    if not done:
        raise WriteError("no video track in it")
    return with_size(out)


def _extend(box: bytes, boxes: list[tuple[bytes, bytes]], depth: int) -> bytes:
    """Return a box on the path from trak to stsd, with the new boxes in its entries."""
    if depth == len(_PATH):
        out = bytearray(box[:_LIST])
        for _, entry in iterate_boxes(box, _LIST):
            out += _extend_entry(entry, boxes)
        return with_size(out)
    out = bytearray(box[:8])
    for kind, child in iterate_boxes(box, 8):
        out += _extend(child, boxes, depth + 1) if kind == _PATH[depth] else child
    return with_size(out)


def _extend_entry(entry: bytes, boxes: list[tuple[bytes, bytes]]) -> bytes:
    """Return a sample description with the boxes that it does not have yet."""
    there = {kind for kind, _ in iterate_boxes(entry, _VISUAL)}
    trailer = entry.endswith(b"\0\0\0\0") and not _ends_with_box(entry)
    out = bytearray(entry[:-4] if trailer else entry)  # QuickTime ends a list of boxes by zeros
    for kind, content in boxes:
        if kind not in there:
            out += struct.pack(">I4s", 8 + len(content), kind) + content
    if trailer:
        out += b"\0\0\0\0"
    return with_size(out)


def _ends_with_box(entry: bytes) -> bool:
    """Whether the last box of an entry ends where the entry ends."""
    return sum(len(child) for _, child in iterate_boxes(entry, _VISUAL)) == len(entry) - _VISUAL


def with_size(box: bytearray) -> bytes:
    """Return a box with its size in its header."""
    box[:4] = struct.pack(">I", len(box))
    return bytes(box)
