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
from grade.io.formats.movie.container.by_suffix import is_movie
from grade.io.formats.movie.reader import Movie
from grade.io.formats.registry import read_file
from grade.io.frame import Frame
from grade.io.sequence.pattern import Pattern
from grade.io.sequence.ranges import format_ranges
from grade.io.sequence.sequence import Sequence

_MOST_NAMED = 300  # characters of a list of frames in a sentence


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
    rate: Fraction | None = None,
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
    rate
        Frames per second that a movie of variable frame rate is conformed to.

    Raises
    ------
    PatternError, MissingError, UnsupportedError, ReadError
        As `Sequence.scan` and `Movie`. Files get their numbers from their names and their range
        from their format, so `first` and a legal range are refused for them.
    """
    if is_movie(os.fspath(text)):
        movie = Movie(Path(text), first=first, range_=range_, rate=rate)
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
    if not isinstance(source, MovieSequence):
        return ()
    movie = source.movie
    return (*movie.notes, *(() if movie.conformed is None else (_describe_conformed(movie),)))


def _describe_conformed(movie: Movie) -> str:
    """Return a sentence that names the frames that repeat, and the pictures that are dropped."""
    assert movie.conformed is not None
    repeated, dropped = movie.conformed.repeated, movie.conformed.dropped
    parts = [
        f"{movie.path}: variable frame rate, conformed by time to {float(movie.rate):.6g} frames "
        f"per second: {len(movie)} frames of {movie.count_pictures()} pictures"
    ]
    if repeated:
        numbers = _shorten(format_ranges(movie.first + index for index in repeated))
        parts.append(f"frames that repeat the one before: {numbers}")
    if dropped:
        numbers = _shorten(format_ranges(index + 1 for index in dropped))
        parts.append(f"pictures dropped, counted from 1: {numbers}")
    return "; ".join(parts)


def _shorten(ranges: str) -> str:
    if len(ranges) <= _MOST_NAMED:
        return ranges
    return ranges[:_MOST_NAMED].rpartition(",")[0] + ", ..."


def interpretation_of(source: Sequence, sample: Frame) -> Mapping[str, Any]:
    """Return how a source is read, beside its bytes, which decides the pixels of a frame.

    That is the first number and the range of a movie, the rate that a variable one was conformed
    to, and what the reader applied to a frame; most files need nothing, so their entry is empty.
    """
    found: dict[str, Any] = {} if not sample.applied else {"applied": dict(sample.applied)}
    if isinstance(source, MovieSequence):
        movie = source.movie
        found["movie"] = {"first": source.first, "legal": movie.tags.legal}
        if movie.conformed is not None:
            found["movie"]["rate"] = str(movie.rate)
    return found


def rate_of_source(source: Sequence) -> Fraction | None:
    """Return the frames per second of a movie; None for files, whose headers may say."""
    return source.movie.rate if isinstance(source, MovieSequence) else None
