"""exp2 and exp: an integer power of two times a polynomial in what is left.

The reduction is that of W. J. Cody and W. Waite, Software Manual for the Elementary Functions
(1980), chapter 6.
"""

from __future__ import annotations

from grade.ir.expression import Node, fma
from grade.passes.elementary.coefficients import EXP, EXP2, LN2_HIGH, LN2_LOW, LOG2_E
from grade.passes.elementary.guards import RangeOf
from grade.passes.elementary.polynomial import horner
from grade.passes.elementary.scaling import scaling_for


def expand_exp2(x: Node, ranges: RangeOf) -> Node:
    """``2**x``.

    Exact at every integer from -149 to 127. 0 from -150 down, and at -inf; inf from 128 up;
    1 at both zeros; denormal results are rounded once; NaN stays NaN.

    Parameters
    ----------
    x
        The exponent, an f32 scalar.
    ranges
        What is proved of it. Both clamps, the second scaling factor and the floor under the
        fraction disappear with the proof that they do nothing.
    """
    known = ranges(x)
    scaling = scaling_for(known.low, known.high, known.nan)
    rounded = scaling.clamp(x + scaling.rounder)
    # From the operand itself: so a NaN stays NaN although k has lost it.
    fraction = scaling.floor(x - (rounded - scaling.rounder))
    return scaling.apply(horner(EXP2, fraction, scaling.gain), rounded)


def expand_exp(x: Node, ranges: RangeOf) -> Node:
    """``e**x``.

    Exact at both zeros. 0 from about -103.98 down, and at -inf; inf from about 88.73 up;
    denormal results are rounded once; NaN stays NaN.

    Parameters
    ----------
    x
        The exponent, an f32 scalar.
    ranges
        What is proved of it, used as by :func:`expand_exp2`.
    """
    known = ranges(x)
    # Outwards by a little, because LOG2_E is rounded.
    scaling = scaling_for(known.low * LOG2_E - 0.01, known.high * LOG2_E + 0.01, known.nan)
    rounded = scaling.clamp(fma(x, LOG2_E, scaling.rounder))
    minus_k = scaling.rounder - rounded
    # k * LN2_HIGH is exact in 24 bits, so the first step loses nothing.
    fraction = scaling.floor(fma(minus_k, LN2_LOW, fma(minus_k, LN2_HIGH, x)))
    return scaling.apply(horner(EXP, fraction, scaling.gain), rounded)
