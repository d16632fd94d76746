"""What an expansion may know of its operands, and the operations that knowledge makes needless."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from grade.ir.expression import Node, const, equal, fma, make, maximum, minimum, select

INFINITY = math.inf
SMALLEST_NORMAL = 2.0**-126
LARGEST = (2.0 - 2.0**-23) * 2.0**127


class Range(Protocol):
    """A proven interval of a value, ends included, and whether it may be NaN."""

    @property
    def low(self) -> float: ...

    @property
    def high(self) -> float: ...

    @property
    def nan(self) -> bool: ...


RangeOf = Callable[[Node], Range]


def horner(coefficients: Sequence[float], x: Node, gain: float = 1.0) -> Node:
    """The polynomial with these ascending coefficients, one fma each from the highest down.

    ``gain`` is a power of two, or less one, that every coefficient is multiplied by, and so is the
    result.
    """
    *lower, last = (c * gain for c in coefficients)
    total: Node = fma(last, x, lower.pop())
    while lower:
        total = fma(total, x, lower.pop())
    return total


def promise(x: Node, low: float, high: float) -> Node:
    """``x``, known here to lie in low..high and not to be NaN, for analysis that cannot see it."""
    return make("within", (x,), (low, high, False))


def hold(x: Node, known: Range, low: float, high: float) -> Node:
    """``x`` clamped into low..high, NaN to an end, by as few selects as its range demands."""
    if known.low < low or (known.nan and known.high <= high):
        x = maximum(x, low)
    if known.high > high:
        x = minimum(x, high)
    return x


def nan_where_nan(result: Node, *operands: tuple[Node, Range]) -> Node:
    """NaN where one of the operands is NaN, for results that lost it on the way."""
    ordered: Node | None = None
    for operand, known in operands:
        if known.nan:
            this = equal(operand, operand)
            ordered = this if ordered is None else ordered & this
    return result if ordered is None else select(ordered, result, math.nan)


def by_sign(x: Node, known: Range, negative: float, zero: float, positive: float) -> Node:
    """One of three constants by the sign of ``x``; the zeros are one case."""
    result = const(positive)
    if known.low <= 0:
        result = select(equal(x, 0.0), zero, result)
    if known.low < 0:
        result = select(x < 0, negative, result)
    return result
