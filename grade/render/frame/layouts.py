"""How pixels lie in memory on their way through the kernel: of the plate, and of each output.

A format says which pixels it wants (`grade.io.formats.pixel_layouts`); a frame may hold its color
as it lies in the file (`grade.io.native_pixels`). Here the two meet, and nowhere else in the room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grade.io import Frame, UnsupportedError, buffers, format_for
from grade.io.native_pixels import NativePixels
from grade.ir.storage import STORAGE_OF_DTYPE, Layout, Storage
from grade.render.frame.destination import Destination
from grade.run.executor import DTYPES


@dataclass(frozen=True, slots=True)
class Kind:
    """All that a program depends on in a frame: frames of one kind share their kernels.

    Attributes
    ----------
    source
        How the plate lies in memory.
    divides
        Whether color is divided by alpha around the grade.
    inputs
        How the other inputs lie in memory, by name.
    """

    source: Layout
    divides: bool
    inputs: tuple[tuple[str, Layout], ...] = ()

    @property
    def alpha(self) -> Literal["premultiplied", "none"]:
        """What the tracer is told of alpha."""
        return "premultiplied" if self.divides else "none"

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Kind:
        """From plain data; `KeyError`, `TypeError` or `ValueError` if it is none."""
        inputs = tuple((str(name), Layout(**layout)) for name, layout in data["inputs"])
        return cls(Layout(**data["source"]), bool(data["divides"]), inputs)


def source_of(frame: Frame, divides: bool) -> tuple[Layout, Any]:
    """The plate as a kernel reads it: as it lies in the file, or as planes.

    Where color is divided by alpha, alpha is the fourth channel.

    Raises
    ------
    UnsupportedError
        Naming a channel that holds no color.
    """
    native = frame.native
    if native is not None and (native.layout.channels == 4 or not divides):
        return native.layout, native.picture
    planes = [_gradable(frame, name) for name in frame.color]
    kind = np.result_type(*planes[:3])
    taken = [plane.astype(kind, copy=False) for plane in planes[: 4 if divides else 3]]
    return Layout(len(taken), STORAGE_OF_DTYPE[np.dtype(kind).name], planar=True), taken


def target_of(source: Layout, destination: Destination, divides: bool) -> Layout:
    """How an output is computed: as its format wants it; as planes where it is shrunk."""
    wanted = format_for(destination.pattern.path(0)).choose_layout(
        source, destination.bits, divides
    )
    if destination.scale == 1 or wanted.planar:
        return wanted
    code: Storage = "u16" if wanted.code in ("u10", "u12") else wanted.code
    return Layout(3, code, planar=True)


def size_of(layout: Layout, picture: Any) -> tuple[int, int]:
    """Rows and columns of a picture."""
    rows, columns = (picture[0] if layout.planar else picture).shape[:2]
    return rows, columns


def empty(layout: Layout, size: tuple[int, int]) -> Any:
    """Arrays for a target to be computed into: planes, or one of words."""
    kind = DTYPES[layout.storage]
    if layout.planar:
        return [buffers.empty(size, kind) for _ in range(layout.channels)]
    return buffers.empty((*size, layout.raw_channels), kind)


def with_color(frame: Frame, layout: Layout, target: Any) -> Frame:
    """The frame with a computed target as its color."""
    if not layout.planar:
        return frame.with_native(NativePixels(layout, target))
    return frame.with_planes(dict(zip(frame.color[:3], target[:3], strict=True)))


def _gradable(frame: Frame, name: str) -> Any:
    plane = frame.planes[name]
    if plane.dtype.name not in STORAGE_OF_DTYPE:
        where = frame.path or Path("the frame")
        raise UnsupportedError(f"{where}: channel {name} is {plane.dtype}, which is no color")
    return plane
