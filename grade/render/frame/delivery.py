"""One output of one frame onto disk: shrunk if asked, counted, written, and its checksums taken."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from grade.errors import GradeError
from grade.io import Frame, WriteError, format_for, read
from grade.render.frame import anomalies as census
from grade.render.frame import checksum, downscale
from grade.render.frame.anomalies import Census
from grade.render.frame.destination import Destination


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file that was written: what the journal keeps of it."""

    size: int
    changed: int
    file_sum: str
    pixel_sum: str
    census: Census


def deliver(
    frame: Frame, path: Path, destination: Destination, nan: Literal["keep", "black"]
) -> Delivered:
    """Write a frame, whole or not at all.

    Raises
    ------
    WriteError, TemporaryWriteError
        As `Frame.write`; also if what was written cannot be read again.
    """
    counts = census.count(frame)
    if counts.nan and nan == "black":
        frame = census.without_nan(frame)
    frame = downscale.shrink(frame, destination.scale)
    if destination.suffix != ".exr":
        frame = replace(frame, carried=None)
    frame.write(path, bits=destination.bits, compression=destination.compression)
    try:
        pixels = checksum.of_planes(_decoded(frame, path, destination))
        content, found = checksum.of_file(path), path.stat()
        return Delivered(found.st_size, found.st_mtime_ns, content, pixels, counts)
    except (GradeError, OSError) as error:
        with suppress(OSError):
            path.unlink()
        raise WriteError(f"{path}: written, but cannot be read again: {error}") from error


def _decoded(frame: Frame, path: Path, destination: Destination) -> Mapping[str, Any]:
    """The planes as a reader gets them: known beforehand where nothing is lost, else read back."""
    foreseen = format_for(path).predict_planes
    planes = None if foreseen is None else foreseen(frame, destination.store)
    return read(path).planes if planes is None else planes
