"""Rules that keep every bit, NaN payloads aside, which no output shows.

Absent on purpose: x + 0 -> x (loses -0), x * 0 -> 0 (loses NaN, infinity, -0), x - x -> 0. A rule
with a number, as x * 1 -> x, holds for 1 * x too: the driver adds that twin.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.ir.expression import Node, const, is_const, make
from grade.ir.float32 import bits_float
from grade.ir.interpreter import Interpreter
from grade.ir.primitives import PRIMITIVES, Reads
from grade.ir.program import Program
from grade.ir.types import BOOL, F32, I32
from grade.passes.rewrite import Rule, call, rewrite, variable

x, y, z, c = (variable(name) for name in "xyzc")


def _times_reciprocal(x: Node, y: Node) -> Node | None:
    """X / 2^k -> x * 2^-k, exact while the reciprocal is a normal number."""
    if not (is_const(y) and y.type == F32):
        return None
    mantissa = y.attr[1] & 0x007FFFFF
    exponent = (y.attr[1] >> 23) & 0xFF
    if mantissa or not 2 <= exponent <= 252:
        return None
    return make("mul", (x, const(1.0 / bits_float(y.attr[1]))))


# fmt: off
EXACT = [
    Rule(x * 1.0, x),
    Rule(x * -1.0, -x),
    Rule(x / 1.0, x),
    Rule(x / y, _times_reciprocal),
    Rule(x - 0.0, x),
    Rule(x + -0.0, x),
    Rule(x - -y, x + y),
    Rule(x + -y, x - y),
    Rule(call("neg", -x), x),
    Rule(abs(abs(x)), abs(x)),
    Rule(abs(-x), abs(x)),
    Rule(call("fma", x, y, -0.0), x * y),
    Rule(call("fma", 1.0, y, z), y + z),
    Rule(call("floor", call("floor", x)), call("floor", x)),
    Rule(call("from_bits", call("bits", x)), x),
    Rule(call("select", True, x, y), x),
    Rule(call("select", False, x, y), y),
    Rule(call("select", c, x, x), x),
    Rule(call("select", ~c, x, y), call("select", c, y, x)),
    Rule(call("select", c, call("select", c, x, y), z), call("select", c, x, z)),
    Rule(call("select", c, x, call("select", c, y, z)), call("select", c, x, z)),
    Rule(x < x, False),
    Rule(call("not", ~c), c),
    Rule(c & True, c),
    Rule(c & False, False),
    Rule(c | False, c),
    Rule(c | True, True),
    Rule(call("and", c, c), c),
    Rule(call("or", c, c), c),
]
# fmt: on

_EMPTY = Interpreter(Program((), (), (), ()), np.float32)


def fold(node: Node) -> Node | None:
    """A primitive of constants is a constant: computed by the float32 interpreter, so exact."""
    if node.op == "within" and is_const(node.args[0]):
        return node.args[0]
    if node.op not in PRIMITIVES or node.reads is not Reads.NOTHING:
        return None
    if not node.args or node.type.width != 1 or not all(map(is_const, node.args)):
        return None
    with np.errstate(all="ignore"):
        args = [_EMPTY.constant(a) for a in node.args]
        value: Any = np.ravel(_EMPTY.operation(node, args))[0]
    if node.type == BOOL:
        return const(bool(value), BOOL)
    return const(int(value), I32) if node.type == I32 else const(float(value))


def simplify(program: Program) -> Program:
    """Fold constants and apply the exact rules."""
    return rewrite(program, [fold, *EXACT])
