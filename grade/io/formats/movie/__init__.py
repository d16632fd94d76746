"""Movies: read frame by frame, written whole or not at all, with sound. PyAV is an extra."""

from __future__ import annotations

from grade.io.formats.movie.codecs import CODECS, Recipe
from grade.io.formats.movie.color import RANGES, Range, Tags
from grade.io.formats.movie.mastering import Mastering
from grade.io.formats.movie.reader import Movie
from grade.io.formats.movie.rehearsal import rehearse
from grade.io.formats.movie.sound import Sound, Track, tracks_of
from grade.io.formats.movie.still import read_numbered
from grade.io.formats.movie.writer import MovieWriter, rate_of, write_movie
from grade.io.formats.movie_names import SUFFIXES, is_movie

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
    "is_movie",
    "rate_of",
    "read_numbered",
    "rehearse",
    "tracks_of",
    "write_movie",
]
