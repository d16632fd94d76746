"""A pixel in memory and where it lies: of a frame, of an array, or three numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from grade.graph.errors import PixelsError
from grade.graph.running.apply import held, storage_of
from grade.graph.running.inputs import InputFiles, given_arrays
from grade.graph.running.plate_space import FrameLike
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.pixels import Alpha
from grade.ir.storage import Layout
from grade.run.arrays import CPU, is_array

if TYPE_CHECKING:
    from grade.graph.look import Look


@dataclass(frozen=True)
class Spot:
    """A pixel in memory, and where it lies.

    Attributes
    ----------
    layout, alpha
        How the pixel is stored, and what its fourth channel means.
    raw
        Its channels as a program loads them, arrays of one row and column.
    inputs
        The same of what comes in beside it, by name.
    geometry
        That of the whole picture, its origin at the pixel.
    timecode
        The frame's, for keys at timecodes.
    """

    layout: Layout
    alpha: Alpha
    raw: list[Any]
    inputs: dict[str, tuple[Layout, list[Any]]]
    geometry: Geometry
    timecode: str | None = None


def of_frame(
    look: Look,
    output: str,
    frame: FrameLike,
    at: tuple[int, int],
    alpha: Alpha | None,
    number: float | None,
    inputs: Mapping[str, Any] | None,
) -> Spot:
    """A pixel of a frame, by its coordinates in the file."""
    window = frame.data_window
    column, row = at[0] - window.x_min, at[1] - window.y_min
    low, high = (window.x_min, window.y_min), (window.x_max, window.y_max)
    _lies(at, low, high)
    planes = [frame.planes[name] for name in frame.color]
    kinds = {plane.dtype for plane in planes}
    for name, plane in zip(frame.color, planes, strict=True):
        storage_of(plane, f"plane {name}")
    if len(kinds) > 1:
        planes = [plane.astype(np.float32) for plane in planes]
    layout = Layout(len(planes), storage_of(planes[0], "frame"), planar=True)
    files = InputFiles(look, output, inputs).for_frame(frame, number)
    beside = {
        name: (given, [_one(plane, column, row) for plane in others])
        for name, (given, others) in files.items()
    }
    whole = Geometry.of_frame(frame)
    raw = [_one(plane, column, row) for plane in planes]
    means = cast(Alpha, alpha or frame.alpha)
    return Spot(layout, means, raw, beside, replace(whole, origin=at), frame.timecode)


def of_array(
    look: Look,
    output: str,
    picture: Any,
    at: tuple[int, int],
    alpha: Alpha,
    inputs: Mapping[str, Any] | None,
) -> Spot:
    """A pixel of an array, by column and row; of three numbers they themselves."""
    if not is_array(picture):
        picture = _numbers(picture)
    plate = held(picture, "array")
    pixels = plate.array
    if plate.device != CPU:
        raise PixelsError(f"the array lies on {plate.device}; a pixel is probed on the host")
    if pixels.ndim != 3 or pixels.shape[-1] not in (3, 4):
        raise PixelsError(f"array {pixels.shape}: probe takes (height, width, 3 or 4)")
    height, width, count = pixels.shape
    column, row = at
    _lies(at, (0, 0), (width - 1, height - 1))
    beside = {}
    for name, other in given_arrays(look.inputs(output), inputs, plate, plate).items():
        one = other.pictures[0]
        planes = one if other.layout.planar else [one[..., c] for c in range(one.shape[-1])]
        beside[name] = (other.layout, [_one(plane, column, row) for plane in planes])
    layout = Layout(count, storage_of(pixels, "array"))
    raw = [_one(pixels[..., c], column, row) for c in range(count)]
    whole = Geometry.of_array((width, height), None, None)
    return Spot(layout, alpha, raw, beside, replace(whole, origin=at))


def _numbers(given: Any) -> Any:
    """Three numbers as a picture of one pixel."""
    try:
        red, green, blue = (float(value) for value in given)
    except (TypeError, ValueError):
        kind = type(given).__name__
        raise PixelsError(f"{kind}: probe takes a frame, an array, or three numbers") from None
    return np.array([[[red, green, blue]]], np.float32)


def _lies(at: tuple[int, int], low: tuple[int, int], high: tuple[int, int]) -> None:
    """Refuse a pixel that is not there."""
    if not all(a <= p <= b for a, p, b in zip(low, at, high, strict=True)):
        raise PixelsError(
            f"pixel {at[0]},{at[1]}: the picture has x {low[0]}..{high[0]}, y {low[1]}..{high[1]}"
        )


def _one(plane: Any, column: int, row: int) -> Any:
    """A number of a plane as a program loads it."""
    one = np.ascontiguousarray(plane[row : row + 1, column : column + 1])
    return one.view(np.uint16) if one.dtype == np.float16 else one
