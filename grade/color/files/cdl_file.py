"""Reading of ASC CDL corrections, ten numbers each, from ``.cc``, ``.ccc`` and ``.cdl`` files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from grade.color.files.errors import FileError
from grade.color.files.validation import check

SUFFIXES = ("cc", "ccc", "cdl")
LARGEST = 64 << 20


class Correction(NamedTuple):
    """A color correction: the parameters of an op ``cdl``, and the id."""

    identifier: str
    slope: tuple[float, float, float]
    offset: tuple[float, float, float]
    power: tuple[float, float, float]
    saturation: float


def read_corrections(path: str | os.PathLike[str]) -> list[Correction]:
    """Read all corrections of a file, in order.

    Raises
    ------
    FileError
        If it cannot be read or is no such file; the message names file and line or element.
    """
    import PyOpenColorIO as ocio

    shown = os.fspath(path)
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
    check(data, suffix, shown)
    try:
        group = ocio.CDLTransform.CreateGroupFromFile(shown)
    except (ocio.Exception, ocio.ExceptionMissingFile) as error:
        raise FileError(shown, str(error)) from None
    return [_convert(cdl) for cdl in group]


def read_correction(path: str | os.PathLike[str], identifier: str | None = None) -> Correction:
    """Read one correction of a file: by id or by number from 0; by default its only one.

    Raises
    ------
    FileError
        If the file has no such correction; the message names the nearest ids.
    """
    found = read_corrections(path)
    shown = os.fspath(path)
    if identifier is None:
        if len(found) == 1:
            return found[0]
        ids = ", ".join(entry.identifier or str(i) for i, entry in enumerate(found[:6]))
        raise FileError(shown, f"has {len(found)} corrections; name one: {ids or 'none'}")
    for entry in found:
        if entry.identifier == identifier:
            return entry
    if identifier.isdecimal() and int(identifier) < len(found):
        return found[int(identifier)]
    from grade.color.errors import find_nearest

    near = find_nearest(identifier, [entry.identifier for entry in found])
    hint = f"; nearest: {', '.join(near)}" if near else f"; it has {len(found)}"
    raise FileError(shown, f"has no correction {identifier!r}{hint}")


def _convert(cdl: object) -> Correction:
    slope, offset, power = (
        tuple(float(v) for v in getattr(cdl, f"get{name}")())
        for name in ("Slope", "Offset", "Power")
    )
    return Correction(
        str(cdl.getID()),  # type: ignore[attr-defined]
        slope,  # type: ignore[arg-type]
        offset,  # type: ignore[arg-type]
        power,  # type: ignore[arg-type]
        float(cdl.getSat()),  # type: ignore[attr-defined]
    )
