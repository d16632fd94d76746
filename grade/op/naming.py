"""Names: class to kind, and the nearest known name for a mistyped one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_WORD_BREAK = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
)
NODE_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def kind_of(class_name: str) -> str:
    """Snake case with acronyms whole.

    >>> [kind_of(n) for n in ("CDL", "LUT3D", "HSLQualifier", "LiftGammaGain", "FileLUT")]
    ['cdl', 'lut3d', 'hsl_qualifier', 'lift_gamma_gain', 'file_lut']
    """
    return _WORD_BREAK.sub("_", class_name).lower()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that a typist most likely meant, if one is close."""
    by_lower = {k.lower(): k for k in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.5)
    return by_lower[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """`` Did you mean x?`` or the list of what there is."""
    names = sorted(known)
    close = nearest(word, names)
    if close is not None:
        return f" Did you mean {close}?"
    return f" Known: {', '.join(names)}."
