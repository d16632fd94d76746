"""Check that a movie file is complete: the length in its header against the frames that are found.

A reader of packets does not notice that the end of a file is cut off.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grade.io.errors import ReadError

_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
_HEAD = 64 * 1024


def check_complete(path: Path, stream: Any, container_name: str, found: int) -> None:
    """Check the number of frames found, and the size of the file, against the header.

    Raises
    ------
    ReadError
        There are fewer frames, or the file is shorter than its header says.
    """
    expected = stream.frames
    if container_name.startswith("mxf") and stream.duration:
        expected = max(expected, stream.duration)
    if expected > found + _count_discarded(stream):
        raise ReadError(f"{path}: damaged: cut short, {found} of {expected} frames are in it")
    if container_name.startswith("matroska"):
        _check_matroska(path)


def _count_discarded(stream: Any) -> int:
    """Return the number of frames that an edit list leaves out."""
    return sum(1 for entry in stream.index_entries if entry.is_discard)


def _check_matroska(path: Path) -> None:
    """Check the length that the segment, the rest of the file, claims. Source: RFC 9559."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = file.seek(0, 2)
    place = 0
    while place + 12 <= len(head):
        identifier = int.from_bytes(head[place : place + 4], "big")
        length, width = _parse_number(head, place + 4)
        place += 4 + width
        if identifier == _SEGMENT:
            if length is not None and place + length > size:
                raise ReadError(f"{path}: damaged: cut short, {size} of {place + length} bytes")
            return
        if identifier != _EBML or length is None:
            return
        place += length


def _parse_number(data: bytes, place: int) -> tuple[int | None, int]:
    """Return a number of variable length, None for "unknown"; and its width in bytes."""
    width = 9 - data[place].bit_length()
    if width > 8:
        return None, 1
    value = int.from_bytes(data[place : place + width], "big") & ((1 << (7 * width)) - 1)
    return (None if value == (1 << (7 * width)) - 1 else value), width
