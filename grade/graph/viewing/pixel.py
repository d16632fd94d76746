"""One pixel in memory and its place: of a frame, of an array, or three numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.model.graph import Graph
from grade.graph.running.input_arrays import input_arrays
from grade.graph.running.input_files import InputFiles
from grade.graph.running.layout import layout_of
from grade.graph.running.storage import storage_of, take_array
from grade.graph.tracing.geometry import Geometry
from grade.io.frame import Alpha, Frame
from grade.ir.storage import Layout
from grade.run.dlpack import CPU, is_array


@dataclass(frozen=True)
class PixelInMemory:
    """A pixel in memory, and its place.

    Attributes
    ----------
    layout, alpha
        How the pixel is stored, and the meaning of its fourth channel.
    raw
        Its channels as a program loads them: arrays of one row and column.
    inputs
        The layout and channels of every other input, by name.
    geometry
        The geometry of the whole picture, with its origin at the pixel.
    timecode
        The timecode of the frame, for keys at timecodes.
    """

    layout: Layout
    alpha: Alpha
    raw: list[Any]
    inputs: dict[str, tuple[Layout, list[Any]]]
    geometry: Geometry
    timecode: str | None = None


def pixel_of_frame(
    graph: Graph,
    output: str,
    frame: Frame,
    at: tuple[int, int],
    alpha: Alpha,
    number: float | None,
    inputs: Mapping[str, Any] | None,
) -> PixelInMemory:
    """A pixel of a frame, by its coordinates in the data window."""
    window = frame.data_window
    column, row = at[0] - window.x_min, at[1] - window.y_min
    _refuse_outside(at, (window.x_min, window.y_min), (window.x_max, window.y_max))
    divides = alpha == "premultiplied" and frame.has_alpha
    layout, picture = layout_of(frame, divides)
    planes = picture if layout.planar else [picture[..., c] for c in range(layout.raw_channels)]
    files = InputFiles(graph.inputs(output), inputs).for_frame(frame, number)
    others = {
        name: (given, [_load_one(plane, column, row) for plane in given_planes])
        for name, (given, given_planes) in files.items()
    }
    raw = [_load_one(plane, column, row) for plane in planes]
    geometry = replace(Geometry.of_frame(frame), origin=at)
    traced_alpha: Alpha = "premultiplied" if divides else "none"
    return PixelInMemory(layout, traced_alpha, raw, others, geometry, frame.timecode)


def pixel_of_array(
    graph: Graph,
    output: str,
    picture: Any,
    at: tuple[int, int],
    alpha: Alpha,
    inputs: Mapping[str, Any] | None,
) -> PixelInMemory:
    """A pixel of an array, by column and row; three numbers are a picture of one pixel."""
    if not is_array(picture):
        picture = _single_pixel(picture)
    plate = take_array(picture, "array")
    pixels = plate.array
    if plate.device != CPU:
        raise PixelsError(f"the array lies on {plate.device}; a pixel is probed on the host")
    if pixels.ndim != 3 or pixels.shape[-1] not in (3, 4):
        raise PixelsError(f"array {pixels.shape}: probe takes (height, width, 3 or 4)")
    height, width, count = pixels.shape
    column, row = at
    _refuse_outside(at, (0, 0), (width - 1, height - 1))
    others = {}
    for name, other in input_arrays(graph.inputs(output), inputs, plate, plate).items():
        given = other.pictures[0]
        planes = given if other.layout.planar else [given[..., c] for c in range(given.shape[-1])]
        others[name] = (other.layout, [_load_one(plane, column, row) for plane in planes])
    layout = Layout(count, storage_of(pixels, "array"))
    raw = [_load_one(pixels[..., c], column, row) for c in range(count)]
    whole = Geometry.of_array((width, height), None, None)
    return PixelInMemory(layout, alpha, raw, others, replace(whole, origin=at))


def _single_pixel(numbers: Any) -> Any:
    """Three numbers as a picture of one pixel."""
    try:
        red, green, blue = (float(value) for value in numbers)
    except (TypeError, ValueError):
        given = type(numbers).__name__
        raise PixelsError(f"{given}: probe takes a frame, an array, or three numbers") from None
    return np.array([[[red, green, blue]]], np.float32)


def _refuse_outside(at: tuple[int, int], low: tuple[int, int], high: tuple[int, int]) -> None:
    """Refuse a pixel outside the picture."""
    if not all(a <= p <= b for a, p, b in zip(low, at, high, strict=True)):
        raise PixelsError(
            f"pixel {at[0]},{at[1]}: the picture has x {low[0]}..{high[0]}, y {low[1]}..{high[1]}"
        )


def _load_one(plane: Any, column: int, row: int) -> Any:
    """One value of a plane, as a program loads it."""
    one = np.ascontiguousarray(plane[row : row + 1, column : column + 1])
    return one.view(np.uint16) if one.dtype == np.float16 else one
