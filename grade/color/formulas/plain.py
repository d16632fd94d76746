"""Choices between parameters and powers of them: numbers in a transform, expressions in an op.

Of numbers the choice is made here and now, so that a transform has no trace of the other side, and
the power by :mod:`grade.science.correctly_rounded_math`, so that it is the same on every host.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from grade.ir import expression
from grade.ir.expression import Node, channels, equal, select
from grade.science import correctly_rounded_math as exact


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """``yes`` where the condition holds, else ``no``."""
    if isinstance(condition, bool | np.bool_):
        return yes if condition else no
    return select(condition, yes, no)


def lesser(a: Any, b: Any) -> Any:
    """The smaller of two parameters."""
    return choose(a < b, a, b)


def greater(a: Any, b: Any) -> Any:
    """The larger of two parameters."""
    return choose(b < a, a, b)


def all_equal(values: Any, to: float) -> Any:
    """Whether every parameter has this value."""
    return reduce(lambda a, b: a & b, (equal(value, to) for value in values))


def with_master(three: Any, master: Any) -> tuple[Any, Any, Any, Any]:
    """Red, green, blue and master, each a number or an expression."""
    red, green, blue = channels(three)
    return (scalar(red), scalar(green), scalar(blue), scalar(master))


def scalar(value: Any) -> Any:
    """An expression as it is; an array of one number, as that number."""
    return value if isinstance(value, Node) else float(np.reshape(value, -1)[0])


def exp2(x: Any) -> Any:
    """2 to a parameter."""
    return expression.exp2(x) if isinstance(x, Node) else exact.exp2(float(x))


def log2(x: Any) -> Any:
    """The logarithm of a parameter, to the base 2."""
    return expression.log2(x) if isinstance(x, Node) else exact.log2(float(x))


def power(x: Any, y: Any) -> Any:
    """A parameter to another."""
    if isinstance(x, Node) or isinstance(y, Node):
        return expression.power(x, y)
    return exact.power(float(x), float(y))
