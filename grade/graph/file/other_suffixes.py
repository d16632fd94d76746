"""What to say to somebody who saves a look under the suffix of something that is no look file."""

from __future__ import annotations

from pathlib import Path

from grade.graph.file.shipped import SUFFIX
from grade.suggestion import find_nearest

TAKEN = (".yaml", ".yml")
_DRAWING = ".svg"


def explain_suffix(path: Path) -> str:
    """Explain why a look is not saved under this name, and what writes such a file; empty if it is.

    >>> explain_suffix(Path("night.grade.yaml"))
    ''
    >>> explain_suffix(Path("night.svg"))
    'night.svg: a look is saved as a look file, night.grade.yaml; grade explain LOOK --svg draws it'
    """
    suffix = path.suffix.lower()
    if suffix in TAKEN:
        return ""
    stem = path.name.partition(".")[0] or "look"
    own = path.with_name(f"{stem}{SUFFIX}").as_posix()
    what = f"{path}: a look is saved as a look file, {own}"
    remedy = _remedy(suffix, own)
    if remedy:
        return f"{what}; {remedy}"
    near = find_nearest(suffix, TAKEN) if suffix else None
    return f"{what}{'' if near is None else f' or {stem}{near}'}"


def _remedy(suffix: str, own: str) -> str:
    from grade.color.files import formats
    from grade.color.files.cdl.read import SUFFIXES as CDL
    from grade.io.formats.movie.container.by_suffix import SUFFIXES as MOVIES
    from grade.io.formats.registry import extensions

    bare = suffix.removeprefix(".")
    if bare in (*CDL, "edl", "ale"):
        return (
            f"{suffix} holds the ten numbers of one correction: no verb writes them from a look"
            " yet; for a node of the op cdl grade.color.files.cdl.write.write_corrections writes"
            " .cc, .ccc and .cdl"
        )
    if suffix == _DRAWING:
        return "grade explain LOOK --svg draws it"
    if suffix in MOVIES or suffix in extensions():
        return f"grade render {own} IN OUT{suffix} writes pictures through it"
    if bare in formats.SUFFIXES:
        return (
            f"no verb writes {suffix} from a look yet: grade reads LUT files, and grades with the"
            " look itself, grade render; look.apply(grid) gives the numbers of a table"
        )
    return ""
