"""Corrections in an edit decision list, which some programs write under the suffix ``.cdl``.

    * ASC_SOP (1.1 1 0.9)(0.01 0 -0.02)(1 1.1 1)
    * ASC_SAT 0.9

They follow their event. Its clip, else its reel, is the id. Source: ASC CDL 1.2, section on EDLs.
"""

from __future__ import annotations

import re

from grade.color.files.cdl.correction import Correction
from grade.color.files.cdl.parse import read_number, split_words
from grade.color.files.errors import FileError

_EVENT = re.compile(r"\s*[0-9]{3,6}\s+(\S+)\s")
_CLIP = re.compile(r"\s*\*\s*FROM CLIP NAME:\s*(.+)", re.IGNORECASE)
_SOP = re.compile(r"\s*\*?\s*ASC_SOP\b\s*:?\s*(.*)", re.IGNORECASE)
_SAT = re.compile(r"\s*\*?\s*ASC_SAT\b\s*:?\s*(.*)", re.IGNORECASE)
_GROUPS = re.compile(r"\(([^()]*)\)\s*\(([^()]*)\)\s*\(([^()]*)\)\s*\Z")
_NAMES = ("Slope", "Offset", "Power")


def is_edit_list(text: str) -> bool:
    """Whether a text is an edit list with corrections, and no XML."""
    return not text.lstrip().startswith("<") and re.search(r"ASC_S(OP|AT)\b", text) is not None


def parse_edit_list(text: str, shown: str) -> list[Correction]:
    """Parse the corrections of an edit list, one to an event that has any.

    Raises
    ------
    FileError
        With the line, if a correction is wrong.
    """
    found: list[Correction] = []
    event = Correction()
    for number, line in enumerate(text.splitlines(), 1):
        if opened := _EVENT.match(line):
            event = Correction(opened[1], line=number)
        elif clip := _CLIP.match(line):
            named = event._replace(identifier=clip[1].strip())
            if found and found[-1].line == event.line:
                found[-1] = found[-1]._replace(identifier=named.identifier)
            event = named
        elif match := _SOP.match(line) or _SAT.match(line):
            if not found or found[-1].line != event.line:
                found.append(event)
            read = _sop if _SOP.match(line) else _saturation
            found[-1] = read(found[-1], match[1].strip(), shown, number)
    return found


def _sop(correction: Correction, text: str, shown: str, line: int) -> Correction:
    groups = _GROUPS.match(text)
    if groups is None:
        raise FileError(shown, f"ASC_SOP {text[:60]!r}: takes (r g b)(r g b)(r g b)", line)
    triples = []
    for name, words in zip(_NAMES, groups.groups(), strict=True):
        numbers = [read_number(word, name, shown, line) for word in split_words(words)]
        if len(numbers) != 3:
            raise FileError(shown, f"{name}: {len(numbers)} numbers; it takes 3", line)
        triples.append((numbers[0], numbers[1], numbers[2]))
    slope, offset, power = triples
    return correction._replace(slope=slope, offset=offset, power=power)


def _saturation(correction: Correction, text: str, shown: str, line: int) -> Correction:
    return correction._replace(saturation=read_number(text, "Saturation", shown, line))
