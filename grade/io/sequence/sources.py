"""Sources of frames: numbered files, or a movie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.io.errors import UnsupportedError
from grade.io.formats.movie.color_tags import Range
from grade.io.formats.movie.containers import is_movie
from grade.io.formats.movie.reader import Movie
from grade.io.formats.registry import read_file
from grade.io.frame import Frame
from grade.io.sequence.pattern import Pattern
from grade.io.sequence.sequence import Sequence


@dataclass(frozen=True, slots=True)
class MovieSequence(Sequence):
    """The frames of a movie: a sequence whose frames all lie in one file."""

    movie: Movie

    @property
    def is_still(self) -> bool:
        """False: a movie of one frame is a sequence too."""
        return False


def open_source(
    text: str | os.PathLike[str],
    first: int | None = None,
    range_: Range = "auto",
    literal: bool | None = None,
) -> Sequence:
    """Open what a path names: the files of a pattern on disk, or the frames of a movie.

    Parameters
    ----------
    text
        A file or a pattern.
    first
        Number of the first frame of a movie, as in `Movie`.
    range_
        Range of the code values of a movie.
    literal
        As in `grade.io.sequence.named_files.named_files`.

    Raises
    ------
    PatternError, MissingError, UnsupportedError, ReadError
        As `Sequence.scan` and `Movie`. Files get their numbers from their names and their range
        from their format, so `first` and a legal range are refused for them.
    """
    if is_movie(os.fspath(text)):
        movie = Movie(Path(text), first=first, range_=range_)
        return MovieSequence(Pattern.literal(text), tuple(movie.frames), movie)
    if first is not None:
        raise UnsupportedError(f"{text}: --first numbers the frames of movies; files have numbers")
    if range_ == "legal":
        raise UnsupportedError(f"{text}: --range legal is for movies; this is read as full range")
    return Sequence.scan(text, literal)


def read_frame(source: Sequence, frame: int, number: int) -> Frame:
    """Read a frame of a source.

    Parameters
    ----------
    source
        From `open_source`.
    frame
        Number of the frame in the source.
    number
        Number that the frame is given.

    Raises
    ------
    MissingError, ReadError
        As `grade.io.read`.
    """
    if isinstance(source, MovieSequence):
        return replace(source.movie.read(frame), frame=number)
    return read_file(source.path(frame), number)


def notes_of(source: Sequence) -> tuple[str, ...]:
    """Return sentences for the log on what was assumed about a source."""
    return source.movie.notes if isinstance(source, MovieSequence) else ()


def interpretation_of(source: Sequence) -> Mapping[str, Any]:
    """Return how a movie is read: its first number and range decide which pixels a frame has.

    Files need nothing beside themselves, so their entry is empty.
    """
    if not isinstance(source, MovieSequence):
        return {}
    return {"movie": {"first": source.first, "legal": source.movie.tags.legal}}


def rate_of_source(source: Sequence) -> Fraction | None:
    """Return the frames per second of a movie; None for files, whose headers may say."""
    return source.movie.rate if isinstance(source, MovieSequence) else None
