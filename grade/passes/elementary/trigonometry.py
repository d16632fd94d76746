"""sin, cos and atan2.

sin and cos subtract the nearest multiple of pi/2, in three parts by fma (W. J. Cody and W. Waite,
Software Manual for the Elementary Functions, 1980, chapter 8), and choose between a sine and a
cosine by the quarter of the turn. atan2 divides the smaller by the larger. What rounding loses of
the angle and of the quotient is known exactly, and is added to the small terms: just above a power
of two, where the result is just below, it would count for a whole unit.
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
    COSINE,
    HALF_PI_HIGH,
    HALF_PI_LOW,
    INVERSE_QUARTER,
    QUARTER_HIGH,
    QUARTER_LOW,
    QUARTER_MIDDLE,
    SINE,
)
from grade.passes.elementary.guards import RangeOf, nan_where_nan
from grade.passes.elementary.polynomial import horner
from grade.passes.elementary.scaling import ROUNDER
from grade.passes.interval_arithmetic import INF, Range

_ONE = 0x3F800000
_SIGN = -(2**31)

# Up to here the quarter is right to 2**-9 of it, which the polynomials allow for.
FARTHEST = 2.0**16
# Floats are 2**-24 apart on both sides of it, and so are the angles that must not be rounded.
_GRID = 0.75
# The bits of 2.0**128 less one: minus the bits of d they are about 2/d; finite for d = 0 too.
_TWO_RECIPROCAL = 0x7F7FFFFF


def expand_sin(x: Node, ranges: RangeOf) -> Node:
    """Sine of ``x`` radians.

    -0 stays -0; a denormal is itself or its neighbor. Beyond ``|x| = 65536`` the angle is taken
    as 0, so the result is a zero: floats lie so far apart there that the angle is noise. NaN at
    infinity and at NaN.

    Parameters
    ----------
    x
        The angle, an f32 scalar.
    ranges
        What is proved of it: within the limit, the limit is not tested.
    """
    return _wave(x, ranges(x), 0)


def expand_cos(x: Node, ranges: RangeOf) -> Node:
    """Cosine of ``x`` radians.

    Beyond ``|x| = 65536`` the angle is taken as 0, so the result is 1: floats lie so far apart
    there that the angle is noise. NaN at infinity and at NaN.

    Parameters
    ----------
    x
        The angle, an f32 scalar.
    ranges
        What is proved of it: within the limit, the limit is not tested.
    """
    return _wave(x, ranges(x), 1)


def _wave(x: Node, known: Range, ahead: int) -> Node:
    """The sine of ``x`` plus so many quarters of a turn."""
    x, turns = _angle(x, known)
    rounded = fma(turns, INVERSE_QUARTER, ROUNDER + ahead)
    r, over = _subtract_quarters(x, rounded - (ROUNDER + ahead))
    z = r * r
    # Subtracted, so that -0 stays -0.
    sine = r - fma(r * z, horner(SINE, z, gain=-1.0), over)
    cosine = fma(z, fma(z, horner(COSINE, z), -0.5), 1.0)
    quarter = bits(rounded)
    size = select(equal(quarter & 1, 0), sine, cosine)
    result: Node = size * from_bits(((quarter << 30) & _SIGN) | _ONE)
    return result


def _angle(x: Node, known: Range) -> tuple[Node, Node]:
    """The angle, 0 if it is too large; and the same without NaN, for what may not be NaN."""
    inside = known.low >= -FARTHEST and known.high <= FARTHEST
    if not inside:
        x = select(absolute(x) <= FARTHEST, x, x * 0.0)
    if known.nan or math.inf in (known.high, -known.low):
        return x, maximum(x, -FARTHEST)
    return x, x


def _subtract_quarters(x: Node, quarters: Node) -> tuple[Node, Node]:
    """``x - quarters * pi/2`` as a float, and its excess over the exact value, which is small.

    The first step is exact. Of the second step only the part that lies on the grid is subtracted,
    and so without a rounding; the rest of it, again exact, and the third go into the excess. For no
    quarters the excess is +0 and the float is x.
    """
    r = fma(quarters, -QUARTER_HIGH, x)
    step = fma(quarters, QUARTER_MIDDLE, _GRID) - _GRID
    over: Node = fma(quarters, QUARTER_LOW, fma(quarters, QUARTER_MIDDLE, -step))
    return r - step, over


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
        What is proved of them. The cases of two zeros and of two infinities, and the quadrants
        that cannot come, disappear.
    """
    above, beside = ranges(y), ranges(x)
    given, x = x, _without_nan(x, beside)
    high, far = absolute(y), absolute(x)
    steep = far < high
    left = _is_negative(x, beside)
    # Along the nearer axis, turned so that the quotient is the tangent of the angle to be added.
    if left is None:
        signed, opposite = far, -far
    else:
        signed, opposite = x, -x
    numerator, denominator = select(steep, opposite, high), select(steep, high, signed)
    quotient = numerator / denominator
    # What the quotient lacks, doubled: the remainder, exact unless denormal, over the divisor.
    lack = fma(-quotient, denominator, numerator) * from_bits(_TWO_RECIPROCAL - bits(denominator))
    z = quotient * quotient
    small = fma(quotient * z, horner(ARC_TANGENT, z, gain=2.0), lack)
    quarters = select(steep, 1.0, 0.0 if left is None else select(left, 2.0, 0.0))
    angle = fma(fma(quarters, 2.0 * HALF_PI_LOW, small), 0.5, quotient)
    angle = _angle_of_special(angle, numerator, left, above, beside)
    angle = fma(quarters, HALF_PI_HIGH, angle)
    if above.low <= 0:
        angle = angle * from_bits((bits(_without_nan(y, above)) & _SIGN) | _ONE)
    return nan_where_nan(angle, (y, above), (given, beside))


def _without_nan(x: Node, known: Range) -> Node:
    if known.nan:
        x = maximum(x, -INF)
    return x


def _is_negative(x: Node, known: Range) -> Node | None:
    """Whether the sign of ``x`` is set, zeros included; None if it is proved not to be."""
    if known.low > 0:
        return None
    if known.high < 0 or not (known.low <= 0 <= known.high):
        return x < 0
    negative: Node = bits(_without_nan(x, known)) < 0
    return negative


def _angle_of_special(
    angle: Node, side: Node, left: Node | None, above: Range, beside: Range
) -> Node:
    """The angle with its NaN replaced: by 0 for two zeros or one infinity, by pi/4 for two."""
    zeros = above.low <= 0 <= above.high and beside.low <= 0 <= beside.high
    infinities = _reaches_infinity(above), _reaches_infinity(beside)
    if not (zeros or any(infinities)):
        return angle
    special: Node | float = 0.0
    if all(infinities):
        diagonal = HALF_PI_HIGH / 2
        special = const(diagonal) if left is None else select(left, const(-diagonal), diagonal)
        # The numerator is the smaller side.
        special = select(equal(side, INF), special, 0.0)
    result: Node = select(equal(angle, angle), angle, special)
    return result


def _reaches_infinity(known: Range) -> bool:
    return known.high == INF or known.low == -INF
