"""log2, log and log10: the exponent apart, and a polynomial in the mantissa less 1.

The mantissa is taken from sqrt(1/2)..sqrt(2), so that nothing cancels near 1: there the exponent
is 0 and the result is the polynomial alone. The integer form of that choice is the one of
A. Ng's log in FreeBSD's msun (e_log.c) and its successors.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from grade.ir.expression import Node, bits, equal, fma, from_bits, maximum, select, to_float
from grade.passes.elementary.coefficients import LN2, LOG, LOG2, LOG10, LOG10_2
from grade.passes.elementary.proof import INFINITY, SMALLEST_NORMAL, Range, RangeOf, horner

_ROOT_HALF = 0x3F3504F3  # the bits of sqrt(1/2), rounded
_FRACTION = 0x007FFFFF
_DENORMAL_SHIFT = 24


class Parts(NamedTuple):
    """``x = 2**exponent * (1 + fraction)``: an integral float, and sqrt(1/2)-1..sqrt(2)-1."""

    exponent: Node
    fraction: Node


def split(x: Node, known: Range) -> Parts:
    """Take a positive finite float apart, exactly; denormals too unless they are disproved.

    Of zero, a negative number, infinity and NaN it makes finite parts without meaning.
    """
    base: Node | int = _ROOT_HALF
    if known.low < SMALLEST_NORMAL:
        lifted = x * 2.0**_DENORMAL_SHIFT
        lowered = _ROOT_HALF + (_DENORMAL_SHIFT << 23)
        if known.high <= 2.0**100:
            x, base = lifted, lowered  # it cannot overflow: lift every value, choose nothing
        else:
            tiny = x < SMALLEST_NORMAL
            x, base = select(tiny, lifted, x), _choose(tiny, lowered, _ROOT_HALF)
    if known.nan:
        x = maximum(x, SMALLEST_NORMAL)
    offset = bits(x) - base
    # Mask and add rather than subtract the exponent again: that way the interval of the mantissa
    # follows from the masks, and everything computed from it is proven finite.
    mantissa = from_bits((offset & _FRACTION) + _ROOT_HALF)
    return Parts(to_float(offset >> 23), mantissa - 1.0)


def _choose(condition: Node, yes: int, no: int) -> Node:
    from grade.ir.expression import const
    from grade.ir.types import I32

    chosen: Node = select(condition, const(yes, I32), const(no, I32))
    return chosen


def _with_special_cases(result: Node, x: Node, known: Range) -> Node:
    """-inf at both zeros, NaN below, inf at inf, NaN at NaN."""
    if known.high == INFINITY or known.nan:
        result = select(x < INFINITY, result, x)  # gives x itself where it is infinite or NaN
    if known.low <= 0:
        below = select(equal(x, 0.0), -INFINITY, math.nan) if known.low < 0 else -INFINITY
        result = select(x <= 0, below, result)
    return result


def expand_log2(x: Node, ranges: RangeOf) -> Node:
    """Binary logarithm.

    Exact at every power of two, denormal ones too, and +0 at 1. -inf at both zeros; NaN below
    zero and at NaN; inf at inf.

    Parameters
    ----------
    x
        The operand, an f32 scalar.
    ranges
        What is proven of it. The treatment of denormals, of zero and below, of infinity and of
        NaN each disappear with the proof that they cannot come.
    """
    known = ranges(x)
    parts = split(x, known)
    result = fma(horner(LOG2, parts.fraction), parts.fraction, parts.exponent)
    return _with_special_cases(result, x, known)


def expand_log(x: Node, ranges: RangeOf) -> Node:
    """Natural logarithm.

    +0 at 1. -inf at both zeros; NaN below zero and at NaN; inf at inf; denormals are right.

    Parameters
    ----------
    x
        The operand, an f32 scalar.
    ranges
        What is proven of it, used as by :func:`expand_log2`.
    """
    known = ranges(x)
    exponent, t = split(x, known)
    # The coefficient of t is 1, so t is added last and exactly. LN2 differs from log(2) by
    # 2**-28.5 of it: one part is enough.
    result = fma(exponent, LN2, fma(t * t, horner(LOG, t), t))
    return _with_special_cases(result, x, known)


def expand_log10(x: Node, ranges: RangeOf) -> Node:
    """Decimal logarithm.

    +0 at 1. -inf at both zeros; NaN below zero and at NaN; inf at inf; denormals are right.

    Parameters
    ----------
    x
        The operand, an f32 scalar.
    ranges
        What is proven of it, used as by :func:`expand_log2`.
    """
    known = ranges(x)
    exponent, t = split(x, known)
    result = fma(exponent, LOG10_2, t * horner(LOG10, t))
    return _with_special_cases(result, x, known)
