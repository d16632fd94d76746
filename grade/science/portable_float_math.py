"""Elementary functions of one float with the same bits on every host.

They use + - * / and powers of two alone, and err by less than 1e-12 of their result. Infinite
operands are allowed. Range analysis needs them: a bound may decide which form of a function a
program gets, and the exp and log of NumPy differ between hosts in the last bit.
"""

from __future__ import annotations

import math

INFINITY = math.inf
_LN2 = 0.6931471805599453
_LOG10_2 = 0.3010299956639812
_LARGEST_EXPONENT = 2000.0  # past it float64 holds zero or infinity


def log2(x: float) -> float:
    """Binary logarithm of x >= 0, by the series of the inverse hyperbolic tangent."""
    if x == 0 or x == INFINITY:
        return -INFINITY if x == 0 else INFINITY
    mantissa, exponent = math.frexp(x)
    if mantissa < 0.7071:
        mantissa, exponent = 2 * mantissa, exponent - 1
    s = (mantissa - 1) / (mantissa + 1)
    total = 0.0
    for k in range(25, 0, -2):
        total = total * s * s + 1 / k
    return exponent + 2 * s * total / _LN2


def log(x: float) -> float:
    """Natural logarithm of x >= 0."""
    return log2(x) * _LN2


def log10(x: float) -> float:
    """Decimal logarithm of x >= 0."""
    return log2(x) * _LOG10_2


def exp2(x: float) -> float:
    """``2**x``, by the series of the exponential."""
    limited = max(-_LARGEST_EXPONENT, min(_LARGEST_EXPONENT, x))
    whole = math.floor(limited + 0.5)
    t = (limited - whole) * _LN2
    total = 1.0
    for k in range(20, 0, -1):
        total = 1 + t * total / k
    return math.ldexp(total, whole) if whole <= 1023 else INFINITY


def exp(x: float) -> float:
    """``e**x``."""
    return exp2(x / _LN2)


def power(x: float, y: float) -> float:
    """``x**y`` for x >= 0, infinite operands as in IEEE 754."""
    if y == 0 or x == 1:
        return 1.0
    return exp2(y * log2(x))


def cbrt(x: float) -> float:
    """Cube root."""
    if x == 0:
        return 0.0
    return math.copysign(exp2(log2(abs(x)) / 3), x)


def hypot(x: float, y: float) -> float:
    """``sqrt(x*x + y*y)`` of float32 numbers, whose squares neither overflow nor underflow."""
    return math.sqrt(x * x + y * y)
