"""The sound of a movie: which sound goes with a picture, and the sound tracks of a file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.io.errors import MissingError
from grade.io.formats.movie.pyav import import_pyav, open_container, typed_read_errors

AUDIO_CODECS = ("copy", "none", "pcm_s16le", "pcm_s24le", "pcm_s32le", "aac")
"""Names that `Recipe.audio` may have."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound that goes with a picture.

    Attributes
    ----------
    path
        A movie or a sound file; all its sound tracks are used.
    start
        Time of the first picture in it, in seconds after the first picture of the movie, or after
        the start of a sound file. A time before the start gives silence.
    length
        Length in seconds; None is to the end.
    """

    path: Path
    start: Fraction = Fraction(0)
    length: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """A sound track as its file describes it.

    Attributes
    ----------
    codec
        Name in FFmpeg.
    channels, rate
        Number of channels, and samples per second.
    seconds
        Length; None where the file does not say.
    """

    codec: str
    channels: int
    rate: int
    seconds: float | None

    def __str__(self) -> str:
        long = "" if self.seconds is None else f", {self.seconds:.2f} s"
        channels = f"{self.channels} channel{'s' if self.channels != 1 else ''}"
        return f"{self.codec}, {channels}, {self.rate} Hz{long}"


def tracks_in(container: Any) -> tuple[Track, ...]:
    """Return the sound tracks of an open file; those of unknown codecs are left out.

    >>> str(Track("aac", 2, 48000, 1.5))
    'aac, 2 channels, 48000 Hz, 1.50 s'
    """
    found = []
    for stream in container.streams.audio:
        context = stream.codec_context
        if context is None:
            continue
        seconds: float | None = None
        if stream.duration is not None:
            seconds = float(stream.duration * stream.time_base)
        elif container.duration is not None:
            seconds = container.duration / 1e6
        found.append(Track(context.name, int(context.channels), int(context.rate or 0), seconds))
    return tuple(found)


def read_tracks(path: Path) -> tuple[Track, ...]:
    """Read which sound tracks a file has.

    Raises
    ------
    MissingError, ReadError, UnsupportedError
        There is no such file, it is damaged, or PyAV is not installed.
    """
    with typed_read_errors(path, "sound"):
        if not path.is_file():
            raise MissingError(f"{path}: no such file")
        with open_container(import_pyav(path), path) as container:
            return tracks_in(container)
