"""The known name that a mistyped word was most likely meant to be, for error messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def find_nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that a typist most likely meant; None if none is close."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.5)
    return by_lower[found[0]] if found else None


def suggest(word: str, known: Iterable[str]) -> str:
    """The end of an error message: `` Did you mean x?``, or else the list of known names."""
    names = sorted(known)
    close = find_nearest(word, names)
    if close is not None:
        return f" Did you mean {close}?"
    return f" Known: {', '.join(names)}."
