"""Evaluation of a polynomial by fma."""

from __future__ import annotations

from collections.abc import Sequence

from grade.ir.expression import Node, fma


def horner(coefficients: Sequence[float], x: Node, gain: float = 1.0) -> Node:
    """The polynomial with these ascending coefficients, one fma each from the highest down.

    Parameters
    ----------
    coefficients, x
        At least two, and the variable.
    gain
        A factor of every coefficient, and so of the result: a power of two, or minus one, so that
        nothing is rounded.
    """
    *lower, last = (c * gain for c in coefficients)
    total: Node = fma(last, x, lower.pop())
    while lower:
        total = fma(total, x, lower.pop())
    return total
