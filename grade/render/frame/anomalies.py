"""What is no number, and what a store lost, counted in passing: of the plate, and of each output.

The plate is counted as it was read: a curve may make a number of a NaN, and then the output tells
nothing of it. Of a store, half saturates to +-65504; a value there is counted whether it came so or
was held. Integers are not counted: white is a legal white.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

import numpy as np

from grade.io import Frame
from grade.io.native_pixels import NativePixels

_ROWS = 64  # at a time, so that the passes stay in the cache
_EXPONENT = {np.dtype(np.float16): 0x7C00, np.dtype(np.float32): 0x7F800000}
_BITS = {np.dtype(np.float16): np.uint16, np.dtype(np.float32): np.uint32}
_HALF_MAXIMUM = 0x7BFF


@dataclass(frozen=True, slots=True)
class Census:
    """Counts over the color planes, and the first pixel of either kind.

    ``first`` is (x, y, channel) in the coordinates of the data window, top row first.
    """

    nan: int = 0
    infinite: int = 0
    saturated: int = 0
    first: tuple[int, int, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.nan or self.infinite or self.saturated)

    def __str__(self) -> str:
        if not self or self.first is None:
            return ""
        counted = [
            (self.nan, "NaN"), (self.infinite, "Inf"), (self.saturated, "at +-65504"),
        ]  # fmt: skip
        x, y, channel = self.first
        said = ", ".join(f"{count} {what}" for count, what in counted if count)
        return f"{said} (first at {x},{y} {channel})"

    def data(self) -> dict[str, Any]:
        """As plain data; empty where there is nothing to say."""
        return asdict(self) if self else {}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """From `data`, of this or an earlier version."""
        known = {item.name for item in fields(cls)}
        found = {name: value for name, value in data.items() if name in known}
        if found.get("first") is not None:
            found["first"] = tuple(found["first"])
        return cls(**found)


def of_plate(frame: Frame, nan: Literal["keep", "black"]) -> tuple[Frame, Census]:
    """A plate as it is graded, and what was counted in it as it was read.

    Parameters
    ----------
    frame
        As read.
    nan
        "black" gives a frame with 0 for NaN.
    """
    counts = count(frame, stored=False)
    return (without_nan(frame) if counts.nan and nan == "black" else frame), counts


def count(frame: Frame, stored: bool = True) -> Census:
    """Count NaN, Inf and saturated values in the R, G, B planes of a frame.

    Parameters
    ----------
    frame
        Integers hold none of them.
    stored
        Whether half values at +-65504 count: in a file to be written, not in a plate.
    """
    if frame.native is not None and frame.native.layout.code not in ("f16", "f32"):
        return Census()  # and no need to take it apart
    nan = infinite = saturated = 0
    first: tuple[int, int, str] | None = None
    for name in frame.color[:3]:
        plane = frame.planes[name]
        if plane.dtype not in _BITS:
            continue
        exponent = _EXPONENT[plane.dtype]
        held = stored and plane.dtype == np.float16
        limit = _HALF_MAXIMUM if held else exponent
        for top in range(0, plane.shape[0], _ROWS):
            rows = plane[top : top + _ROWS]
            if _stays_below(rows, limit):  # the usual case
                continue
            bits = _magnitude(rows)
            nan += int((bits > exponent).sum())
            infinite += int((bits == exponent).sum())
            saturated += int((bits == _HALF_MAXIMUM).sum()) if held else 0
            row, column = np.argwhere(bits >= limit)[0]
            place = (int(column) + frame.data_window.x_min, top + int(row), name)
            if first is None or (top + int(row), place[0]) < (first[1], first[0]):
                first = place
    if first is not None:
        first = (first[0], first[1] + frame.data_window.y_min, first[2])
    return Census(nan, infinite, saturated, first)


def without_nan(frame: Frame) -> Frame:
    """The frame with 0 in place of every NaN in R, G, B; its color lies as it lay."""
    if frame.native is not None:
        picture = frame.native.picture.copy()
        color = picture[..., :3]
        color[np.isnan(color)] = 0
        return frame.with_native(NativePixels(frame.native.layout, picture))
    changed: Mapping[str, Any] = {
        name: np.where(np.isnan(plane), plane.dtype.type(0), plane)
        for name in frame.color[:3]
        if (plane := frame.planes[name]).dtype.kind == "f"
    }
    return frame.with_planes(changed)


def _stays_below(rows: Any, limit: int) -> bool:
    """Whether no magnitude reaches the limit.

    As signed numbers the positive ones stand highest, as unsigned the negative: nothing is copied.
    """
    unsigned = rows.view(_BITS[rows.dtype])
    sign = int(np.iinfo(unsigned.dtype).max) // 2 + 1
    signed = unsigned.view(f"i{unsigned.itemsize}")
    return bool(rows.size == 0 or (signed.max() < limit and unsigned.max() < sign + limit))


def _magnitude(rows: Any) -> Any:
    bits = rows.view(_BITS[rows.dtype])
    return bits & bits.dtype.type(np.iinfo(bits.dtype).max >> 1)
