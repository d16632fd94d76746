"""What frames are read from: files with numbers, or a movie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.io.errors import UnsupportedError
from grade.io.formats.movie.color import Range
from grade.io.formats.movie.reader import Movie
from grade.io.formats.movie_names import is_movie
from grade.io.frame import Frame
from grade.io.sequence.sequence import Pattern, Sequence


@dataclass(frozen=True, slots=True)
class MovieSequence(Sequence):
    """The frames of a movie: a sequence whose every frame lies in one file."""

    movie: Movie

    @property
    def is_still(self) -> bool:
        """A movie of one frame is a sequence too."""
        return False


def open_source(
    text: str | os.PathLike[str], first: int | None = None, range_: Range = "auto"
) -> Sequence:
    """What a path names: the files on disk, or the frames of a movie.

    Parameters
    ----------
    text
        A file or a pattern.
    first
        Number of a movie's first frame, as in `Movie`.
    range_
        What a movie's code values span.

    Raises
    ------
    PatternError, MissingError, UnsupportedError, ReadError
        As `Sequence.scan` and `Movie`; files are counted by their names, and have the range that
        their format says.
    """
    if is_movie(os.fspath(text)):
        movie = Movie(Path(text), first=first, range_=range_)
        return MovieSequence(Pattern.parse(text), tuple(movie.frames), movie)
    if first is not None:
        raise UnsupportedError(f"{text}: --first numbers the frames of movies; files have numbers")
    if range_ == "legal":
        raise UnsupportedError(f"{text}: --range legal is for movies; this is read as full range")
    return Sequence.scan(text)


def read_frame(source: Sequence, frame: int, number: int) -> Frame:
    """Read a frame of a source.

    Parameters
    ----------
    source
        From `open_source`.
    frame
        Its number there.
    number
        The number that it shall have.

    Raises
    ------
    MissingError, ReadError
        As `grade.io.read`.
    """
    from grade.io.frame import read

    if isinstance(source, MovieSequence):
        return replace(source.movie.read(frame), frame=number)
    return read(source.path(frame), number)


def notes_of(source: Sequence) -> tuple[str, ...]:
    """What was assumed about a source, for the log."""
    return source.movie.notes if isinstance(source, MovieSequence) else ()


def meaning_of(source: Sequence) -> Mapping[str, Any]:
    """What beside the file decides which pixels a number means."""
    if not isinstance(source, MovieSequence):
        return {}
    return {"movie": {"first": source.first, "legal": source.movie.tags.legal}}


def rate_of_source(source: Sequence) -> Fraction | None:
    """Frames per second of a movie; None of files, whose headers may say."""
    return source.movie.rate if isinstance(source, MovieSequence) else None
