"""The looks that come with grade, by name, and those of older versions of the format.

A look that was changed stays as it was under its name and the version of the format that it was
made in, as in ``neutral@1``. A look that was removed is found under its bare name too.
"""

from __future__ import annotations

from pathlib import Path

from grade import assets
from grade.errors import RequestError
from grade.log import LOGGER, Log
from grade.suggestion import suggest

SUFFIX = ".grade.yaml"
_FIRST = "hdr_safe"  # the true neutral: what the others are compared with
_KEPT = (1,)  # the versions of the format whose looks are kept, the newest first


def shipped_looks() -> dict[str, Path]:
    """The file of every shipped look by name, ``hdr_safe``, the true neutral, first."""
    found = _looks_in(assets.luts() / "looks")
    return dict(sorted(found.items(), key=lambda entry: (entry[0] != _FIRST, entry[0])))


def kept_looks() -> dict[str, Path]:
    """The file of every look of an older version of the format, by names such as ``neutral@1``."""
    folder = assets.luts() / "looks"
    return {
        f"{name}@{version}": path
        for version in _KEPT
        for name, path in _looks_in(folder / str(version)).items()
    }


def find_shipped_look(name: str, log: Log = LOGGER) -> Path:
    """The file of a shipped look.

    Parameters
    ----------
    name
        Its name, alone or with the version of the format that it was made in.
    log
        Receives a line where a look is no longer shipped and its last form is taken.

    Raises
    ------
    RequestError
        If there is no look of this name; the message names the nearest.
    """
    known, kept = shipped_looks(), kept_looks()
    if name in known:
        return known[name]
    if name in kept:
        return kept[name]
    bare, mark, _ = name.partition("@")
    last = next((f"{bare}@{n}" for n in _KEPT if f"{bare}@{n}" in kept), None)
    if last is not None and not mark:
        log.warning(f"{name}: is no longer among the shipped looks; its last form is {last}")
        return kept[last]
    if last is not None:
        there = [*([bare] if bare in known else []), *(n for n in kept if n.startswith(f"{bare}@"))]
        raise RequestError(f"there is no shipped look {name!r}; there is {' and '.join(there)}")
    raise RequestError(f"there is no shipped look {name!r}.{suggest(bare, known)}")


def is_shipped(name: str) -> bool:
    """Whether a name is that of a shipped look, also of one that was removed, or of a version."""
    bare, kept = name.partition("@")[0], kept_looks()
    return bare in shipped_looks() or any(f"{bare}@{n}" in kept for n in _KEPT)


def _looks_in(folder: Path) -> dict[str, Path]:
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    return {path.name.removesuffix(SUFFIX): path for path in paths}
