"""pow: ``2**(y * log2 x)`` with the integer part of the logarithm kept apart.

Rounded to one float, ``y * log2 x`` would lose as many bits as it has in front of the point. So the
exponent e of x and the logarithm l of its mantissa stay two floats: ``y*e`` is a float and an exact
remainder (one fma, T. J. Dekker, Numerische Mathematik 18, 1971), the nearest integer k of the sum
is taken from it, and what is left, small again, takes ``y*l`` in by one more fma.
"""

from __future__ import annotations

import math

from grade.ir.expression import Node, fma, maximum, select
from grade.passes.elementary.coefficients import EXP2, LOG2
from grade.passes.elementary.logarithm import split
from grade.passes.elementary.proof import (
    INFINITY,
    LARGEST,
    Range,
    RangeOf,
    by_sign,
    hold,
    horner,
    nan_where_nan,
)
from grade.passes.elementary.scaling import OVERFLOW, UNDERFLOW, scaling_for

# Beyond this exponent every x but 1 gives 0 or inf (the floats beside 1 have |log2 x| > 2**-24),
# and within it nothing on the way overflows, so infinite exponents need no case of their own.
_LARGEST_EXPONENT = 2.0**34
_SMALLEST = 2.0**-149


def expand_pow(x: Node, y: Node, ranges: RangeOf) -> Node:
    """``x**y`` for x not negative.

    NaN where an operand is NaN and for every x < 0, -inf too; else as IEEE 754 pow:
    1 where y is 0 or x is 1; both zeros are 0, so x = 0 gives 0 for y > 0 and inf for y < 0;
    x = inf gives inf and 0; y = inf gives 0 for x < 1 and inf for x > 1, y = -inf the reverse.
    Denormal operands count in full, denormal results are rounded once.

    Parameters
    ----------
    x, y
        The operands, f32 scalars.
    ranges
        What is proven of them. For x normal and finite and a result in the normal range nothing
        but the two polynomials and the sum between them is left; each special case and each
        clamp disappears by itself when it is disproved. All forms give the same bits.
    """
    base, exponent = ranges(x), ranges(y)
    y_held = hold(y, exponent, -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
    low, high = _product_bounds(base, exponent)

    e, t = split(x, base)
    l = t * horner(LOG2, t)  # noqa: E741 - its name in the text above
    whole = y_held * e
    remainder = fma(y_held, e, -whole)
    scaling = scaling_for(max(low, UNDERFLOW), min(high, OVERFLOW))
    rounded = _hold_product(fma(y_held, l, whole), low, high) + scaling.rounder
    k = rounded - scaling.rounder
    fraction = fma(y_held, l, (whole - k) + remainder)
    if low < UNDERFLOW:
        fraction = maximum(fraction, -1.0)
    result = scaling.apply(horner(EXP2, fraction), rounded)

    if base.high == INFINITY or base.nan:
        result = select(x < INFINITY, result, by_sign(y, exponent, 0.0, 1.0, INFINITY))
    if base.low <= 0:
        at_zero = by_sign(y, exponent, INFINITY, 1.0, 0.0)
        below = select(x < 0, math.nan, at_zero) if base.low < 0 else at_zero
        result = select(x <= 0, below, result)
    return nan_where_nan(result, (x, base), (y, exponent))


def _hold_product(z: Node, low: float, high: float) -> Node:
    if low < UNDERFLOW:
        z = maximum(z, UNDERFLOW)
    if high > OVERFLOW:
        z = select(z < OVERFLOW, z, OVERFLOW)
    return z


def _product_bounds(base: Range, exponent: Range) -> tuple[float, float]:
    """Bounds of ``y * log2 x`` over the positive finite x, a little outwards.

    By exact arithmetic alone: these bounds choose the form of the program, and a program may not
    depend on the mathematics library of the machine that builds it.
    """
    logs = (_log2_below(max(base.low, _SMALLEST)), _log2_above(min(base.high, LARGEST)))
    ends = (max(exponent.low, -_LARGEST_EXPONENT), min(exponent.high, _LARGEST_EXPONENT))
    corners = [y * log for y in ends for log in logs]
    return min(corners) - 0.01, max(corners) + 0.01


def _log2_below(x: float) -> float:
    """The chord: ``m - 1 <= log2 m`` for m in 1..2."""
    mantissa, exponent = math.frexp(x)
    return exponent - 1 + (2 * mantissa - 1)


def _log2_above(x: float) -> float:
    """The chord raised by the most that log2 lies above it, 0.0861."""
    if x <= 0:
        return -150.0
    mantissa, exponent = math.frexp(x)
    return exponent - 1 + (2 * mantissa - 1) + (0.0861 if mantissa != 0.5 else 0.0)
