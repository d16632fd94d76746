"""Named functions as primitives: range reduction by bits, minimax polynomials by fma, no tables.

Each expansion takes scalar f32 nodes and what range analysis has proved of any node, and returns
the function as primitives. It is total: its docstring says what it gives at zeros, negative
numbers, infinities, NaN and denormals. It has one meaning but several lengths: a special case that
is disproved leaves no operation behind, and the bits of the result are the same.
"""

from __future__ import annotations

from collections.abc import Callable

from grade.ir.expression import Node
from grade.passes.elementary.exponential import expand_exp, expand_exp2
from grade.passes.elementary.logarithm import expand_log, expand_log2, expand_log10
from grade.passes.elementary.power import expand_pow
from grade.passes.elementary.roots import expand_cbrt, expand_hypot
from grade.passes.elementary.trigonometry import expand_atan2, expand_cos, expand_sin

__all__ = ["EXPANSIONS"]

EXPANSIONS: dict[str, Callable[..., Node]] = {
    "exp2": expand_exp2,
    "exp": expand_exp,
    "log2": expand_log2,
    "log": expand_log,
    "log10": expand_log10,
    "pow": expand_pow,
    "sin": expand_sin,
    "cos": expand_cos,
    "atan2": expand_atan2,
    "cbrt": expand_cbrt,
    "hypot": expand_hypot,
}
