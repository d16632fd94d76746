"""Movie containers, by the suffix of a path."""

from __future__ import annotations

from pathlib import Path

_NAMES = {".mov": "mov", ".mp4": "mp4", ".m4v": "mp4", ".mkv": "matroska", ".mxf": "mxf"}
SUFFIXES = frozenset(_NAMES)


def is_movie(path: str | Path) -> bool:
    """Whether a path names a movie: .mov, .mp4, .m4v, .mkv or .mxf."""
    return Path(path).suffix.lower() in SUFFIXES


def container_of(path: Path) -> str:
    """Return the container that a path names, as FFmpeg calls it."""
    return _NAMES[path.suffix.lower()]
