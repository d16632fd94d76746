"""Movies as a format of the registry: one frame is read by its number."""

from __future__ import annotations

from pathlib import Path

from grade.io.errors import LayerError, UnsupportedError
from grade.io.formats.movie.container.by_suffix import SUFFIXES
from grade.io.formats.movie.reader import Movie
from grade.io.formats.registry import Format, WriteOptions, register
from grade.io.frame import Frame
from grade.ir.storage import Layout


def read_first(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read the first frame of a movie; `read_numbered` reads any."""
    return read_numbered(path, None, layer, threads)


def read_numbered(path: Path, number: int | None, layer: str | None, threads: int) -> Frame:
    """Read one frame of a movie; None as number is the first.

    Raises
    ------
    MissingError, LayerError, UnsupportedError, ReadError
        As `Movie` and `Movie.read`; a movie has no layers.
    """
    if layer is not None:
        raise LayerError(f"{path}: a movie has no layers, {layer!r} was asked for")
    with Movie(path, threads=threads) as movie:
        return movie.read(movie.first if number is None else number)


def _refuse_frame(frame: Frame, path: Path, options: WriteOptions) -> None:
    raise UnsupportedError(
        f"{path}: a movie is not written frame by frame;"
        " grade.io.formats.movie.write_movie takes all"
    )


def _choose_layout(source: Layout, bits: str | None, divides: bool) -> Layout:
    """Return float32 planes: they are rounded once, to the code values of the codec."""
    return Layout(3, "f32", planar=True)


register(
    Format(
        name="movie",
        extensions=tuple(sorted(SUFFIXES)),
        bits=(),
        compressions=(),
        read=read_first,
        write=_refuse_frame,
        read_numbered=read_numbered,
        choose_layout=_choose_layout,
        holds="display",
    )
)
