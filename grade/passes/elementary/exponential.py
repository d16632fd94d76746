"""exp2 and exp: an integer power of two times a polynomial in what is left.

The reduction is that of W. J. Cody and W. Waite, Software Manual for the Elementary Functions
(1980), chapter 6.
"""

from __future__ import annotations

from grade.ir.expression import Node, fma, maximum
from grade.passes.elementary.coefficients import EXP, EXP2, LN2_HIGH, LN2_LOW, LOG2_E
from grade.passes.elementary.proof import RangeOf, hold, horner
from grade.passes.elementary.scaling import OVERFLOW, UNDERFLOW, scaling_for


def expand_exp2(x: Node, ranges: RangeOf) -> Node:
    """``2**x``.

    Exact at every integer from -149 to 127. 0 from -150 down, and at -inf; inf from 128 up;
    1 at both zeros; denormal results are rounded once; NaN stays NaN.

    Parameters
    ----------
    x
        The exponent, an f32 scalar.
    ranges
        What is proven of it. Both clamps, the second scaling factor and the floor under the
        fraction disappear with the proof that they do nothing.
    """
    known = ranges(x)
    held = hold(x, known, UNDERFLOW, OVERFLOW)
    scaling = scaling_for(max(known.low, UNDERFLOW), min(known.high, OVERFLOW))
    rounded = held + scaling.rounder
    # From the operand itself: a NaN stays NaN, and beyond the clamp the polynomial grows with it.
    fraction = x - (rounded - scaling.rounder)
    if known.low < UNDERFLOW:
        fraction = maximum(-1.0, fraction)
    return scaling.apply(horner(EXP2, fraction), rounded)


def expand_exp(x: Node, ranges: RangeOf) -> Node:
    """``e**x``.

    Exact at zero. 0 from about -103.98 down, and at -inf; inf from about 88.73 up; 1 at both
    zeros; denormal results are rounded once; NaN stays NaN.

    Parameters
    ----------
    x
        The exponent, an f32 scalar.
    ranges
        What is proven of it, used as by :func:`expand_exp2`.
    """
    known = ranges(x)
    low, high = UNDERFLOW * LN2_HIGH, OVERFLOW * LN2_HIGH
    held = hold(x, known, low, high)
    # Outwards by a little: the product below is rounded.
    scaling = scaling_for(
        max(known.low, low) * LOG2_E - 0.01, min(known.high, high) * LOG2_E + 0.01
    )
    rounded = fma(held, LOG2_E, scaling.rounder)
    k = rounded - scaling.rounder
    # k * LN2_HIGH is exact in 24 bits, so the first step loses nothing.
    fraction = fma(k, -LN2_LOW, fma(k, -LN2_HIGH, x))
    if known.low < low:
        fraction = maximum(-1.0, fraction)
    return scaling.apply(horner(EXP, fraction), rounded)
