"""Numbers between storage types, and color on and off its alpha, for whole planes in NumPy.

The formulas are those of `grade.ir.storage`, step by step in float32, so a picture stored here
has the bits of one stored by a kernel.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[Any]
HALF_MAXIMUM = np.float32(65504.0)


def to_float(plane: Plane) -> NDArray[np.float32]:
    """Return float32: integers normalized to 0..1 by their own maximum, floats as they are."""
    if plane.dtype.kind == "u":
        top = np.float32(np.iinfo(plane.dtype).max)
        return np.divide(plane.astype(np.float32), top, dtype=np.float32)
    return plane.astype(np.float32, copy=False)


def to_half(plane: Plane) -> NDArray[np.float16]:
    """Return float16, nearest even; saturates to +-65504, infinities too; NaN stays NaN."""
    if plane.dtype == np.float16:
        return plane
    return np.clip(to_float(plane), -HALF_MAXIMUM, HALF_MAXIMUM).astype(np.float16)


def to_integer(plane: Plane, dtype: type[np.unsignedinteger[Any]]) -> Plane:
    """Return `dtype` from 0..1: held to that range, half rounded up, NaN becomes 0."""
    if plane.dtype == dtype:
        return plane
    top = np.float32(np.iinfo(dtype).max)
    held = np.clip(to_float(plane), np.float32(0), np.float32(1))
    with np.errstate(invalid="ignore"):
        scaled = np.floor(held * top + np.float32(0.5))
    return np.where(np.isnan(scaled), np.float32(0), scaled).astype(dtype)


def premultiply(color: Plane, alpha: Plane) -> NDArray[np.float32]:
    """Return straight color times alpha, float32."""
    return to_float(color) * to_float(alpha)


def unpremultiply(color: Plane, alpha: Plane) -> NDArray[np.float32]:
    """Return color over alpha, float32; where alpha is 0 (glow) the color as it stands."""
    divisor = to_float(alpha)
    return np.divide(to_float(color), np.where(divisor == 0, np.float32(1), divisor))
