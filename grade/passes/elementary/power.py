"""pow: ``2**(y * log2 x)``, with the integer part of the logarithm in a float of its own.

Rounded to one float, ``y * log2 x`` would lose as many bits as it has in front of the point. So the
exponent e of x and the logarithm l of its mantissa stay two floats. Their sum is good enough to
choose the nearest integer k; then ``y*e - k`` is one fma, with one small rounding although ``y*e``
may be large, and one more fma adds ``y*l``.
"""

from __future__ import annotations

import math

from grade.ir.expression import Node, fma, select
from grade.ir.float32 import LARGEST
from grade.passes.elementary.coefficients import EXP2, POW_LOG2
from grade.passes.elementary.guards import RangeOf, by_sign, clamp_to, nan_where_nan
from grade.passes.elementary.logarithm import EXPONENT_UNIT, split
from grade.passes.elementary.polynomial import horner
from grade.passes.elementary.scaling import scaling_for
from grade.passes.interval_arithmetic import INF, Range

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
        What is proved of them. For x normal and finite and a result in the normal range nothing
        but the two polynomials and the sum between them is left; each special case and each
        clamp disappears by itself when it is disproved. All forms give the same bits.
    """
    base, exponent = ranges(x), ranges(y)
    power = clamp_to(y, exponent, -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
    scaling = scaling_for(*_product_bounds(base, exponent), nan=False)

    _, scaled, t = split(x, base)
    l = fma(t, horner(POW_LOG2, t), t)  # noqa: E741 - its name in the text above
    logarithm = fma(scaled, EXPONENT_UNIT, l)
    rounded = scaling.clamp(fma(power, logarithm, scaling.rounder))
    # The power carries the unit of the exponent: for a uniform y that product is not per pixel.
    rest = fma(power * EXPONENT_UNIT, scaled, scaling.rounder - rounded)
    fraction = scaling.floor(fma(power, l, rest))
    result = scaling.apply(horner(EXP2, fraction, scaling.gain), rounded)

    rising = exponent.low > 0 and not exponent.nan
    if base.high == INF or base.nan:
        # For y > 0 infinity and NaN are their own powers: one choice serves both.
        beyond = x if rising else by_sign(y, exponent, 0.0, 1.0, INF)
        result = select(x < INF, result, beyond)
    if base.low <= 0:
        at_zero = by_sign(y, exponent, INF, 1.0, 0.0)
        below = select(x < 0, math.nan, at_zero) if base.low < 0 else at_zero
        result = select(x <= 0, below, result)
    return result if rising else nan_where_nan(result, (x, base), (y, exponent))


def _product_bounds(base: Range, exponent: Range) -> tuple[float, float]:
    """Bounds of ``y * log2 x`` over the positive finite x, and a little beyond.

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
        return -149.0
    mantissa, exponent = math.frexp(x)
    return exponent - 1 + (2 * mantissa - 1) + (0.0861 if mantissa != 0.5 else 0.0)
