"""Rules that change bits within a stated bound; they run before both backends see the program.

Each states its bound, against the exact result. ``--mode exact`` keeps them: exact means that every
backend gives the same bits, and all backends run the program after these rules.
"""

from __future__ import annotations

from collections.abc import Callable

from grade.ir.expression import Node, const, const_value, is_const, make
from grade.ir.float32 import LARGEST, SMALLEST_NORMAL
from grade.ir.program import Program
from grade.ir.types import F32
from grade.passes.rewrite import Rule, call, rewrite, variable

x, y = variable("x"), variable("y")
_CELLS = 9


def _constant_matrix(node: Node) -> list[float] | None:
    cells = node.args[:_CELLS]
    return [float(const_value(c)) for c in cells] if all(map(is_const, cells)) else None


def fold_matrices(node: Node) -> Node | None:
    """A * (B * x) -> (A B) * x: the product in double precision, rounded once.

    The bound is 8 ULP of the sum of the magnitudes of the nine terms ``a b x`` of a channel.
    """
    if node.op != "matvec" or node.args[_CELLS].op != "matvec":
        return None
    inner = node.args[_CELLS]
    a, b = _constant_matrix(node), _constant_matrix(inner)
    if a is None or b is None:
        return None
    cells = []
    for i, j in ((i, j) for i in range(3) for j in range(3)):
        terms = [a[3 * i + k] * b[3 * k + j] for k in range(3)]
        cells.append(const(_without_noise(terms[0] + terms[1] + terms[2], sum(map(abs, terms)))))
    return make("matvec", (*cells, inner.args[_CELLS]))


def _without_noise(cell: float, size: float) -> float:
    """0 or 1 where a sum of terms of this magnitude differs from it only by rounding.

    So a matrix times its rounded inverse is the identity.
    """
    nearest = 1.0 if cell > 0.5 else 0.0
    return nearest if abs(cell - nearest) < 2.0**-22 * size else cell


def drop_identity(node: Node) -> Node | None:
    """I * x -> x. 0 ULP for finite colors; an infinity no longer makes the others NaN."""
    if node.op != "matvec" or _constant_matrix(node) != [1, 0, 0, 0, 1, 0, 0, 0, 1]:
        return None
    return node.args[_CELLS]


def _constants(op: str) -> Rule:
    """(x op c) op d -> x op (c op d) for f32 constants c, d. 1.5 ULP.

    The bound refers to the product, or to the largest of the terms and their sum. Where ``x op c``
    overflows or loses bits as a denormal, the joined form does not; constants that overflow or
    lose bits together are left alone.
    """

    def join_constants(x: Node, y: Node, z: Node) -> Node | None:
        if not (is_const(y) and is_const(z) and y.type == F32):
            return None
        a, b = float(const_value(y)), float(const_value(z))
        both = a * b if op == "mul" else a + b
        if not SMALLEST_NORMAL <= abs(both) <= LARGEST:
            return None
        return make(op, (x, const(both)))

    z = variable("z")
    return Rule(call(op, call(op, x, y), z), join_constants)


RELAXED: list[Rule | Callable[[Node], Node | None]] = [
    fold_matrices,
    drop_identity,
    _constants("mul"),
    _constants("add"),
]


def relax(program: Program) -> Program:
    """Apply the relaxed rules. The hash of the result is part of a resume key."""
    return rewrite(program, RELAXED)
