"""Movies: read frame by frame, written whole or not at all, with sound. PyAV is an extra."""

from __future__ import annotations

from grade.io.movie.codecs import CODECS, Recipe
from grade.io.movie.color import RANGES, Range, Tags
from grade.io.movie.mastering import Mastering
from grade.io.movie.reader import Movie
from grade.io.movie.rehearsal import rehearse
from grade.io.movie.sound import Sound, Track, tracks_of
from grade.io.movie.still import read_numbered
from grade.io.movie.writer import MovieWriter, rate_of, write_movie
from grade.io.movie_names import SUFFIXES, is_movie

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
