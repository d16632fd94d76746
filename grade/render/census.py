"""What a store lost: NaN, and half values at the end of their range, counted in passing.

Half saturates to +-65504; a value there is counted whether it came so or was held. Integers are
not counted: white is a legal white.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.io import Frame

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
    saturated: int = 0
    first: tuple[int, int, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.nan or self.saturated)

    def __str__(self) -> str:
        if not self or self.first is None:
            return ""
        counted = [(self.nan, "NaN"), (self.saturated, "at +-65504")]
        x, y, channel = self.first
        said = ", ".join(f"{count} {what}" for count, what in counted if count)
        return f"{said} (first at {x},{y} {channel})"


def count(frame: Frame) -> Census:
    """Count NaN and saturated values in the R, G, B planes of a frame."""
    if frame.laid is not None and frame.laid.layout.code not in ("f16", "f32"):
        return Census()  # and no need to take it apart
    nan = saturated = 0
    first: tuple[int, int, str] | None = None
    for name in frame.color[:3]:
        plane = frame.planes[name]
        if plane.dtype not in _BITS:
            continue
        half = plane.dtype == np.float16
        exponent = _EXPONENT[plane.dtype]
        limit = _HALF_MAXIMUM if half else exponent + 1
        for top in range(0, plane.shape[0], _ROWS):
            bits = _magnitude(plane[top : top + _ROWS])
            if bits.size == 0 or bits.max() < limit:  # the usual case: one pass and done
                continue
            nan += int((bits > exponent).sum())
            saturated += int((bits == _HALF_MAXIMUM).sum()) if half else 0
            row, column = np.argwhere(bits >= limit)[0]
            place = (int(column) + frame.data_window.x_min, top + int(row), name)
            if first is None or (top + int(row), place[0]) < (first[1], first[0]):
                first = place
    if first is not None:
        first = (first[0], first[1] + frame.data_window.y_min, first[2])
    return Census(nan, saturated, first)


def without_nan(frame: Frame) -> Frame:
    """The frame with 0 in place of every NaN in R, G, B."""
    changed: Mapping[str, Any] = {
        name: np.where(np.isnan(plane), plane.dtype.type(0), plane)
        for name in frame.color[:3]
        if (plane := frame.planes[name]).dtype.kind == "f"
    }
    return frame.with_planes(changed)


def _magnitude(rows: Any) -> Any:
    bits = rows.view(_BITS[rows.dtype])
    return bits & bits.dtype.type(np.iinfo(bits.dtype).max >> 1)
