"""Which files are read, and what a file may ask for before anybody makes room for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from grade.color.files.errors import FileError

LARGEST_CUBE = 129  # OpenColorIO's own limit
LONGEST_CURVE = 1 << 20

XML = ("clf", "ctf", "cc", "ccc", "cdl", "look")
PICTURES = ("png",)
BINARY = ("icc", "icm", "pf")
TEXT = ("cube", "3dl", "csp", "spi1d", "spi3d", "spimtx", "vf", "itx", "m3d", "mga", "lut", "cub")
SUFFIXES = tuple(sorted((*XML, *TEXT, *BINARY, *PICTURES)))


class Declared(NamedTuple):
    """A size that a file states: where, what, and how many."""

    line: int
    what: str
    sizes: tuple[int, ...]


def check(data: bytes, suffix: str, shown: str) -> None:
    """Refuse a file that states sizes beyond reason, or is of another kind than its name says.

    Raises
    ------
    FileError
        With the line.
    """
    if not data.strip():
        raise FileError(shown, "is empty")
    if suffix in BINARY:
        _check_profile(data, shown)
        return
    text = data.decode("utf-8", "replace")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileError(shown, "holds zero bytes: it is no text", line)
    if suffix in XML:
        _check_entities(text, shown)
    for declared in _declared(text, suffix):
        if len(declared.sizes) == 1:
            limit, sort = LONGEST_CURVE, "entries"
        else:
            limit, sort = LARGEST_CUBE, "nodes along an edge"
        most = max(declared.sizes)
        if most > limit:
            raise FileError(
                shown, f"{declared.what} asks for {most} {sort}; {limit} is the most", declared.line
            )


def _check_entities(text: str, shown: str) -> None:
    """Entities can blow a small file up to any size; no format of ours needs them."""
    found = re.search(r"<!\s*(DOCTYPE|ENTITY)", text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise FileError(shown, f"has <!{found[1]}>, which is not read", line)


_KEYWORDS: dict[str, str] = {
    "cube": r"LUT_1D_SIZE\s+(?P<one>\d+)|LUT_3D_SIZE\s+(?P<cube>\d+)",
    "itx": r"LUT_3D_SIZE\s+(?P<cube>\d+)",
    "spi1d": r"Length\s+(?P<one>\d+)",
    "spi3d": r"(?P<cube>\d+\s+\d+\s+\d+)\s*$",
    "vf": r"grid_size\s+(?P<cube>\d+\s+\d+\s+\d+)",
    "lut": r"LUT:\s+\d+\s+(?P<one>\d+)|Length\s+(?P<one2>\d+)(?:[ \t]+(?P<one3>\d+))?",
    "csp": r"(?P<cube>\d+\s+\d+\s+\d+)\s*$|(?P<one>\d{5,})\s*$",
    "cub": r"#\s*width\s+(?P<cube>\d+\s+\d+\s+\d+)|#\s*lutlength\s+(?P<one>\d+)",
    "3dl": r"Mesh\s+(?P<bits>\d+)",
}


def _declared(text: str, suffix: str) -> Iterator[Declared]:
    if suffix in ("clf", "ctf"):
        yield from _arrays(text)
    elif suffix == "look":
        for found in re.finditer(r"<size>\s*\"?(\d+)", text):
            yield Declared(_line(text, found), "<size>", _cubic((int(found[1]),)))
    elif suffix in ("m3d", "mga"):
        for found in re.finditer(r"^\s*in\s+(\d+)", text, re.MULTILINE):
            edge = round(min(int(found[1]), 1 << 40) ** (1 / 3))
            yield Declared(_line(text, found), found[0].strip(), _cubic((edge,)))
    elif suffix in _KEYWORDS:
        for found in re.finditer(r"^[ \t]*(?:" + _KEYWORDS[suffix] + ")", text, re.M | re.I):
            for name, group in found.groupdict().items():
                if group is None:
                    continue
                sizes = tuple(min(int(n), 1 << 40) for n in group.split())
                if name == "bits":  # edges are 2**n + 1
                    sizes = ((1 << min(sizes[0], 40)) + 1,)
                cubic = name in ("cube", "bits")
                label = " ".join(found[0].split())
                yield Declared(_line(text, found), label, _cubic(sizes) if cubic else sizes)


def _arrays(text: str) -> Iterator[Declared]:
    """``dim`` of arrays: of a cube ``n n n 3``, of a curve ``n c``."""
    for found in re.finditer(r"\bdim\s*=\s*([\"'])([\s\d]*)\1", text):
        sizes = tuple(min(int(n), 1 << 40) for n in found[2].split())
        if len(sizes) >= 3:
            yield Declared(_line(text, found), found[0], sizes[:3])
        elif sizes:
            yield Declared(_line(text, found), found[0], (max(sizes),))


def _cubic(sizes: tuple[int, ...]) -> tuple[int, ...]:
    return sizes * 3 if len(sizes) == 1 else sizes


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.end()) + 1


def _check_profile(data: bytes, shown: str) -> None:
    """The tags of an ICC profile lie within it, and so do their tables."""

    def number(place: int) -> int:
        return int.from_bytes(data[place : place + 4], "big")

    if len(data) < 132 or data[36:40] != b"acsp":
        raise FileError(shown, "is no ICC profile: byte 36 does not begin with acsp")
    count = number(128)
    if count > 256 or 132 + 12 * count > len(data):
        raise FileError(shown, f"its tag table has {count} entries; the file is cut short")
    for index in range(count):
        entry = 132 + 12 * index
        name = data[entry : entry + 4].decode("latin-1")
        start, size = number(entry + 4), number(entry + 8)
        if start + size > len(data) or start < 128:
            raise FileError(shown, f"tag {name!r} lies outside the file, which is cut short")
        if data[start : start + 4] == b"curv" and 12 + 2 * number(start + 8) > size:
            raise FileError(shown, f"tag {name!r}: its curve is longer than the tag")
