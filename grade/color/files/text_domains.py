"""Domains of text LUTs: the range of values that a table is spread over must rise.

OpenColorIO takes a domain that falls, or that is a point, and divides by its width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from grade.color.files.errors import FileError

_ENDS = re.compile(r"^[ \t]*DOMAIN_(MIN|MAX)[ \t]+(.*)$", re.M | re.I)
_RANGE = re.compile(r"^[ \t]*(LUT_[13]D_INPUT_RANGE|From)[ \t]+(.*)$", re.M | re.I)
_CSP = re.compile(r"\s*CSPLUTV", re.IGNORECASE)
_METADATA = re.compile(r"\s*BEGIN METADATA.*?^END METADATA", re.M | re.S | re.I)


def check_domains(text: str, suffix: str, shown: str) -> None:
    """Refuse a domain whose end is not above its beginning.

    Raises
    ------
    FileError
        The message names the line.
    """
    if suffix in ("cube", "itx"):
        _check_ends(text, shown)
    if suffix in ("cube", "itx", "spi1d", "lut"):
        for found in _RANGE.finditer(text):
            ends = _numbers(found[2])
            if len(ends) == 2 and not ends[0] < ends[1]:
                raise _refuse(shown, " ".join(found[0].split()), _line(text, found.start()))
    if _CSP.match(text):
        for line, words in _csp_inputs(text):
            if any(not a < b for a, b in pairwise(_numbers(words))):
                raise _refuse(shown, " ".join(words.split()), line)


def _check_ends(text: str, shown: str) -> None:
    """Check DOMAIN_MIN and DOMAIN_MAX, which are 0 and 1 where the file leaves one out."""
    ends = {"MIN": [0.0] * 3, "MAX": [1.0] * 3}
    last = 0
    for found in _ENDS.finditer(text):
        ends[found[1].upper()] = _numbers(found[2])
        last = found.start()
    if any(not low < high for low, high in zip(ends["MIN"], ends["MAX"], strict=False)):
        what = f"DOMAIN_MIN {_words(ends['MIN'])} and DOMAIN_MAX {_words(ends['MAX'])}"
        raise _refuse(shown, what, _line(text, last + 1))


def _csp_inputs(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a csp file with the input values of its three shapers."""
    lines = [
        (number, line)
        for number, line in enumerate(_METADATA.sub(_blank, text).splitlines(), 1)
        if line.strip()
    ][2:]
    for channel in range(3):
        if 3 * channel + 1 < len(lines):
            yield lines[3 * channel + 1]


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _refuse(shown: str, what: str, line: int) -> FileError:
    return FileError(shown, f"{what}: the domain does not rise from its beginning to its end", line)


def _numbers(words: str) -> list[float]:
    try:
        return [float(word) for word in words.split("#")[0].split()]
    except ValueError:  # the check of words names it
        return []


def _words(numbers: list[float]) -> str:
    return " ".join(f"{number:g}" for number in numbers)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
