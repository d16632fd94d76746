"""Reading of ASC CDL corrections, ten numbers each, from ``.cc``, ``.ccc`` and ``.cdl`` files."""

from __future__ import annotations

import os
import re
from pathlib import Path

from grade.color.files.cdl.correction import Correction
from grade.color.files.cdl.edit_list import is_edit_list, parse_edit_list
from grade.color.files.cdl.parse import parse_corrections
from grade.color.files.errors import FileError

SUFFIXES = ("cc", "ccc", "cdl")
LARGEST = 64 << 20
_LISTED = 12


def read_corrections(path: str | os.PathLike[str]) -> list[Correction]:
    """Read all corrections of a file, in order.

    A reference is resolved in the file, then in the file ``ID.cc`` beside it. An edit list under
    the suffix ``.cdl`` is read too.

    Raises
    ------
    FileError
        If it cannot be read or is no such file; the message names file and line.
    """
    shown = os.fspath(path)
    return parse_file(_read_bytes(shown), shown, Path(shown).parent)


def parse_file(data: bytes, shown: str, folder: Path) -> list[Correction]:
    """Parse the content of a file of a folder; ``shown`` is its name in messages."""
    if not data.strip():
        raise FileError(shown, "is empty")
    text = data.decode("utf-8", "replace")
    if is_edit_list(text):
        return list(parse_edit_list(text, shown))
    found = parse_corrections(data, shown)
    own = {c.identifier: c for c in found if isinstance(c, Correction)}
    return [
        c if isinstance(c, Correction) else _resolve(c, own, shown, folder, text) for c in found
    ]


def read_correction(path: str | os.PathLike[str], identifier: str | None = None) -> Correction:
    """Read one correction of a file: by id or by number from 0; by default its only one.

    Where several have one id, ``ID#1`` is the first of them.

    Raises
    ------
    FileError
        If the file has no such correction; the message names the ids that there are.
    """
    return choose(read_corrections(path), identifier, os.fspath(path))


def choose(found: list[Correction], identifier: str | None, shown: str) -> Correction:
    """Choose one of the corrections of a file; see :func:`read_correction`."""
    if identifier is None:
        if len(found) == 1:
            return found[0]
        raise FileError(shown, f"has {len(found)} corrections; name one: {_names(found)}")
    same = [entry for entry in found if entry.identifier == identifier]
    if len(same) == 1:
        return same[0]
    if same:
        ways = ", ".join(f"{identifier}#{count}" for count in range(1, len(same) + 1))
        raise FileError(shown, f"{len(same)} corrections are called {identifier!r}; name {ways}")
    name, mark, count = identifier.rpartition("#")
    same = [entry for entry in found if mark and entry.identifier == name]
    if count.isdecimal() and 1 <= int(count) <= len(same):
        return same[int(count) - 1]
    if identifier.isdecimal() and int(identifier) < len(found):
        return found[int(identifier)]
    from grade.color.errors import find_nearest

    near = find_nearest(identifier, [entry.identifier for entry in found])
    hint = f"; nearest: {', '.join(near)}" if near else ""
    raise FileError(shown, f"has no correction {identifier!r}{hint}; it has {_names(found)}")


def split_identifier(text: str) -> tuple[str, str | None]:
    """Split ``FILE#ID`` into file and id; a file that is there may have a # in its name.

    >>> split_identifier("reel3.ccc#sh010"), split_identifier("one.cc")
    (('reel3.ccc', 'sh010'), ('one.cc', None))
    """
    marks = [found.start() for found in re.finditer("#", text)]
    for place in (len(text), *reversed(marks)):
        if Path(text[:place]).is_file():
            return text[:place], text[place + 1 :] if place < len(text) else None
    file, mark, identifier = text.partition("#")
    return file, identifier if mark else None


def _read_bytes(shown: str) -> bytes:
    suffix = Path(shown).suffix.lower().removeprefix(".")
    if suffix not in SUFFIXES:
        raise FileError(shown, f"takes .{', .'.join(SUFFIXES)} files")
    try:
        with Path(shown).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise FileError(shown, error.strerror or str(error)) from None
    if len(data) > LARGEST:
        raise FileError(shown, f"has more than {LARGEST} bytes")
    return data


def _resolve(
    reference: str, own: dict[str, Correction], shown: str, folder: Path, text: str
) -> Correction:
    """The correction that a reference means: in the file, or in a file of its name beside it."""
    if reference in own:
        return own[reference]
    beside = folder / f"{reference}.cc"
    if re.fullmatch(r"[^/\\]+", reference) and beside.is_file():
        return choose(read_corrections(beside), None, os.fspath(beside))
    place = text.find("ColorCorrectionRef")
    raise FileError(
        shown,
        f"ColorCorrectionRef: {reference!r} is neither in the file nor in {reference}.cc beside it",
        text.count("\n", 0, max(0, place)) + 1,
    )


def _names(found: list[Correction]) -> str:
    """The ids of corrections, or their numbers, as a list that is not too long."""
    shown = [entry.identifier or str(number) for number, entry in enumerate(found)][:_LISTED]
    return ", ".join(shown) + (f", ... ({len(found)} in all)" if len(found) > _LISTED else "")
