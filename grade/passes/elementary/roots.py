"""cbrt and hypot.

cbrt refines an estimate of the reciprocal cube root, which needs no division (L. Moroz et al., Fast
Calculation of Cube and Inverse Cube Roots Using a Magic Constant, Energies 14, 2021); hypot scales
by a power of two.
"""

from __future__ import annotations

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
    sqrt,
    to_float,
)
from grade.ir.float32 import SMALLEST_NORMAL
from grade.passes.elementary.coefficients import CUBE_ROOT, CUBE_ROOT_START
from grade.passes.elementary.guards import RangeOf
from grade.passes.elementary.scaling import ROUNDER
from grade.passes.interval_arithmetic import INF, Range

# Below the bound, cbrt scales its operand up, so that the last correction, a small part of it, is
# not denormal. The bound is high, so that everyday ranges lie below it and need no select.
_BOUND = 2.0**30
_LIFT, _LOWER = 2.0**48, 2.0**-16


def expand_cbrt(x: Node, ranges: RangeOf) -> Node:
    """Cube root, odd.

    Zeros, infinities and NaN are themselves, the sign of zero too; denormals are right.

    Parameters
    ----------
    x
        The operand, an f32 scalar.
    ranges
        What is proved of it. Below 2**30 no select by size is needed; without zero, infinity and
        NaN none at the end.
    """
    known = ranges(x)
    size = absolute(x) if known.low < 0 else x
    one_sign = known.low > 0 or known.high < 0
    least = min(abs(known.low), abs(known.high)) if one_sign else 0.0
    most = max(abs(known.low), abs(known.high))
    lift: Node | float = _LIFT
    lower: Node | float = _LOWER
    if known.nan or most >= _BOUND:
        small = size < _BOUND
        lift, lower = select(small, const(_LIFT), 1.0), select(small, const(_LOWER), 1.0)
    scaled = x * lift
    magnitude = absolute(scaled) if known.low < 0 else scaled
    if known.nan:
        magnitude = maximum(magnitude, SMALLEST_NORMAL)

    y = _reciprocal_estimate(magnitude)
    square = y * y
    # 1 - x*y**3, in an order that stays in the middle of the range of floats.
    error = fma(magnitude * y, -square, 1.0)
    series = fma(fma(CUBE_ROOT[2], error, CUBE_ROOT[1]), error, CUBE_ROOT[0])
    y = fma(error * y, series, y)
    square = y * y
    root: Node = scaled * square
    # One step of Newton on root**3 - x, for which square is close enough to root**-2.
    rest = fma(-(root * root), root, scaled)
    root = fma(rest, square * (1.0 / 3.0), root)

    root = root * lower
    if known.nan or least == 0.0 or most == INF:
        ordinary = size < INF
        if least == 0.0:
            ordinary = (size > 0.0) & ordinary
        root = select(ordinary, root, x)
    return root


def _reciprocal_estimate(magnitude: Node) -> Node:
    """About ``magnitude**(-1/3)``: the pattern of a float is nearly its logarithm.

    The third of the pattern is computed in the upper 16 bits alone, where the rounding constant
    leaves it as an integer.
    """
    upper = fma(to_float(bits(magnitude)), -(2.0**-16) / 3.0, CUBE_ROOT_START + ROUNDER)
    estimate: Node = from_bits(bits(upper) << 16)
    return estimate


def expand_hypot(x: Node, y: Node, ranges: RangeOf) -> Node:
    """``sqrt(x*x + y*y)`` as if without overflow or underflow on the way.

    inf where an operand is infinite, even if the other is NaN; else NaN where one is NaN.
    Exact where an operand is zero; denormals are right.

    Parameters
    ----------
    x, y
        The operands, f32 scalars.
    ranges
        What is proved of them. Where both have squares in the middle of the range nothing is
        scaled; without infinities no select is needed.
    """
    known = (ranges(x), ranges(y))
    root: Node
    if all(map(_has_safe_square, known)):
        root = sqrt(fma(x, x, y * y))
        return root
    wide, high = absolute(x), absolute(y)
    larger = maximum(maximum(wide, high), SMALLEST_NORMAL)
    exponent = bits(larger) & 0x7F800000
    # 2**(1 - e) and 2**e for larger in 2**e..2**(e+1): both are normal floats for every e.
    scale, unscale = from_bits(0x7F800000 - exponent), from_bits(exponent)
    p, q = x * scale, y * scale
    root = sqrt(fma(p, p, q * q)) * 0.5 * unscale
    for operand, range in zip((wide, high), known, strict=True):
        if INF in (range.high, -range.low):
            root = select(equal(operand, INF), INF, root)
    return root


def _has_safe_square(known: Range) -> bool:
    """Whether the square is a normal float, far from both ends."""
    sizes = sorted((abs(known.low), abs(known.high)))
    one_sign = known.low > 0 or known.high < 0
    return one_sign and sizes[0] >= 2.0**-62 and sizes[1] <= 2.0**62
