"""Whether a movie file is all there: what its own header says of its length, against what is found.

A reader that walks through packets does not notice the end of a file that was cut off.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grade.io.errors import ReadError

_EBML, _SEGMENT = 0x1A45DFA3, 0x18538067
_HEAD = 64 * 1024


def check_whole(path: Path, stream: Any, container_name: str, found: int) -> None:
    """Hold the number of frames found against the header's.

    Raises
    ------
    ReadError
        If there are fewer, or the file is shorter than its header says.
    """
    expected = stream.frames
    if container_name.startswith("mxf") and stream.duration:
        expected = max(expected, stream.duration)
    if expected > found + _discarded(stream):
        raise ReadError(f"{path}: damaged: cut short, {found} of {expected} frames are in it")
    if container_name.startswith("matroska"):
        _check_matroska(path)


def _discarded(stream: Any) -> int:
    """Frames that an edit list leaves out."""
    return sum(1 for entry in stream.index_entries if entry.is_discard)


def _check_matroska(path: Path) -> None:
    """The segment, which is the rest of the file, says how long it is. Source: RFC 9559."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = file.seek(0, 2)
    place = 0
    while place + 12 <= len(head):
        identifier = int.from_bytes(head[place : place + 4], "big")
        length, width = _number(head, place + 4)
        place += 4 + width
        if identifier == _SEGMENT:
            if length is not None and place + length > size:
                raise ReadError(f"{path}: damaged: cut short, {size} of {place + length} bytes")
            return
        if identifier != _EBML or length is None:
            return
        place += length


def _number(data: bytes, place: int) -> tuple[int | None, int]:
    """A number of variable length, None if it says "unknown"; and its width in bytes."""
    width = 9 - data[place].bit_length()
    if width > 8:
        return None, 1
    value = int.from_bytes(data[place : place + width], "big") & ((1 << (7 * width)) - 1)
    return (None if value == (1 << (7 * width)) - 1 else value), width
