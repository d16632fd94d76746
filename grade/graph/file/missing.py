"""What to say of a look file that is not there: the look that was most likely meant."""

from __future__ import annotations

from pathlib import Path

from grade.graph.file.shipped import SUFFIX, shipped_looks
from grade.suggestion import find_nearest

_LISTED = 6


def explain_missing(name: str) -> str:
    """Explain that there is no look of this name, with its neighbors.

    They are the look files of its folder and, for a bare name, the looks that come with grade.
    """
    path = Path(name)
    bare = path.name == name and "." not in name
    beside = _looks_beside(path)
    known = dict(beside)
    if bare:
        known = {shipped: shipped for shipped in shipped_looks()} | known
    near = find_nearest(_stem(path), known)
    what = "there is no such look file" + (", and no shipped look of this name" if bare else "")
    if near is not None:
        return f"{what}. Did you mean {known[near]}?"
    if beside:
        listed = ", ".join(list(beside.values())[:_LISTED])
        more = f", ... ({len(beside)} in all)" if len(beside) > _LISTED else ""
        return f"{what}; in its folder: {listed}{more}"
    return f"{what}; grade looks lists those that are shipped" if bare else what


def _looks_beside(path: Path) -> dict[str, str]:
    """The look files of the folder that a path names, by their names without suffix."""
    try:
        files = sorted(path.parent.glob(f"*{SUFFIX}"))
    except OSError:
        return {}
    return {file.name.removesuffix(SUFFIX): file.as_posix() for file in files}


def _stem(path: Path) -> str:
    for suffix in (SUFFIX, ".yaml", ".yml", ".grade"):
        if path.name.lower().endswith(suffix):
            return path.name[: -len(suffix)]
    return path.name
