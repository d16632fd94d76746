"""Intervals of values, and the ends of sums, products and quotients of them in float32.

Sums, products and quotients of float32 are taken in double precision and rounded once more. Double
has more than twice the digits, so that gives the float32 operation's own result.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from grade.ir.float32 import nearest_float32, next_float32

INF = math.inf
INT_LOW, INT_HIGH = -(2**31), 2**31 - 1


@dataclass(frozen=True, slots=True)
class Range:
    """A closed interval, and whether NaN is possible. Booleans are 0 and 1."""

    low: float
    high: float
    nan: bool = False

    @property
    def finite(self) -> bool:
        """Never NaN, never infinite."""
        return not self.nan and self.low > -INF and self.high < INF

    @property
    def unbounded(self) -> bool:
        """Whether an infinity is possible."""
        return self.low == -INF or self.high == INF

    @property
    def only_nan(self) -> bool:
        """Whether nothing but NaN is possible."""
        return self.nan and self.low > self.high

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def union(self, other: Range) -> Range:
        """What either can be."""
        return Range(min(self.low, other.low), max(self.high, other.high), self.nan or other.nan)


ONLY_NAN = Range(INF, -INF, True)
ANY_FLOAT = Range(-INF, INF, True)
ANY_INT = Range(INT_LOW, INT_HIGH)
ANY_BOOL = Range(0, 1)


# --- float32: ``undefined`` is the bound where an infinity meets its opposite ---------------------


def add_ends(a: float, b: float, undefined: float) -> float:
    """The float32 sum of two ends."""
    total = a + b
    return undefined if total != total else nearest_float32(total)


def product_ends(a: Range, b: Range) -> tuple[float, float]:
    """The ends of a product; zero times infinity counts as zero."""
    corners = [_multiply(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
    return min(corners), max(corners)


def _multiply(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else nearest_float32(a * b)


def product_may_be_nan(a: Range, b: Range) -> bool:
    """Whether an operand may be NaN, or a zero may meet an infinity."""
    return a.nan or b.nan or (0.0 in a and b.unbounded) or (0.0 in b and a.unbounded)


def fma_end(a: float, b: float, c: float, undefined: float) -> float:
    """An end of ``a*b + c`` with one rounding, or the next float32 outwards."""
    if a == 0 or b == 0:
        return c
    product = a * b
    total = product + c
    if total != total:
        return undefined
    rounded = nearest_float32(total)
    # The sum was rounded twice unless every step was exact: then give way by one float32.
    if rounded == total and total - product == c:
        return rounded
    return next_float32(rounded, undefined)


def divide_ends(a: float, b: float) -> float:
    """The float32 quotient of two ends; 0 where both are infinite."""
    quotient = a / b
    return 0.0 if quotient != quotient else nearest_float32(quotient)


def floor_end(x: float) -> float:
    """The largest integer not above an end."""
    return x if math.isinf(x) else float(math.floor(x))


# --- integers -------------------------------------------------------------------------------------


def integer_range(corners: Iterable[float]) -> Range:
    """The range from the least corner to the largest; every integer where one may wrap."""
    ends = list(corners)
    low, high = min(ends), max(ends)
    return Range(low, high) if low >= INT_LOW and high <= INT_HIGH else ANY_INT


def combined_bits(a: Range, b: Range) -> Range:
    """The range of a bitwise or of two integers, or of an exclusive or."""
    if a.low < 0 or b.low < 0:
        return ANY_INT
    return Range(0, (1 << max(int(a.high).bit_length(), int(b.high).bit_length())) - 1)
