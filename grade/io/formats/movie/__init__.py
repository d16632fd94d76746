"""Movies: read frame by frame, written whole or not at all, with sound. PyAV is an extra."""

from __future__ import annotations

from grade.io.formats.movie.codecs import CODECS, Recipe
from grade.io.formats.movie.color_tags import RANGES, Range, Tags
from grade.io.formats.movie.container.by_suffix import SUFFIXES, is_movie
from grade.io.formats.movie.file import read_numbered
from grade.io.formats.movie.hdr10_metadata import Mastering
from grade.io.formats.movie.reader import Movie
from grade.io.formats.movie.sound import Sound, Track, read_tracks
from grade.io.formats.movie.trial_encode import try_encode
from grade.io.formats.movie.writer import MovieWriter, frame_rate_of, write_movie

__all__ = [
    "CODECS",
    "RANGES",
    "SUFFIXES",
    "Mastering",
    "Movie",
    "MovieWriter",
    "Range",
    "Recipe",
    "Sound",
    "Tags",
    "Track",
    "frame_rate_of",
    "is_movie",
    "read_numbered",
    "read_tracks",
    "try_encode",
    "write_movie",
]
