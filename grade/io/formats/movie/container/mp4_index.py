"""The index of an MP4 moved before its samples, so that it plays while it is still loading.

The box ``moov`` has the places of the samples in ``stco`` and ``co64``. They move by its own size.
Source: ISO/IEC 14496-12, 8.7.5.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from grade.io.errors import WriteError
from grade.io.formats.movie.container.mp4_boxes import iterate_boxes, parse_header, with_size

_BLOCK = 1 << 22  # bytes that are moved at a time
_INSIDE = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_LARGEST = (1 << 32) - 1  # place that a `stco` can say


def put_index_first(path: Path) -> None:
    """Move ``moov`` before the first ``mdat``, in place; nothing happens if it is there already.

    Raises
    ------
    WriteError
        The file is not built as expected.
    """
    with path.open("r+b") as file:
        places = _top_boxes(file)
        index = next(((start, size) for kind, start, size in places if kind == b"moov"), None)
        data = next((start for kind, start, _ in places if kind == b"mdat"), None)
        if index is None or data is None:
            raise WriteError("no moov or no mdat box in it")
        start, size = index
        if start < data:
            return
        if start + size != sum(size for _, _, size in places):
            raise WriteError("its moov box is not the last one; the index cannot be moved")
        file.seek(start)
        moov = file.read(size)
        moved = _moved(moov, len(moov))
        if len(moved) != len(moov):  # some places need more bytes: once more, with the new size
            moved = _moved(moov, len(moved))
        _shift(file, data, start, len(moved))
        file.seek(data)
        file.write(moved)


def _top_boxes(file: BinaryIO) -> list[tuple[bytes, int, int]]:
    """Return type, start and size of the boxes of a file."""
    end = file.seek(0, 2)
    found = []
    place = 0
    while place < end:
        file.seek(place)
        size, kind, _ = parse_header(file.read(16), end - place)
        found.append((kind, place, size))
        place += size
    return found


def _moved(box: bytes, distance: int) -> bytes:
    """Return a box with the places of samples in it moved by a distance."""
    kind = box[4:8]
    if kind in _INSIDE:
        return with_size(bytearray(box[:8] + b"".join(
            _moved(child, distance) for _, child in iterate_boxes(box, 8)
        )))  # fmt: skip
    if kind not in (b"stco", b"co64"):
        return box
    count = int.from_bytes(box[12:16], "big")
    places = struct.unpack_from(f">{count}{'I' if kind == b'stco' else 'Q'}", box, 16)
    new = [place + distance for place in places]
    wide = kind == b"co64" or max(new, default=0) > _LARGEST - distance
    content = struct.pack(f">{count}{'Q' if wide else 'I'}", *new)
    return with_size(bytearray(box[:4] + (b"co64" if wide else b"stco") + box[8:16] + content))


def _shift(file: BinaryIO, start: int, end: int, distance: int) -> None:
    """Move the bytes from `start` to `end` towards the end of the file, the last ones first."""
    place = end
    while place > start:
        size = min(_BLOCK, place - start)
        place -= size
        file.seek(place)
        block = file.read(size)
        file.seek(place + distance)
        file.write(block)
