"""Elementary functions of float64 arrays with the same bits on every host.

Tables are part of a kernel and of its cache key. NumPy's transcendental functions change bits with
the processor. Sums, products, quotients, square roots and scalings by powers of two do not, so
everything here is made of those. Errors are a few units in the last place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any
LN2 = 0.6931471805599453
PI = 3.141592653589793
_EXP2_TERMS = 14
_LOG_TERMS = 11
_ARC_TERMS = 21
_WAVE_TERMS = 10


def exp2(x: Array) -> Array:
    """``2**x`` by the Taylor series on -0.5..0.5, scaled by a power of two."""
    whole = np.rint(x)
    t = (x - whole) * LN2
    total = np.ones_like(t)
    for n in range(_EXP2_TERMS, 0, -1):
        total = 1.0 + total * t * (1.0 / n)
    return np.ldexp(total, whole.astype(np.int64))


def log2(x: Array) -> Array:
    """Binary logarithm of positive numbers, by the series of the inverse hyperbolic tangent."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < 0.7071067811865476
    mantissa = np.where(low, 2.0 * mantissa, mantissa)
    exponent = exponent - low
    s = (mantissa - 1.0) / (mantissa + 1.0)
    square = s * s
    total = np.zeros_like(s)
    for n in range(_LOG_TERMS, -1, -1):
        total = total * square + 1.0 / (2 * n + 1)
    return exponent + total * s * (2.0 / LN2)


def power(x: Array, y: float | Array) -> Array:
    """``x**y`` for x >= 0 and y > 0; 0 stays 0."""
    limited = np.maximum(x, 1e-300)
    return np.where(x > 0.0, exp2(y * log2(limited)), 0.0)


def arctangent(y: Array, x: Array) -> Array:
    """The angle of the vector (x, y) in degrees, 0..360; 0 for the zero vector."""
    wide, high = np.abs(x), np.abs(y)
    steep = high > wide
    long: Array = np.where(steep, high, wide)
    t: Array = np.where(steep, wide, high) / np.where(long > 0.0, long, 1.0)
    beyond = t > 0.41421356237309503
    u = np.where(beyond, (t - 1.0) / (t + 1.0), t)
    square = u * u
    total = np.zeros_like(u)
    for n in range(_ARC_TERMS, -1, -1):
        total = total * square + (1.0 if n % 2 == 0 else -1.0) / (2 * n + 1)
    angle = total * u * (180.0 / PI) + np.where(beyond, 45.0, 0.0)
    angle = np.where(steep, 90.0 - angle, angle)
    angle = np.where(x < 0.0, 180.0 - angle, angle)
    return np.where(y < 0.0, 360.0 - angle, angle)


def cosine_sine(degrees: Array) -> tuple[Array, Array]:
    """Cosine and sine of angles in degrees; whole quadrants are removed exactly."""
    quarter = np.rint(np.asarray(degrees, dtype=np.float64) / 90.0)
    x = (degrees - 90.0 * quarter) * (PI / 180.0)
    square = x * x
    c, s = np.ones_like(x), np.ones_like(x)
    for n in range(_WAVE_TERMS, 0, -1):
        c = 1.0 - c * square * (1.0 / ((2 * n - 1) * (2 * n)))
        s = 1.0 - s * square * (1.0 / ((2 * n) * (2 * n + 1)))
    s = s * x
    turn = quarter.astype(np.int64) % 4
    cosine = np.choose(turn, [c, -s, -c, s])
    sine = np.choose(turn, [s, c, -s, -c])
    return cosine, sine
