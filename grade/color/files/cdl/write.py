"""Writing of ASC CDL corrections: strictly the schema, version 1.2."""

from __future__ import annotations

import os
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from grade.color.files.cdl.correction import Correction
from grade.color.files.cdl.read import SUFFIXES
from grade.errors import RequestError

NAMESPACE = "urn:ASC:CDL:v1.2"


def write_corrections(path: str | os.PathLike[str], corrections: Sequence[Correction]) -> None:
    """Write corrections to a ``.cc`` (one), ``.ccc`` or ``.cdl`` file, whole or not at all.

    Elements are ``SOPNode`` and ``SatNode``, which every program reads. Numbers have the fewest
    digits that give the same float64 again, and no exponents. Reading the file gives equal numbers.

    Raises
    ------
    RequestError
        If there is nothing to write, a number is outside of what a CDL allows, two corrections of a
        file have one id, or the suffix is another.
    """
    target = Path(path)
    text = to_xml(corrections, target.suffix.lower().removeprefix("."))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RequestError(f"{target}: cannot be written: {error.strerror}") from None


def to_xml(corrections: Sequence[Correction], suffix: str) -> str:
    """Make the text of a file.

    >>> text = to_xml([Correction("sh010", slope=(1.1, 1.0, 0.9), saturation=1e-7)], "cc")
    >>> [line.strip() for line in text.splitlines() if "Slope" in line or "Satu" in line]
    ['<Slope>1.1 1 0.9</Slope>', '<Saturation>0.0000001</Saturation>']
    """
    if suffix not in SUFFIXES:
        raise RequestError(f".{suffix}: corrections are written to .{', .'.join(SUFFIXES)} files")
    if not corrections or (suffix == "cc" and len(corrections) > 1):
        raise RequestError(
            f"{len(corrections)} corrections: a .cc file has one, others at least one"
        )
    names = [entry.identifier for entry in corrections if entry.identifier]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RequestError(f"two corrections have the id {twice!r}; ids of a file differ")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = f' xmlns="{NAMESPACE}"'
    if suffix == "cc":
        return head + _element(corrections[0], "", space)
    if suffix == "ccc":
        inside = "".join(_element(entry, "  ") for entry in corrections)
        root = "ColorCorrectionCollection"
    else:
        inside = "".join(
            f"  <ColorDecision>\n{_element(entry, '    ')}  </ColorDecision>\n"
            for entry in corrections
        )
        root = "ColorDecisionList"
    return f"{head}<{root}{space}>\n{inside}</{root}>\n"


def _element(entry: Correction, indent: str, space: str = "") -> str:
    label = entry.identifier or "the correction"
    _check(label, entry)
    name = f" id={quoteattr(entry.identifier)}" if entry.identifier else ""
    lines = [f"<ColorCorrection{name}{space}>"]
    lines += [f"  <Description>{escape(words)}</Description>" for words in entry.descriptions]
    lines.append("  <SOPNode>")
    for element, triple in (
        ("Slope", entry.slope),
        ("Offset", entry.offset),
        ("Power", entry.power),
    ):
        lines.append(f"    <{element}>{' '.join(map(_digits, triple))}</{element}>")
    lines += ["  </SOPNode>", "  <SatNode>"]
    lines += [f"    <Saturation>{_digits(entry.saturation)}</Saturation>", "  </SatNode>"]
    lines.append("</ColorCorrection>")
    return "".join(f"{indent}{line}\n" for line in lines)


def _check(label: str, entry: Correction) -> None:
    numbers = (*entry.slope, *entry.offset, *entry.power, entry.saturation)
    if not all(map(isfinite, numbers)):
        raise RequestError(f"{label}: a CDL holds finite numbers only")
    if min(*entry.slope, entry.saturation) < 0 or min(entry.power) <= 0:
        raise RequestError(f"{label}: slope and saturation take 0 and above, power above 0")


def _digits(number: float) -> str:
    """The shortest decimal digits that give the number again, without an exponent."""
    return np.format_float_positional(number, trim="-")
