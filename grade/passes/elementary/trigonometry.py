"""sin, cos and atan2.

sin and cos take the nearest multiple of pi off in three parts by fma (W. J. Cody and W. Waite,
Software Manual for the Elementary Functions, 1980, chapter 8) and use one odd polynomial over half
a turn; its sign alternates with the multiple. atan2 divides the smaller by the larger.
"""

from __future__ import annotations

import math

from grade.ir.expression import (
    Node,
    absolute,
    bits,
    const,
    equal,
    fma,
    from_bits,
    maximum,
    select,
)
from grade.passes.elementary.coefficients import (
    ARC_TANGENT,
    HALF_PI_HIGH,
    HALF_PI_LOW,
    INVERSE_PI,
    PI_HIGH,
    PI_LOW,
    PI_MIDDLE,
    SINE,
)
from grade.passes.elementary.proof import INFINITY, Range, RangeOf, horner, nan_where_nan
from grade.passes.elementary.scaling import ROUNDER

_ONE, _HALF = 0x3F800000, 0x3F000000
_SIGN = -(2**31)

# Up to here the multiple of pi is chosen right to 2**-8 of a turn, which the polynomial allows for.
FARTHEST = 2.0**16


def expand_sin(x: Node, ranges: RangeOf) -> Node:
    """Sine of ``x`` radians.

    -0 stays -0; a denormal is itself or its neighbour. Beyond ``|x| = 65536`` the angle is taken
    as 0, so the result is a zero: floats lie so far apart there that the angle is noise. NaN at
    infinity and at NaN.

    Parameters
    ----------
    x
        The angle, an f32 scalar.
    ranges
        What is proven of it: within the limit, the limit is not looked at.
    """
    x, turns = _angle(x, ranges(x))
    rounded = fma(turns, INVERSE_PI, ROUNDER)
    return _sine(_less(x, rounded - ROUNDER), (bits(rounded) << 31) | _HALF)


def expand_cos(x: Node, ranges: RangeOf) -> Node:
    """Cosine of ``x`` radians.

    Beyond ``|x| = 65536`` the angle is taken as 0, so the result is 1: floats lie so far apart
    there that the angle is noise. NaN at infinity and at NaN.

    Parameters
    ----------
    x
        The angle, an f32 scalar.
    ranges
        What is proven of it: within the limit, the limit is not looked at.
    """
    x, turns = _angle(x, ranges(x))
    rounded = fma(turns, INVERSE_PI, -0.5) + ROUNDER
    half_turns = (rounded - ROUNDER) + 0.5
    return _sine(_less(x, half_turns), (bits(rounded) << 31) ^ (_HALF | _SIGN))


def _angle(x: Node, known: Range) -> tuple[Node, Node]:
    """The angle, 0 if it is too far, and the same where it may not be NaN."""
    inside = known.low >= -FARTHEST and known.high <= FARTHEST
    if not inside:
        x = select(absolute(x) <= FARTHEST, x, x * 0.0)
    if known.nan or math.inf in (known.high, -known.low):
        return x, maximum(x, -FARTHEST)
    return x, x


def _less(x: Node, turns: Node) -> Node:
    """``x - turns * pi``; the first step is exact where little is left.

    The parts of pi are all positive, so that for no turns at all each step adds -0 and x stays.
    """
    r = fma(turns, -PI_HIGH, x)
    r = fma(turns, -PI_MIDDLE, r)
    r = fma(turns, -PI_LOW, r)
    left: Node = r
    return left


def _sine(r: Node, half: Node) -> Node:
    """``sin r`` for r in -pi/2..pi/2, times twice a factor given as the pattern of 1/2 or -1/2.

    ``sin r = r/2 + r/2 * w``: near pi/2 half of r is added without a rounding, and w is small
    there, so that its own rounding counts little.
    """
    z = r * r
    w = fma(z, horner(SINE, z, gain=2.0), 1.0)
    side = r * from_bits(half)
    result: Node = fma(side, w, side)
    return result


def expand_atan2(y: Node, x: Node, ranges: RangeOf) -> Node:
    """Angle of the point ``(x, y)``, in -pi..pi, by the rules of C.

    The sign is that of ``y``, zeros included. ``y`` a zero: a zero for x positive or +0, pi for
    x negative or -0. ``x`` a zero: pi/2. ``x`` inf: a zero, or pi/4 where y is infinite too;
    ``x`` -inf: pi, or 3/4 pi; ``y`` alone infinite: pi/2. A quotient that underflows does so
    gradually. NaN where an operand is NaN.

    Parameters
    ----------
    y, x
        The operands, f32 scalars, in the order of C.
    ranges
        What is proven of them. The cases of two zeros and of two infinities, and the quadrants
        that cannot come, disappear.
    """
    above, beside = ranges(y), ranges(x)
    high, far = absolute(y), absolute(x)
    steep = far < high
    left = _is_negative(x, beside)
    # Along the nearer axis, turned so that the quotient is the tangent of what is to be added.
    if left is None:
        signed, opposite = far, -far
    else:
        signed, opposite = x, -x
    quotient = select(steep, opposite, high) / select(steep, high, signed)
    quotient = _equal_sides(quotient, far, left, above, beside)
    z = quotient * quotient
    angle = fma(quotient * z, horner(ARC_TANGENT, z), quotient)
    quarters = select(steep, 1.0, 0.0 if left is None else select(left, 2.0, 0.0))
    angle = fma(quarters, HALF_PI_HIGH, fma(quarters, HALF_PI_LOW, angle))
    if above.low <= 0:
        angle = angle * from_bits((bits(_not_nan(y, above)) & _SIGN) | _ONE)
    return nan_where_nan(angle, (y, above), (x, beside))


def _not_nan(x: Node, known: Range) -> Node:
    if known.nan:
        x = maximum(x, -INFINITY)
    return x


def _is_negative(x: Node, known: Range) -> Node | None:
    """Whether the sign of ``x`` is set, zeros included; None if it is proven not to be."""
    if known.low > 0:
        return None
    if known.high < 0 or not (known.low <= 0 <= known.high):
        return x < 0
    negative: Node = bits(_not_nan(x, known)) < 0
    return negative


def _equal_sides(quotient: Node, far: Node, left: Node | None, above: Range, beside: Range) -> Node:
    """The quotient where it is 0/0 or inf/inf: 0, and 1 with the sign of the denominator."""
    zeros = above.low <= 0 <= above.high and beside.low <= 0 <= beside.high
    infinities = _reaches_infinity(above) and _reaches_infinity(beside)
    if not (zeros or infinities):
        return quotient
    settled: Node | float = 0.0
    if infinities:
        settled = const(1.0) if left is None else select(left, const(-1.0), 1.0)
        settled = select(far > 0, settled, 0.0) if zeros else settled
    result: Node = select(equal(quotient, quotient), quotient, settled)
    return result


def _reaches_infinity(known: Range) -> bool:
    return known.high == INFINITY or known.low == -INFINITY
