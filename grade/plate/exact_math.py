"""Vectors and curves from + - * / and the square root alone: the same bits on every host.

NumPy's own exp, sin and power change their last bits with the processor, products of matrices with
the BLAS. A vector is an array whose first axis is x, y, z: its planes lie one after another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
# 2^-x about 0, by powers of x: (-ln 2)^n / n!
_HALVING = (
    1.0, -0.69314718, 0.24022651, -0.05550411, 0.00961813, -0.00133336, 0.00015404, -1.5252734e-5,
    1.3215487e-6,
)  # fmt: skip


def dot(a: Array, b: Array) -> Array:
    """The product of vectors, summed in written order."""
    product: Array = a[0] * b[0]
    product += a[1] * b[1]
    product += a[2] * b[2]
    return product


def unit(vector: Array) -> Array:
    """The vector in length 1."""
    return vector / np.sqrt(dot(vector, vector))


def bell(square: Array) -> Array:
    """A bell over the square of a distance, near to ``exp(-square)``: (1 + square / 32)^-32."""
    base = 1 + np.minimum(square, 200) * np.float32(1 / 32)
    for _ in range(5):
        base *= base
    return 1 / base


def halved(times: Array) -> Array:
    """``2^-times`` for 0 <= times <= 8, to five digits."""
    eighth = times * np.float32(1 / 8)
    power = np.full_like(eighth, _HALVING[-1])
    for factor in _HALVING[-2::-1]:
        power = power * eighth + np.float32(factor)
    for _ in range(3):
        power *= power
    return power


def wave(angle: Array) -> Array:
    """A wave near to the sine of an angle in radians, to three digits."""
    turns = angle * np.float32(1 / (2 * np.pi))
    turns = turns - np.floor(turns + np.float32(0.5))
    parabola = 8 * turns - 16 * turns * np.abs(turns)
    bent = np.float32(0.225) * (parabola * np.abs(parabola) - parabola)
    return parabola + bent  # type: ignore[no-any-return]
