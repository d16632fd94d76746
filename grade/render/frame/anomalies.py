"""NaN, Inf and clipped values: counted in the plate, and in each output that is written.

The plate is counted as it was read, because a curve may turn a NaN into a number, and the output no
longer shows it. A half file clips at +-65504. A value there counts as clipped, whether the plate
already had it or the writer clipped it. Integers are not counted: white is a legal white.
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
class Anomalies:
    """Counts over the color planes, and the first pixel that was counted.

    Attributes
    ----------
    nan, infinite
        How many values are NaN, and how many are Inf.
    saturated
        How many half values are at +-65504, the limit of the format.
    first
        The first pixel of any kind: x, y and channel, in coordinates of the data window, from the
        top row down.
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
        kinds = [
            (self.nan, "NaN"), (self.infinite, "Inf"), (self.saturated, "at +-65504"),
        ]  # fmt: skip
        x, y, channel = self.first
        counts = ", ".join(f"{count} {kind}" for count, kind in kinds if count)
        return f"{counts} (first at {x},{y} {channel})"

    def data(self) -> dict[str, Any]:
        """The counts as plain data; empty if nothing was counted."""
        return asdict(self) if self else {}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Counts from `data` of this version or another; unknown fields are left out."""
        names = {item.name for item in fields(cls)}
        known = {name: value for name, value in data.items() if name in names}
        if known.get("first") is not None:
            known["first"] = tuple(known["first"])
        return cls(**known)


def prepare_plate(frame: Frame, nan: Literal["keep", "black"]) -> tuple[Frame, Anomalies]:
    """Count the anomalies of a plate and return the plate as it is graded.

    Parameters
    ----------
    frame
        The plate, as it was read.
    nan
        "black" replaces every NaN by 0.
    """
    counts = count_anomalies(frame, stored=False)
    return (replace_nan(frame) if counts.nan and nan == "black" else frame), counts


def count_anomalies(frame: Frame, stored: bool = True) -> Anomalies:
    """Count NaN, Inf and clipped values in the R, G, B planes of a frame.

    Parameters
    ----------
    frame
        Integer planes have no anomalies.
    stored
        Whether half values at +-65504 count: they do in a file to be written, not in a plate.
    """
    if frame.native is not None and frame.native.layout.code not in ("f16", "f32"):
        return Anomalies()  # integers: the frame need not be unpacked
    nan = infinite = saturated = 0
    first: tuple[int, int, str] | None = None
    for name in frame.color[:3]:
        plane = frame.planes[name]
        if plane.dtype not in _BITS:
            continue
        exponent = _EXPONENT[plane.dtype]
        clips = stored and plane.dtype == np.float16
        limit = _HALF_MAXIMUM if clips else exponent
        for top in range(0, plane.shape[0], _ROWS):
            rows = plane[top : top + _ROWS]
            if _stays_below(rows, limit):  # the usual case
                continue
            bits = _magnitude(rows)
            nan += int((bits > exponent).sum())
            infinite += int((bits == exponent).sum())
            saturated += int((bits == _HALF_MAXIMUM).sum()) if clips else 0
            row, column = np.argwhere(bits >= limit)[0]
            place = (int(column) + frame.data_window.x_min, top + int(row), name)
            if first is None or (top + int(row), place[0]) < (first[1], first[0]):
                first = place
    if first is not None:
        first = (first[0], first[1] + frame.data_window.y_min, first[2])
    return Anomalies(nan, infinite, saturated, first)


def replace_nan(frame: Frame) -> Frame:
    """The frame with 0 in place of every NaN in R, G, B; its layout in memory stays."""
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

    Bits read as signed integers put the largest positive value highest; read as unsigned, the
    largest negative one. So two maxima decide, and nothing is copied.
    """
    unsigned = rows.view(_BITS[rows.dtype])
    sign = int(np.iinfo(unsigned.dtype).max) // 2 + 1
    signed = unsigned.view(f"i{unsigned.itemsize}")
    return bool(rows.size == 0 or (signed.max() < limit and unsigned.max() < sign + limit))


def _magnitude(rows: Any) -> Any:
    bits = rows.view(_BITS[rows.dtype])
    return bits & bits.dtype.type(np.iinfo(bits.dtype).max >> 1)
