"""The range of a named function over the ranges of its operands, widened by its rounding error."""

from __future__ import annotations

import math
from collections.abc import Callable

from grade.ir.float32 import nearest_float32
from grade.passes.interval_arithmetic import ANY_FLOAT, INF, Range
from grade.science import portable_float_math as portable

_SLACK = 2.0**-21
"""Relative error of an expansion, and more."""
_POWER_SLACK = 2.0**-22
_DENORMAL_SLACK = 2.0**-147


def function_range(name: str, *operands: Range) -> Range:
    """The range of a function; every float where an operand is only NaN."""
    rule: Callable[..., Range] | None = _RULES.get(name)
    if rule is None or any(x.low > x.high for x in operands):
        return ANY_FLOAT
    return rule(*operands)


def _widen(low: float, high: float, nan: bool, error: float = _SLACK) -> Range:
    """Room for the relative error of an approximation at each end, zero kept as a bound."""

    def move(end: float, sign: int) -> float:
        return (
            0.0 if end == 0 else nearest_float32(end + sign * (abs(end) * error + _DENORMAL_SLACK))
        )

    # An infinite end stays: moved inwards it would be NaN.
    lowest = low if math.isinf(low) else move(low, -1)
    return Range(lowest, high if math.isinf(high) else move(high, 1), nan)


def _monotone(function: Callable[[float], float], lowest: float = -INF) -> Callable[[Range], Range]:
    def rule(x: Range) -> Range:
        low, high = function(max(x.low, lowest)), function(max(x.high, lowest))
        return _widen(low, high, x.nan or x.low < lowest)

    return rule


def _power(x: Range, y: Range) -> Range:
    # y * log2(x) has its ends at corners, so the power has too.
    corners = [
        portable.power(max(base, 0.0), exponent)
        for base in (x.low, x.high)
        for exponent in (y.low, y.high)
    ]
    # The logarithm that is multiplied by y has a rounding error, which grows with the result's.
    error = _SLACK + _POWER_SLACK * min(max(abs(portable.log2(c)) for c in corners), 160.0)
    return _widen(min(corners), max(corners), x.nan or y.nan or x.low < 0, error)


def _wave(x: Range) -> Range:
    return Range(-1.000001, 1.000001, x.nan or x.unbounded)


def _angle(y: Range, x: Range) -> Range:
    return Range(-3.141593, 3.141593, x.nan or y.nan)


def _length(x: Range, y: Range) -> Range:
    far = portable.hypot(*(max(abs(r.low), abs(r.high)) for r in (x, y)))
    return _widen(0.0, far, x.nan or y.nan)


_RULES: dict[str, Callable[..., Range]] = {
    "exp2": _monotone(portable.exp2),
    "exp": _monotone(portable.exp),
    "log2": _monotone(portable.log2, 0.0),
    "log": _monotone(portable.log, 0.0),
    "log10": _monotone(portable.log10, 0.0),
    "cbrt": _monotone(portable.cbrt),
    "pow": _power,
    "sin": _wave,
    "cos": _wave,
    "atan2": _angle,
    "hypot": _length,
}
