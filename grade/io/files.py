"""Reading a picture from a file and writing one to a file, by the format that its name says.

`grade.read` and `Frame.write` are the faces of the two functions here. Frames are known by their
type alone: it is the formats that make them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grade.io.atomic import atomic_write
from grade.io.errors import PatternError, WriteError
from grade.io.formats.registry import WriteOptions, format_for, read_file
from grade.io.header_text import repair_entries
from grade.io.sequence.named_files import named_files

if TYPE_CHECKING:
    from grade.io.frame import Frame


def read(
    path: str | os.PathLike[str],
    frame: int | None = None,
    layer: str | None = None,
    *,
    threads: int = 0,
    literal: bool | None = None,
) -> Frame:
    """Read one picture.

    Parameters
    ----------
    path
        A file, or a pattern together with `frame`.
    frame
        Number of the frame. The first frame of a movie is 1, or the number that its timecode
        counts. A still keeps the number as its own.
    layer
        Which color to grade where a file has several: the name of a part or of a layer.
    threads
        Threads of the library; 0 works in the calling thread.
    literal
        Whether the path is the name of a file as it stands, see `grade.io.sequence.named_files`.
        None: a path that is a file on disk is that file.

    Raises
    ------
    PatternError, MissingError, LayerError, UnsupportedError
        The request is wrong.
    ReadError
        The file is damaged (`TemporaryReadError`: it may be readable later).
    """
    pattern = named_files(path, literal)
    if frame is None and not pattern.is_still:
        raise PatternError(f"{pattern}: name the frame, as in read(path, frame=1001)")
    return read_file(pattern.path(0 if frame is None else frame), frame, layer, threads)


def write(
    frame: Frame,
    path: str | os.PathLike[str],
    bits: str | int | None = None,
    compression: str | None = None,
    *,
    tags: Mapping[str, Any] | None = None,
    threads: int = 0,
    sync: bool = True,
    literal: bool | None = None,
) -> Path:
    """Write a frame, whole or not at all; return the path written. See `Frame.write`."""
    pattern = named_files(path, literal)
    if frame.frame is None and not pattern.is_still:
        raise PatternError(f"{pattern}: the frame has no number to fill in; name one file")
    final = pattern.path(0 if frame.frame is None else frame.frame)
    format_ = format_for(final, written=True)
    options = WriteOptions(None if bits is None else str(bits), compression, threads)
    format_.check(options, final)
    tagged = replace(
        frame,
        attributes=repair_entries(frame.attributes),
        tags=repair_entries(frame.tags if tags is None else tags),
    )
    with atomic_write(final, sync=sync) as part:
        try:
            format_.writer(final)(tagged, part, options)
        except WriteError as error:  # the format knows the reason, not the final name
            raise WriteError(f"{final}: not written: {error}") from error
    return final
