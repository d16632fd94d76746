"""Where a config looks for a file: a file that appears earlier in the search path counts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple


class Found(NamedTuple):
    """Where a file was found: the places before it that had none, and the place, if any."""

    empty: tuple[str, ...]
    path: str | None

    def is_current(self) -> bool:
        """Whether the file would be found there again."""
        if any(os.path.exists(place) for place in self.empty):
            return False
        return self.path is None or os.path.exists(self.path)


def find_file(source: str, context: Any) -> Found:
    """Look for a file as OpenColorIO does: in each folder of the search path in turn."""
    empty: list[str] = []
    for place in _places(source, context):
        if os.path.exists(place):
            return Found(tuple(empty), place)
        empty.append(place)
    return Found(tuple(empty), None)


def list_searches(sources: Iterable[str], context: Any, read: Iterable[str]) -> tuple[Found, ...]:
    """List the searches that decided which files a processor read.

    They are those that led to one of the files, and those that found nothing: ``a | b`` takes the
    second look where the file of the first is missing.

    Parameters
    ----------
    sources
        The files as the config writes them.
    context
        The OpenColorIO context.
    read
        The paths of the files that were read.
    """
    known = {os.path.normpath(path) for path in read}
    found = (find_file(source, context) for source in sources)
    return tuple(one for one in found if one.path is None or one.path in known)


def _places(source: str, context: Any) -> Iterator[str]:
    name = context.resolveStringVar(source)
    folder = context.getWorkingDir()
    if os.path.isabs(name):
        yield os.path.normpath(name)
        return
    for path in list(context.getSearchPaths()) or [""]:
        stated = context.resolveStringVar(path).strip()
        yield os.path.normpath(os.path.join(folder, stated, name))
