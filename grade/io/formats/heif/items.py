"""The boxes of HEIF and AVIF, and the properties of the primary item.

A file may hold thumbnails, alpha, gain maps and depth beside its picture, each with a size, a color
and a transform of its own; only those that are associated with the primary item are of the picture.
Source: ISO/IEC 23008-12 (HEIF), 6.5 and 9.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grade.io.orientation import UPRIGHT, combine

_HOLDS_BOXES = {b"meta": 4, b"iprp": 0, b"ipco": 0}
# Turns are counter-clockwise; a mirror of axis 0 exchanges top and bottom.
_TURNS, _MIRRORS = {0: 1, 1: 8, 2: 3, 3: 6}, {0: 4, 1: 2}
_MOST_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """The properties of the primary item, in their order, and the boxes of the file.

    Attributes
    ----------
    properties
        Type and body of each, as they are associated.
    all_properties
        Those of every item.
    user_boxes
        The bodies of boxes of type ``uuid``, by their id.
    """

    properties: tuple[tuple[bytes, bytes], ...]
    all_properties: tuple[tuple[bytes, bytes], ...]
    user_boxes: dict[bytes, bytes]

    def find(self, kind: bytes, *beginnings: bytes) -> bytes:
        """Return the first property of a type, of the picture or else of any item; or nothing."""
        for found in (self.properties, self.all_properties):
            for known, body in found:
                if known == kind and body.startswith(beginnings or (b"",)):
                    return body
        return b""

    def color(self, *methods: bytes) -> bytes:
        """Return the body of a color property behind its method; only of the picture itself."""
        for kind, body in self.properties:
            if kind == b"colr" and body[:4] in methods:
                return body[4:]
        return b""

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height as coded: those of the picture, or else the largest of the file."""
        for found in (self.properties, self.all_properties):
            sizes = [
                struct.unpack_from(">II", body, 4)
                for kind, body in found
                if kind == b"ispe" and len(body) >= 12
            ]
            if sizes:
                width, height = max(sizes, key=lambda sides: sides[0] * sides[1])
                return int(width), int(height)
        return None

    @property
    def orientation(self) -> int:
        """The orientation that its turns and mirrors come to, as Exif numbers it."""
        found = UPRIGHT
        for kind, body in self.properties:
            if kind == b"irot" and body:
                found = combine(found, _TURNS[body[0] & 3])
            elif kind == b"imir" and body:
                found = combine(found, _MIRRORS[body[0] & 1])
        return found

    @property
    def pixel_aspect(self) -> float:
        """Width of a pixel over its height, as coded."""
        body = next((body for kind, body in self.properties if kind == b"pasp"), b"")
        across, down = struct.unpack_from(">II", body) if len(body) >= 8 else (1, 1)
        return float(across) / float(down) if across and down else 1.0

    def clean_aperture(self, width: int, height: int) -> tuple[int, int, int, int] | None:
        """Return left, top, width and height of the part that is shown; None for all of it."""
        body = next((body for kind, body in self.properties if kind == b"clap"), b"")
        if len(body) < 32:
            return None
        sides = [
            Fraction(*struct.unpack_from(">ii", body, at))
            if body[at + 4 : at + 8].strip(b"\0")
            else 0
            for at in range(0, 32, 8)
        ]
        inside = [(width, sides[0], sides[2]), (height, sides[1], sides[3])]
        (left, across), (top, down) = (
            (Fraction(whole - 1, 2) + shift - Fraction(side - 1) / 2, side)
            for whole, side, shift in inside
        )
        if left < 0 or top < 0 or left + across > width or top + down > height:
            return None
        return (int(left), int(top), int(across), int(down)) if across >= 1 <= down else None


def read_picture(data: bytes) -> Picture:
    """Read the boxes of a file."""
    boxes = list(_iterate(data, 0, len(data)))
    primary = next((_primary_item(body) for kind, body in boxes if kind == b"pitm"), None)
    inside = [body for kind, body in boxes if kind == b"ipco"]
    every = tuple(pair for body in inside for pair in _iterate(body, 0, len(body)))
    places: list[int] = []
    for kind, body in boxes:
        if kind == b"ipma":
            places += _associations(body, primary)
    own = tuple(every[place - 1] for place in places if 0 < place <= len(every))
    users = {body[:16]: body[16:] for kind, body in boxes if kind == b"uuid"}
    return Picture(own, every, users)


def _iterate(data: bytes, place: int, end: int, depth: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and body of boxes, those that hold others before what they hold."""
    while place + 8 <= end and depth < _MOST_DEPTH:
        size, kind = struct.unpack_from(">I4s", data, place)
        body = place + 8
        if size == 1 and body + 8 <= end:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        stop = end if size == 0 else place + size
        if stop < body or stop > end:
            return
        if kind != b"mdat":
            yield kind, data[body:stop]
        if kind in _HOLDS_BOXES and kind != b"ipco":
            yield from _iterate(data, body + _HOLDS_BOXES[kind], stop, depth + 1)
        place = stop


def _primary_item(body: bytes) -> int | None:
    wide = body[:1] != b"\0"
    if len(body) < (8 if wide else 6):
        return None
    return int.from_bytes(body[4:8] if wide else body[4:6], "big")


def _associations(body: bytes, item: int | None) -> list[int]:
    """Return the numbers of the properties of an item, from 1, in their order."""
    if len(body) < 8 or item is None:
        return []
    wide_items, wide_numbers = body[0] >= 1, body[3] & 1
    (count,) = struct.unpack_from(">I", body, 4)
    place = 8
    for _ in range(min(count, len(body))):
        size = 4 if wide_items else 2
        if place + size + 1 > len(body):
            break
        known = int.from_bytes(body[place : place + size], "big")
        amount = body[place + size]
        place += size + 1
        step = 2 if wide_numbers else 1
        mask = 0x7FFF if wide_numbers else 0x7F
        ends = range(place, place + amount * step, step)
        place += amount * step
        if place > len(body):
            break
        if known == item:
            return [int.from_bytes(body[at : at + step], "big") & mask for at in ends]
    return []
