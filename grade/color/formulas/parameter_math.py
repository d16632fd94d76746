"""Maths of parameters, which are numbers in a transform and expressions in an op.

A choice between numbers is made here, so that a transform has no trace of the other side. A power
of numbers comes from :mod:`grade.science.correctly_rounded_math`, so that it is the same on every
host.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from grade.ir import expression
from grade.ir.expression import Node, channels, equal, select
from grade.science import correctly_rounded_math as exact


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """Choose ``yes`` where the condition holds, else ``no``."""
    if isinstance(condition, bool | np.bool_):
        return yes if condition else no
    return select(condition, yes, no)


def lesser(a: Any, b: Any) -> Any:
    """Take the smaller of two parameters."""
    return choose(a < b, a, b)


def greater(a: Any, b: Any) -> Any:
    """Take the larger of two parameters."""
    return choose(b < a, a, b)


def all_equal(values: Any, to: float) -> Any:
    """Whether every parameter has this value."""
    return reduce(lambda a, b: a & b, (equal(value, to) for value in values))


def join_master(three: Any, master: Any) -> tuple[Any, Any, Any, Any]:
    """Join red, green, blue and master; each is a number or an expression."""
    red, green, blue = channels(three)
    return (to_scalar(red), to_scalar(green), to_scalar(blue), to_scalar(master))


def to_scalar(value: Any) -> Any:
    """Convert an array of one number to that number; keep an expression."""
    return value if isinstance(value, Node) else float(np.reshape(value, -1)[0])


def exp2(x: Any) -> Any:
    """Compute 2 to the power of a parameter."""
    return expression.exp2(x) if isinstance(x, Node) else exact.exp2(float(x))


def log2(x: Any) -> Any:
    """Compute the binary logarithm of a parameter."""
    return expression.log2(x) if isinstance(x, Node) else exact.log2(float(x))


def power(x: Any, y: Any) -> Any:
    """Compute one parameter to the power of another."""
    if isinstance(x, Node) or isinstance(y, Node):
        return expression.power(x, y)
    return exact.power(float(x), float(y))
