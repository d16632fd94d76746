"""log2, log and log10: the exponent by itself, and a polynomial in the mantissa less 1.

The mantissa is taken from sqrt(1/2)..sqrt(2), so that nothing cancels near 1: there the exponent
is 0 and the result is the polynomial alone. The integer form of that choice is that of logf in
Arm's optimized-routines (S. Nagy, 2017).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from grade.ir.expression import Node, bits, const, equal, fma, from_bits, maximum, select, to_float
from grade.ir.float32 import SMALLEST_NORMAL
from grade.ir.types import I32
from grade.passes.elementary.coefficients import (
    LN2,
    LOG,
    LOG2,
    LOG10,
    LOG10_2_HIGH,
    LOG10_2_LOW,
)
from grade.passes.elementary.guards import RangeOf, promise
from grade.passes.elementary.polynomial import horner
from grade.passes.interval_arithmetic import INF, Range

_ROOT_HALF = 0x3F3504F3  # the bits of sqrt(1/2), rounded
_EXPONENT = -(1 << 23)
_MANTISSA = (1 << 23) - 1
_LIFT = 24  # takes every denormal to a normal float
EXPONENT_UNIT = 2.0**-23


class Parts(NamedTuple):
    """``x = 2**e * (1 + t)`` with t in sqrt(1/2) - 1..sqrt(2) - 1.

    Attributes
    ----------
    offset
        e in its upper nine bits; the other bits have no meaning.
    scaled
        The float ``e / EXPONENT_UNIT``, which takes one operation less than e itself: the unit goes
        into the constant that e is multiplied by.
    t
        The mantissa less 1, exact.
    """

    offset: Node
    scaled: Node
    t: Node


def split(x: Node, known: Range) -> Parts:
    """Split a positive finite float, exactly; denormals too unless they are disproved.

    The parts of zero, a negative number, infinity and NaN are finite and have no meaning.
    """
    if known.low >= SMALLEST_NORMAL and not known.nan:
        pattern = bits(x)
        offset = pattern - _ROOT_HALF
        exponent = offset & _EXPONENT
        mantissa = from_bits(pattern - exponent)
    else:
        x, base = _lift_denormals(x, known)
        offset = bits(x) - base
        exponent = offset & _EXPONENT
        # The lifted number has another exponent, so the mantissa is put together instead.
        mantissa = from_bits((offset & _MANTISSA) + _ROOT_HALF)
    return Parts(offset, to_float(exponent), promise(mantissa, 0.7071, 1.4143) - 1.0)


def _lift_denormals(x: Node, known: Range) -> tuple[Node, Node | int]:
    """``x`` scaled up so that it is normal, and not NaN; and what its pattern is compared with."""
    higher = x * 2.0**_LIFT
    raised = _ROOT_HALF + (_LIFT << 23)
    if known.high <= 2.0**100 and known.low < SMALLEST_NORMAL:
        # Nothing can overflow, so every value is lifted and no select is needed.
        return (maximum(higher, SMALLEST_NORMAL) if known.nan else higher), raised
    if known.low >= SMALLEST_NORMAL:
        return maximum(x, SMALLEST_NORMAL), _ROOT_HALF
    denormal = x < SMALLEST_NORMAL
    normal = select(denormal, higher, x)
    base = select(denormal, const(raised, I32), const(_ROOT_HALF, I32))
    return (maximum(normal, SMALLEST_NORMAL) if known.nan else normal), base


def _with_special_cases(result: Node, x: Node, known: Range) -> Node:
    """-inf at both zeros, NaN below, inf at inf, NaN at NaN."""
    if known.high == INF or known.nan:
        result = select(x < INF, result, x)  # gives x itself where it is infinite or NaN
    if known.low <= 0:
        below = select(equal(x, 0.0), -INF, math.nan) if known.low < 0 else -INF
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
        What is proved of it. The treatment of denormals, of zero and below, of infinity and of
        NaN each disappear with the proof that they cannot come.
    """
    known = ranges(x)
    offset, _, t = split(x, known)
    # The polynomial lacks 1 of its leading coefficient; adding t itself rounds nothing.
    result = fma(t, horner(LOG2, t), t) + to_float(offset >> 23)
    return _with_special_cases(result, x, known)


def expand_log(x: Node, ranges: RangeOf) -> Node:
    """Natural logarithm.

    +0 at 1. -inf at both zeros; NaN below zero and at NaN; inf at inf; denormals are right.

    Parameters
    ----------
    x
        The operand, an f32 scalar.
    ranges
        What is proved of it, used as by :func:`expand_log2`.
    """
    known = ranges(x)
    _, scaled, t = split(x, known)
    # LN2 differs from log(2) by 2**-28 of it: one float is enough.
    result = fma(scaled, LN2 * EXPONENT_UNIT, fma(t * t, horner(LOG, t), t))
    return _with_special_cases(result, x, known)


def expand_log10(x: Node, ranges: RangeOf) -> Node:
    """Decimal logarithm.

    +0 at 1. -inf at both zeros; NaN below zero and at NaN; inf at inf; denormals are right.

    Parameters
    ----------
    x
        The operand, an f32 scalar.
    ranges
        What is proved of it, used as by :func:`expand_log2`.
    """
    known = ranges(x)
    _, scaled, t = split(x, known)
    # The polynomial lacks 3/8 of its leading coefficient, a factor of few bits.
    small = fma(t, horner(LOG10, t), t * 0.375)
    # e * LOG10_2_HIGH is exact, so only the sum is rounded; the rest is small and comes first.
    small = fma(scaled, LOG10_2_LOW * EXPONENT_UNIT, small)
    return _with_special_cases(fma(scaled, LOG10_2_HIGH * EXPONENT_UNIT, small), x, known)
