"""Checks of a file before OpenColorIO reads it: sizes, words, entities, tags of ICC profiles.

A small file can declare a table of any size. It is refused before memory is reserved for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from grade.color.files.errors import FileError
from grade.color.files.formats import BINARY, LARGEST_CUBE, LONGEST_CURVE, TEXT
from grade.color.files.text_domains import check_domains
from grade.color.files.text_words import check_words


class DeclaredSize(NamedTuple):
    """The size of a table as a file declares it: line, text and number of entries."""

    line: int
    what: str
    sizes: tuple[int, ...]


def check(data: bytes, suffix: str, shown: str) -> None:
    """Refuse a file that declares oversized tables or is not what its suffix says.

    Raises
    ------
    FileError
        The message names the line.
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
    _check_entities(text, shown)
    _check_metadata(text, shown)
    if suffix in TEXT:
        check_words(text.removeprefix("\ufeff"), shown)
        check_domains(text.removeprefix("\ufeff"), suffix, shown)
    # OpenColorIO tries all its readers on a file that the first one refuses.
    also = {kind for kind, mark in _MARKS.items() if re.search(mark, text, re.M | re.I)}
    for kind in sorted({suffix, *also}):
        _check_sizes(text, kind, shown)


def _check_sizes(text: str, kind: str, shown: str) -> None:
    # A row of a curve in a csp file looks like the size of a cube.
    fewest = 0 if kind == "csp" and not re.match(r"\s*CSPLUTV100\s+3D", text, re.I) else 2
    for declared in _find_declared_sizes(text, kind):
        if len(declared.sizes) == 1:
            limit, unit = LONGEST_CURVE, "entries"
        else:
            limit, unit = LARGEST_CUBE, "nodes along an edge"
        most = max(declared.sizes)
        if len(declared.sizes) > 1 and min(declared.sizes) < fewest:
            why = f"{declared.what}: a cube has 2 nodes along an edge at least"
            raise FileError(shown, why, declared.line)
        if most > limit:
            raise FileError(
                shown, f"{declared.what} asks for {most} {unit}; {limit} is the most", declared.line
            )


def _check_entities(text: str, shown: str) -> None:
    """Refuse XML entities: they expand a small file to any size, and no format here needs them."""
    found = re.search(r"<!\s*(DOCTYPE|ENTITY)", text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise FileError(shown, f"has <!{found[1]}>, which is not read", line)


def _check_metadata(text: str, shown: str) -> None:
    """Refuse a metadata block without an end: OpenColorIO 2.6 would look for the end for ever."""
    if not re.match(r"\s*CSPLUTV", text, re.IGNORECASE):
        return
    opened = re.search(r"^BEGIN METADATA", text, re.M | re.I)
    if opened and not re.search(r"^END METADATA", text[opened.end() :], re.M | re.I):
        raise FileError(shown, "BEGIN METADATA has no END METADATA", _line(text, opened))


_MARKS = {
    "csp": r"\A\s*CSPLUTV",
    "spi1d": r"^\s*Version\s",
    "spi3d": r"^\s*SPILUT",
    "vf": r"\A\s*#Inventor",
    "clf": r"<(\w+:)?ProcessList",
    "look": r"<look\b",
}
_ONCE = ("csp", "spi3d")  # the size is a line of three numbers, as are the nodes after it
_KEYWORDS: dict[str, str] = {
    "cube": r"LUT_1D_SIZE[ \t]+(?P<one>\d+)|LUT_3D_SIZE[ \t]+(?P<cube>\d+)",
    "itx": r"LUT_3D_SIZE[ \t]+(?P<cube>\d+)",
    "spi1d": r"Length[ \t]+(?P<one>\d+)",
    "spi3d": r"(?P<cube>\d+[ \t]+\d+[ \t]+\d+)[ \t\r]*$",
    "vf": r"grid_size[ \t]+(?P<cube>\d+[ \t]+\d+[ \t]+\d+)",
    "lut": r"LUT:[ \t]+\d+[ \t]+(?P<one>\d+)|Length[ \t]+(?P<one2>\d+)(?:[ \t]+(?P<one3>\d+))?",
    "csp": r"(?P<cube>\d+[ \t]+\d+[ \t]+\d+)[ \t\r]*$|(?P<one>\d{5,})[ \t\r]*$",
    "cub": r"#[ \t]*width[ \t]+(?P<cube>\d+[ \t]+\d+[ \t]+\d+)|#[ \t]*lutlength[ \t]+(?P<one>\d+)",
    "3dl": r"Mesh[ \t]+(?P<bits>\d+)",
}


def _find_declared_sizes(text: str, suffix: str) -> Iterator[DeclaredSize]:
    if suffix in ("clf", "ctf"):
        yield from _find_arrays(text)
    elif suffix == "look":
        for found in re.finditer(r"<size>\s*\"?(\d+)", text):
            yield DeclaredSize(_line(text, found), "<size>", _cubic((_number(found[1]),)))
    elif suffix in ("m3d", "mga"):
        for found in re.finditer(r"^\s*in\s+(\d+)", text, re.MULTILINE):
            edge = round(_number(found[1]) ** (1 / 3))
            yield DeclaredSize(_line(text, found), found[0].strip(), _cubic((edge,)))
    elif suffix in _KEYWORDS:
        for found in re.finditer(r"^[ \t]*(?:" + _KEYWORDS[suffix] + ")", text, re.M | re.I):
            for name, group in found.groupdict().items():
                if group is None:
                    continue
                sizes = tuple(_number(n) for n in group.split())
                if name == "bits":  # edges are 2**n + 1
                    sizes = ((1 << min(sizes[0], 40)) + 1,)
                cubic = name in ("cube", "bits")
                label = " ".join(found[0].split())
                yield DeclaredSize(_line(text, found), label, _cubic(sizes) if cubic else sizes)
            if suffix in _ONCE and found["cube"]:
                return


def _find_arrays(text: str) -> Iterator[DeclaredSize]:
    """Read the ``dim`` attributes of arrays: ``n n n 3`` for a cube, ``n c`` for a curve."""
    for found in re.finditer(r"\bdim\s*=\s*([\"'])([\s\d]*)\1", text):
        sizes = tuple(_number(n) for n in found[2].split())
        if len(sizes) >= 3:
            yield DeclaredSize(_line(text, found), found[0], sizes[:3])
        elif sizes:
            yield DeclaredSize(_line(text, found), found[0], (max(sizes),))


def _number(digits: str) -> int:
    """A size as an integer; a number too long to be a size counts as 2**40."""
    return min(int(digits), 1 << 40) if len(digits) < 20 else 1 << 40


def _cubic(sizes: tuple[int, ...]) -> tuple[int, ...]:
    return sizes * 3 if len(sizes) == 1 else sizes


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.end()) + 1


# Bytes per item of the tag types that begin with a count (ICC.1:2022, section 10).
_ITEMS = {b"curv": 2, b"desc": 1, b"mluc": 12}


def _check_profile(data: bytes, shown: str) -> None:
    """Check that the tags of an ICC profile, and the tables in them, lie inside the file."""

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
        item = _ITEMS.get(data[start : start + 4])
        if item is not None and 12 + item * number(start + 8) > size:
            raise FileError(shown, f"tag {name!r}: what it holds is longer than the tag")
