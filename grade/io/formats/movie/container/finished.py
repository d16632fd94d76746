"""What a finished movie gets beside what FFmpeg writes, by its container."""

from __future__ import annotations

from pathlib import Path

from grade.io.formats.movie.container.mp4_boxes import add_boxes
from grade.io.formats.movie.container.mp4_index import put_index_first
from grade.io.formats.movie.container.mxf_umid import put_umid
from grade.io.formats.movie.hdr10_metadata import Mastering


def finish_container(path: Path, container: str, mastering: Mastering | None) -> None:
    """Complete a closed file that is not yet under its final name.

    Parameters
    ----------
    path
        The file.
    container
        Its container, as FFmpeg calls it.
    mastering
        HDR10 metadata, which MOV and MP4 have boxes for.

    Raises
    ------
    WriteError
        The file is not built as expected.
    """
    if mastering is not None and container in ("mov", "mp4"):
        add_boxes(path, mastering.mp4_boxes())
    if container == "mp4":
        put_index_first(path)
    if container == "mxf":
        put_umid(path)
