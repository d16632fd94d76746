"""The memory layout of the color of a frame for a kernel, and the result back in a frame.

A frame may hold its color as it lies in the file (see `grade.io.native_pixels`). Then a kernel
reads that, so a file is graded in its own code values wherever a look is applied.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.running.storage import refusal
from grade.io import buffers, convert
from grade.io.frame import Frame
from grade.io.native_pixels import NativePixels
from grade.ir.storage import STORAGE_OF_DTYPE, Layout
from grade.run.pictures import DTYPES


def layout_of(frame: Frame, divides: bool) -> tuple[Layout, Any]:
    """The color of a frame as a kernel reads it: as it lies in the file, or as planes.

    Parameters
    ----------
    divides
        Whether color is divided by alpha around the grade. Then alpha is the fourth channel.

    Returns
    -------
    tuple
        The layout, and an array (H, W, words) or a list of planes (H, W).

    Raises
    ------
    PixelsError
        If looks do not take the type of a channel; the message says what to convert it to.
    """
    native = frame.native
    if native is not None and (native.layout.channels == 4 or not divides):
        return native.layout, native.picture
    planes = [_color_plane(frame, name) for name in frame.color[: 4 if divides else 3]]
    dtypes = {plane.dtype for plane in planes}
    if len(dtypes) > 1 and any(dtype.kind == "u" for dtype in dtypes):
        planes = [convert.to_float(plane) for plane in planes]
    dtype = np.result_type(*planes[:3])
    taken = [np.ascontiguousarray(plane.astype(dtype, copy=False)) for plane in planes]
    return Layout(len(taken), STORAGE_OF_DTYPE[dtype.name], planar=True), taken


def size_of(layout: Layout, picture: Any) -> tuple[int, int]:
    """The rows and columns of a picture."""
    rows, columns = (picture[0] if layout.planar else picture).shape[:2]
    return rows, columns


def empty_picture(layout: Layout, size: tuple[int, int]) -> Any:
    """Arrays for a result: a list of planes, or one array of words."""
    dtype = DTYPES[layout.storage]
    if layout.planar:
        return [buffers.empty(size, dtype) for _ in range(layout.channels)]
    return buffers.empty((*size, layout.raw_channels), dtype)


def with_color(frame: Frame, layout: Layout, picture: Any) -> Frame:
    """The frame with a graded picture as its color; alpha stays if the picture has none."""
    if not layout.planar:
        return frame.with_native(NativePixels(layout, picture))
    return frame.with_planes(dict(zip(frame.color[:3], picture[:3], strict=True)))


def _color_plane(frame: Frame, name: str) -> Any:
    plane = frame.planes[name]
    if plane.dtype.name not in STORAGE_OF_DTYPE or not plane.dtype.isnative:
        whose = "" if frame.path is None else f"{frame.path}: "
        raise PixelsError(f"{whose}{refusal(plane, f'plane {name}')}")
    return plane
