"""The named functions: transcendental maths that stays one call until the pass ``expand``.

A function is not a primitive. Its row gives the float64 reference and the accuracy it promises;
its expansion into primitives is in ``grade.passes.elementary``. The reference executor runs the
call, the backends run the expansion.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Function:
    """One named function: its reference, its largest error in ULP, and where that holds."""

    name: str
    arity: int
    reference: Callable[..., Any]
    ulp: float
    domain: str
    doc: str


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*(np.asarray(a, dtype=np.float64) for a in args))

    return call


def _power(x: Any, y: Any) -> Any:
    return np.where((x < 0) | np.isnan(x) | np.isnan(y), np.nan, np.power(np.abs(x), y))


# fmt: off
_ROWS = [
    Function("exp2",  1, _quiet(np.exp2),       0.88, "every float32", "2**x; exact at integers, 0 below -150, inf from 128."),
    Function("exp",   1, _quiet(np.exp),        0.90, "every float32", "e**x; 0 below about -103.97, inf above about 88.72."),
    Function("log2",  1, _quiet(np.log2),       1.37, "every float32", "Binary logarithm, exact at powers of two; -inf at 0, NaN below."),
    Function("log",   1, _quiet(np.log),        1.14, "every float32", "Natural logarithm; -inf at 0, NaN below."),
    Function("log10", 1, _quiet(np.log10),      1.10, "every float32", "Decimal logarithm; -inf at 0, NaN below."),
    Function("pow",   2, _quiet(_power),      1.70, "x in 2^+-16, |y| <= 3", "x**y as IEEE 754 pow, but NaN for every x < 0 and wherever an operand is NaN; the error grows with |y|."),
    Function("sin",   1, _quiet(np.sin),        1.22, "|x| <= 2^16", "Radians; farther out the angle counts as 0."),
    Function("cos",   1, _quiet(np.cos),        1.22, "|x| <= 2^16", "Radians; farther out the angle counts as 0."),
    Function("atan2", 2, _quiet(np.arctan2),    1.30, "larger size in 2^-100..2^127", "Angle of (x, y) from the arguments (y, x), radians in -pi..pi, signs of zero as in C; 1.75 ULP for every pair."),
    Function("cbrt",  1, _quiet(np.cbrt),       0.74, "every float32", "Cube root, odd; -0 stays."),
    Function("hypot", 2, _quiet(np.hypot),      1.20, "every pair of float32", "sqrt(x*x + y*y) without overflow or underflow on the way; inf if one is."),
]
# fmt: on


FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}
