"""The entries of OpenEXR headers as bytes: where they lie, and what is wrong with each.

Source: OpenEXR File Layout, https://openexr.com/en/latest/OpenEXRFileLayout.html, and the ranges of
timecode and keycode in SMPTE ST 12 and ST 254.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from grade.io.header_text import decode_text

_START = 8  # bytes of magic number and version
_MULTIPART = 0x1000
_FIRST_READ = 1 << 16
_LONGEST_NAME = 256


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry: name, type and value as they lie in the file, and the place of its name."""

    name: bytes
    kind: bytes
    value: bytes
    place: int

    @property
    def value_place(self) -> int:
        """Where the value lies in the file."""
        return self.place + len(self.name) + len(self.kind) + 6


@dataclass(frozen=True, slots=True)
class RawChannel:
    """A channel of the list: its name and its type (0 uint, 1 half, 2 float)."""

    name: bytes
    kind: int


def read_raw_headers(file: BinaryIO) -> tuple[bytes, list[list[RawEntry]]]:
    """Read the header of every part; return the bytes up to their end, and the entries.

    Raises
    ------
    ValueError
        The file ends before its headers do, or a length in them is damaged.
    """
    data, wanted = b"", _FIRST_READ
    while True:
        file.seek(0)
        longer = file.read(wanted)
        if len(longer) == len(data):
            raise ValueError("its header has no end")
        data = longer
        try:
            parts, end = _parse(data)
            return data[:end], parts
        except IndexError:
            wanted *= 16


def _parse(data: bytes) -> tuple[list[list[RawEntry]], int]:
    """Parse all headers; `IndexError` is raised if the data end too soon."""
    several = bool(int.from_bytes(data[4:_START], "little") & _MULTIPART)
    parts: list[list[RawEntry]] = []
    place = _START
    while True:
        if several and data[place] == 0 and parts:
            return parts, place + 1
        entries = list(_iterate(data, place))
        parts.append(entries)
        place = _end_of(entries, place)
        if not several:
            return parts, place


def _iterate(data: bytes, place: int) -> Iterator[RawEntry]:
    while data[place]:
        name = _name_at(data, place)
        kind = _name_at(data, place + len(name) + 1)
        start = place + len(name) + len(kind) + 6
        length = int.from_bytes(data[start - 4 : start], "little", signed=True)
        if length < 0:
            raise ValueError("the length of an entry is below 0")
        data[start + length]  # raises where the data end
        yield RawEntry(name, kind, data[start : start + length], place)
        place = start + length


def _name_at(data: bytes, place: int) -> bytes:
    end = data.find(0, place, place + _LONGEST_NAME)
    if end < 0 and len(data) < place + _LONGEST_NAME:
        raise IndexError
    if end <= place:
        raise ValueError("a name has no end")
    return data[place:end]


def _end_of(entries: list[RawEntry], place: int) -> int:
    """Return where the header ends, behind its closing zero."""
    last = entries[-1] if entries else None
    return (place if last is None else last.value_place + len(last.value)) + 1


def parse_channels(value: bytes) -> list[RawChannel]:
    """Parse the value of ``channels``; raise `ValueError` if it is damaged."""
    found, place = [], 0
    while place < len(value) and value[place]:
        end = value.find(0, place)
        if end < 0 or end + 17 > len(value):
            raise ValueError("the list of channels is damaged")
        found.append(
            RawChannel(value[place:end], int.from_bytes(value[end + 1 : end + 5], "little"))
        )
        place = end + 17
    return found


def parse_texts(value: bytes) -> list[bytes]:
    """Parse a list of texts; raise `ValueError` if it is damaged."""
    found, place = [], 0
    while place < len(value):
        length = int.from_bytes(value[place : place + 4], "little", signed=True)
        if length < 0 or place + 4 + length > len(value):
            raise ValueError("a list of texts is damaged")
        found.append(value[place + 4 : place + 4 + length])
        place += 4 + length
    return found


# --- what is wrong with an entry ------------------------------------------------------------------

_SIZES = {
    b"box2f": 16, b"box2i": 16, b"chromaticities": 32, b"compression": 1, b"deepImageState": 1,
    b"double": 8, b"envmap": 1, b"float": 4, b"int": 4, b"keycode": 28, b"lineOrder": 1,
    b"m33d": 72, b"m33f": 36, b"m44d": 128, b"m44f": 64, b"rational": 8, b"tiledesc": 9,
    b"timecode": 8, b"v2d": 16, b"v2f": 8, b"v2i": 8, b"v3d": 24, b"v3f": 12, b"v3i": 12,
}  # fmt: skip
_KEYCODE_RANGES = (
    (0, 99), (0, 99), (0, 999_999), (0, 9999), (0, 119), (1, 15), (20, 120),
)  # fmt: skip


def find_fault(entry: RawEntry) -> str | None:
    """Return what makes the value of an entry no value of its type; None if it is one."""
    size = _SIZES.get(entry.kind)
    if size is not None and len(entry.value) != size:
        return f"it has {len(entry.value)} bytes, {size} are needed"
    check = _CHECKS.get(entry.kind)
    return None if check is None else check(entry.value)


def _check_rational(value: bytes) -> str | None:
    above, below = struct.unpack("<iI", value)
    return f"it is {above}/0" if below == 0 else None


def _check_timecode(value: bytes) -> str | None:
    (word,) = struct.unpack_from("<I", value)
    digits = [word >> shift & 15 for shift in (0, 8, 16, 24)]
    tens = [word >> shift & mask for shift, mask in ((12, 7), (20, 7), (28, 3))]
    seconds, minutes, hours = (10 * t + d for t, d in zip(tens, digits[1:], strict=True))
    if max(digits) > 9 or seconds > 59 or minutes > 59 or hours > 23:
        return f"its word {word:08x} is no time of day"
    return None


def _check_keycode(value: bytes) -> str | None:
    numbers = struct.unpack("<7i", value)
    for number, (low, high) in zip(numbers, _KEYCODE_RANGES, strict=True):
        if not low <= number <= high:
            return f"{number} lies outside of {low}..{high}"
    return None


def _check_chromaticities(value: bytes) -> str | None:
    finite = all(map(math.isfinite, struct.unpack("<8f", value)))
    return None if finite else "they are not finite"


def _check_preview(value: bytes) -> str | None:
    if len(value) < 8:
        return "it is cut short"
    width, height = struct.unpack_from("<II", value)
    return None if len(value) == 8 + 4 * width * height else "its size does not fit its bytes"


def _check_texts(value: bytes) -> str | None:
    try:
        parse_texts(value)
    except ValueError as error:
        return str(error)
    return None


def _check_floats(value: bytes) -> str | None:
    return None if len(value) % 4 == 0 else f"it has {len(value)} bytes"


_CHECKS: dict[bytes, Callable[[bytes], str | None]] = {
    b"rational": _check_rational,
    b"timecode": _check_timecode,
    b"keycode": _check_keycode,
    b"chromaticities": _check_chromaticities,
    b"preview": _check_preview,
    b"stringvector": _check_texts,
    b"floatvector": _check_floats,
}


def is_text(data: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_text_value(entry: RawEntry) -> str | list[str] | None:
    """Return the text or texts of an entry that are not UTF-8; None for other entries."""
    if entry.kind == b"string" and not is_text(entry.value):
        return decode_text(entry.value)
    if entry.kind == b"stringvector":
        texts = parse_texts(entry.value)
        if not all(map(is_text, texts)):
            return [decode_text(text) for text in texts]
    return None
