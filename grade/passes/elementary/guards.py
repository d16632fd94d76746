"""Guards of special cases, which an expansion leaves out where the ranges of operands allow it."""

from __future__ import annotations

import math
from collections.abc import Callable

from grade.ir.expression import Node, const, equal, make, maximum, minimum, select
from grade.passes.interval_arithmetic import Range

RangeOf = Callable[[Node], Range]
"""What range analysis has proved of a node."""


def promise(x: Node, low: float, high: float) -> Node:
    """``x``, known here to lie in low..high and not to be NaN, for analysis that cannot see it."""
    return make("within", (x,), (low, high, False))


def clamp_to(x: Node, known: Range, low: float, high: float) -> Node:
    """``x`` clamped into low..high, NaN to an end, by as few selects as its range demands."""
    if known.low < low or (known.nan and known.high <= high):
        x = maximum(x, low)
    if known.high > high:
        x = minimum(x, high)
    return x


def nan_where_nan(result: Node, *operands: tuple[Node, Range]) -> Node:
    """NaN where one of the operands is NaN, for a result that lost it on the way."""
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
