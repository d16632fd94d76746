"""Writes one output of one frame: scaled down, counted, written, and its checksums taken."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from grade.errors import GradeError
from grade.io import Frame, WriteError, format_for, read
from grade.render.frame.anomalies import Anomalies, count_anomalies, replace_nan
from grade.render.frame.checksum import hash_file, hash_planes
from grade.render.frame.destination import Destination
from grade.render.frame.downscale import downscale


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """What the journal keeps of a file that was written.

    Attributes
    ----------
    size, changed
        Bytes of the file, and its modification time in nanoseconds.
    file_sum, pixel_sum
        Checksums of the file's bytes, and of its pixels as a reader decodes them.
    anomalies
        What was counted in the output.
    """

    size: int
    changed: int
    file_sum: str
    pixel_sum: str
    anomalies: Anomalies


def deliver(
    frame: Frame, path: Path, destination: Destination, nan: Literal["keep", "black"]
) -> DeliveredFile:
    """Write a frame, whole or not at all.

    Raises
    ------
    WriteError, TemporaryWriteError
        As `Frame.write`; also if what was written cannot be read again.
    """
    anomalies = count_anomalies(frame)
    if anomalies.nan and nan == "black":
        frame = replace_nan(frame)
    frame = downscale(frame, destination.scale)
    if destination.suffix != ".exr":
        frame = replace(frame, carried=None)
    frame.write(path, bits=destination.bits, compression=destination.compression, literal=True)
    try:
        pixels = hash_planes(_decoded_planes(frame, path, destination))
        content, stat = hash_file(path), path.stat()
        return DeliveredFile(stat.st_size, stat.st_mtime_ns, content, pixels, anomalies)
    except (GradeError, OSError) as error:
        with suppress(OSError):
            path.unlink()
        raise WriteError(f"{path}: written, but cannot be read again: {error}") from error


def _decoded_planes(frame: Frame, path: Path, destination: Destination) -> Mapping[str, Any]:
    """The planes as a reader decodes them.

    A format that loses nothing tells them beforehand; of any other the file is read again.
    """
    foretell = format_for(path).predict_planes
    planes = None if foretell is None else foretell(frame, destination.store)
    return read(path, literal=True).planes if planes is None else planes
