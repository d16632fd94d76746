"""Words of text LUTs and matrices: each that stands for a number must be one.

OpenColorIO reads a word up to the first character that it cannot use, so ``0,5`` is 0 to it,
``50%`` is 50 and ``0x8`` is 0. Here such a word is refused before it is read.
"""

from __future__ import annotations

import re

from grade.color.files.errors import FileError

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?!\S)"
_NOT_FINITE = r"[+-]?(?i:nan|inf|infinity)(?!\S)"
_OTHER_WORD = re.compile(rf"(?<!\S)(?!{_NUMBER})(?!{_NOT_FINITE})\S+")
_LIKE_A_NUMBER = re.compile(r"[+-]?\.?[0-9]")
_KEYWORD = re.compile(r"[A-Za-z_{}\"<]")
_FREE_TEXT = re.compile(r"\s*(?:TITLE\b|#|//)", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)(?:#|//)")
_METADATA = re.compile(r"^BEGIN METADATA.*?^END METADATA", re.M | re.S | re.I)
_WORDS_WITH_DIGITS = ("1D", "3D", "3D+1D", "3DMESH")
_TINY = re.compile(r"(?<!\S)([+-]?)[0-9.]+(?:[eE]-[0-9]{2,}|(?<=[0-9.]{38}))(?!\S)")
_SMALLEST = 1.1754943508222875e-38  # of the normal numbers of float32


def check_words(text: str, shown: str) -> None:
    """Refuse a word that stands where a number must, and is none.

    Comments, titles, quoted text and the metadata of a csp file may say what they like. The words
    ``nan`` and ``inf`` count as numbers.

    Raises
    ------
    FileError
        The message names the line and the word.
    """
    free = [found.span() for found in _METADATA.finditer(text)]
    for found in _OTHER_WORD.finditer(text):
        if any(start <= found.start() < end for start, end in free):
            continue
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", start)
        line = text[start : len(text) if end < 0 else end]
        if _must_be_a_number(line, found[0], found.start() - start):
            raise FileError(
                shown,
                f"{_shorten(found[0])!r} is no number; numbers have a decimal point and perhaps an"
                " exponent, as in 0.5 or 5e-1",
                text.count("\n", 0, start) + 1,
            )


def _must_be_a_number(line: str, word: str, column: int) -> bool:
    before = line[:column]
    if _FREE_TEXT.match(line) or _COMMENT.search(line[: column + 2]) or before.count('"') % 2:
        return False
    if word.upper() in _WORDS_WITH_DIGITS:
        return False
    first = line.split(maxsplit=1)[0]
    if _KEYWORD.match(first) and not re.fullmatch(_NOT_FINITE, first):
        return _LIKE_A_NUMBER.match(word) is not None
    return True


def _shorten(word: str) -> str:
    return word if len(word) <= 40 else word[:37] + "..."


def round_tiny_numbers(text: str) -> str:
    """Write numbers nearer to 0 than float32 has normal ones as 0, which OpenColorIO refuses.

    >>> round_tiny_numbers("1e-60 -1e-40 1e-38 0.5")
    '0 -0 1e-38 0.5'
    """

    def rounded(found: re.Match[str]) -> str:
        try:
            near = abs(float(found[0])) < _SMALLEST
        except ValueError:
            return found[0]
        return f"{found[1]}0" if near else found[0]

    return _TINY.sub(rounded, text)
