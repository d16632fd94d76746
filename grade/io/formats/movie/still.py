"""Movies in the registry of formats: what a kernel makes for them, and what they may hold."""

from __future__ import annotations

from pathlib import Path

from grade.io.errors import LayerError, UnsupportedError
from grade.io.formats.movie.reader import Movie
from grade.io.formats.movie_names import SUFFIXES
from grade.io.formats.registry import Format, Store, register
from grade.io.frame import Frame
from grade.ir.storage import Layout


def read_first(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read the first frame of a movie; `grade.io.read` reads any by its number."""
    return read_numbered(path, None, layer, threads)


def read_numbered(path: Path, number: int | None, layer: str | None, threads: int) -> Frame:
    """Read one frame of a movie.

    Raises
    ------
    MissingError, LayerError, UnsupportedError, ReadError
        As `Movie` and `Movie.read`; a movie has no layers.
    """
    if layer is not None:
        raise LayerError(f"{path}: a movie has no layers, {layer!r} was asked for")
    with Movie(path, threads=threads) as movie:
        return movie.read(movie.first if number is None else number)


def _no_picture(frame: Frame, path: Path, how: Store) -> None:
    raise UnsupportedError(
        f"{path}: a movie is not written frame by frame;"
        " grade.io.formats.movie.write_movie takes all"
    )


def _planes(source: Layout, bits: str | None, divides: bool) -> Layout:
    """float32 planes: the codec rounds, once."""
    return Layout(3, "f32", planar=True)


register(
    Format(
        name="movie",
        extensions=tuple(sorted(SUFFIXES)),
        bits=(),
        compressions=(),
        read=read_first,
        write=_no_picture,
        layout=_planes,
        holds="display",
    )
)
