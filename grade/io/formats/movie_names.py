"""Which paths name movies: known before anything of a movie is loaded."""

from __future__ import annotations

from pathlib import Path

SUFFIXES = frozenset({".mov", ".mp4", ".m4v", ".mkv", ".mxf"})


def is_movie(path: str | Path) -> bool:
    """Whether a path names a movie: .mov, .mp4, .m4v, .mkv or .mxf."""
    return Path(path).suffix.lower() in SUFFIXES
