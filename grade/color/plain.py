"""Choices between parameters, which are numbers in a transform and expressions in an op.

Of numbers the choice is made here and now, so that a transform has no trace of the other side.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from grade.ir.expression import Node, channels, equal, select


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
