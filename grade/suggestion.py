"""The known name that a wrong word was most likely meant to be, for error messages.

Meaning comes before spelling: the term of another program stands for the name that it has here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

_CLOSE = 0.6  # the likeness of two spellings from which on one may be meant by the other
_TYPED = 4  # letters; a shorter synonym is meant only where it is spelled out


def find_nearest(
    word: str, known: Iterable[str], synonyms: Mapping[str, str] | None = None
) -> str | None:
    """Find the known name that was most likely meant; None if none is close.

    Parameters
    ----------
    word
        What was typed. Capitals, dashes and spaces count as what they stand for.
    known
        The names that there are.
    synonyms
        Other words, each with the name that it means.

    >>> find_nearest("Sat", ["saturation", "space"], {"sat": "saturation"})
    'saturation'
    >>> find_nearest("film-prnt", ["film_print", "noir"])
    'film_print'
    """
    asked = _spell(word)
    names = {_spell(name): name for name in known}
    meant = {_spell(other): name for other, name in (synonyms or {}).items()}
    for spellings in (names, meant):
        if asked in spellings:
            return spellings[asked]
    typed = {other: name for other, name in meant.items() if len(other) >= _TYPED} | names
    found = difflib.get_close_matches(asked, typed, n=1, cutoff=_CLOSE)
    return typed[found[0]] if found else None


def suggest(word: str, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str:
    """The end of an error message: `` Did you mean x?``, or else the list of known names."""
    names = sorted(known)
    close = find_nearest(word, names, synonyms)
    if close is not None:
        return f" Did you mean {close}?"
    return f" Known: {', '.join(names)}."


def _spell(word: str) -> str:
    return word.lower().replace("-", "_").replace(" ", "_")
