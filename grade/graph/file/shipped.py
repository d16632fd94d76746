"""The looks that come with grade, by name."""

from __future__ import annotations

from pathlib import Path

from grade import assets
from grade.errors import RequestError
from grade.suggestion import suggest

SUFFIX = ".grade.yaml"
_FIRST = "neutral"  # what the others are compared with


def shipped_looks() -> dict[str, Path]:
    """The file of every shipped look by name, the neutral look first."""
    paths = sorted((assets.luts() / "looks").glob(f"*{SUFFIX}"))
    found = {path.name.removesuffix(SUFFIX): path for path in paths}
    return dict(sorted(found.items(), key=lambda entry: (entry[0] != _FIRST, entry[0])))


def find_shipped_look(name: str) -> Path:
    """The file of a shipped look.

    Raises
    ------
    RequestError
        If there is no look of this name; the message names the nearest.
    """
    known = shipped_looks()
    if name not in known:
        raise RequestError(f"there is no shipped look {name!r}.{suggest(name, known)}")
    return known[name]
