"""Scene-linear light as stops about 18 % grey, with a straight line through black.

    t = log2(x / 0.18)                            above b = 0.18 / 256, eight stops under grey
    t = (x - b) / (b ln 2) - 8                    at and below it: the tangent

Value and slope meet at ``b``, so black (-9.44) and negative light go through curves and come back
like all other light. Differs from OpenColorIO, which leaves the logarithm 5.5 stops under grey.
"""

from __future__ import annotations

from typing import Any

from grade.ir.expression import exp2, fma, log2, maximum, select

GREY = 0.18
LOWEST = -8.0  # stops, where the logarithm ends
BREAK = GREY / 256
LN_2 = 0.6931471805599453
GAIN = 1 / (BREAK * LN_2)
OFFSET = LOWEST - 1 / LN_2


def to_stops(x: Any) -> Any:
    """Light as stops. NaN stays NaN, infinities stay."""
    curve = log2(maximum(x, BREAK) * (1 / GREY))
    return select(x > BREAK, curve, fma(x, GAIN, OFFSET))


def from_stops(t: Any) -> Any:
    """Stops as light, the inverse."""
    curve = exp2(maximum(t, LOWEST)) * GREY
    # The subtraction comes first, so that black comes back as 0 and not as a rounding error.
    return select(t > LOWEST, curve, (t - OFFSET) * (1 / GAIN))
