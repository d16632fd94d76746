"""The names of two looks in one order."""

from __future__ import annotations

from collections.abc import Iterable


def merge_names(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The names of both, in the order of the second; a name of the first alone keeps its neighbor.

    >>> merge_names(["a", "x", "b"], ["a", "b", "c"])
    ['a', 'x', 'b', 'c']
    """
    found = list(new)
    place = 0
    for name in old:
        if name in found:
            place = found.index(name) + 1
        else:
            found.insert(place, name)
            place += 1
    return found
