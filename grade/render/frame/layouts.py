"""How pixels lie in memory on their way through the kernel: of the plate, and of each output.

A format says which layout it wants (`grade.io.formats.layouts`), and a frame may hold its color as
it lies in the file (`grade.io.native`). In this room only this module knows both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grade.io import Frame, UnsupportedError, buffers, format_for
from grade.io.native import STORAGES, Laid
from grade.ir.storage import Layout, Storage
from grade.render.frame.destination import Destination
from grade.run.executor import DTYPES


@dataclass(frozen=True, slots=True)
class FrameKind:
    """What a program depends on in a frame; frames of one kind share their programs.

    Attributes
    ----------
    source
        The layout of the plate.
    divides
        Whether color is divided by alpha before the grade and multiplied by it after.
    inputs
        The layouts of the other inputs, by name.
    """

    source: Layout
    divides: bool
    inputs: tuple[tuple[str, Layout], ...] = ()

    @property
    def alpha(self) -> Literal["premultiplied", "none"]:
        """What `Look.program` is told about alpha."""
        return "premultiplied" if self.divides else "none"

    def data(self) -> dict[str, Any]:
        """The kind as plain data, for the journal."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> FrameKind:
        """A kind from `data`; `KeyError`, `TypeError` or `ValueError` if it is of another form."""
        inputs = tuple((str(name), Layout(**layout)) for name, layout in data["inputs"])
        return cls(Layout(**data["source"]), bool(data["divides"]), inputs)


def source_of(frame: Frame, divides: bool) -> tuple[Layout, Any]:
    """The layout of a plate and its pixels as a kernel reads them.

    The pixels are those of the file as they lie, or planes. If color is divided by alpha, alpha is
    the fourth channel.

    Raises
    ------
    UnsupportedError
        Naming a channel whose type no color has.
    """
    laid = frame.laid
    if laid is not None and (laid.layout.channels == 4 or not divides):
        return laid.layout, laid.picture
    planes = [_color_plane(frame, name) for name in frame.color]
    kind = np.result_type(*planes[:3])
    taken = [plane.astype(kind, copy=False) for plane in planes[: 4 if divides else 3]]
    return Layout(len(taken), STORAGES[np.dtype(kind).name], planar=True), taken


def target_layout(source: Layout, destination: Destination, divides: bool) -> Layout:
    """The layout in which an output is computed: its format's, or planes if it is scaled down."""
    wanted = format_for(destination.pattern.path(0)).layout(source, destination.bits, divides)
    if destination.scale == 1 or wanted.planar:
        return wanted
    code: Storage = "u16" if wanted.code in ("u10", "u12") else wanted.code
    return Layout(3, code, planar=True)


def picture_size(layout: Layout, picture: Any) -> tuple[int, int]:
    """Rows and columns of a picture."""
    rows, columns = (picture[0] if layout.planar else picture).shape[:2]
    return rows, columns


def allocate_target(layout: Layout, size: tuple[int, int]) -> Any:
    """Arrays for a kernel to write: a list of planes, or one interleaved or packed array."""
    kind = DTYPES[layout.storage]
    if layout.planar:
        return [buffers.empty(size, kind) for _ in range(layout.channels)]
    return buffers.empty((*size, layout.raw_channels), kind)


def replace_color(frame: Frame, layout: Layout, target: Any) -> Frame:
    """The frame with the pixels of a computed target as its color."""
    if not layout.planar:
        return frame.with_laid(Laid(layout, target))
    return frame.with_planes(dict(zip(frame.color[:3], target[:3], strict=True)))


def _color_plane(frame: Frame, name: str) -> Any:
    plane = frame.planes[name]
    if plane.dtype.name not in STORAGES:
        where = frame.path or Path("the frame")
        raise UnsupportedError(f"{where}: channel {name} is {plane.dtype}, which is no color")
    return plane
