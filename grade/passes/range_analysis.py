"""Range analysis: the interval each value lies in, and whether it can be NaN.

Every bound is computed with the float32 operation itself, which rounds monotonically, so a proof
here holds for the bits that the backends compute.
"""

from __future__ import annotations

import math
from dataclasses import replace

from grade.ir.expression import Node, const_value, walk
from grade.ir.float32 import bits_float, float_bits, nearest_float32
from grade.ir.functions import FUNCTIONS
from grade.ir.program import Program
from grade.ir.types import BOOL, F32
from grade.passes.function_ranges import function_range
from grade.passes.interval_arithmetic import (
    ANY_BOOL,
    ANY_FLOAT,
    ANY_INT,
    INF,
    INT_HIGH,
    INT_LOW,
    ONLY_NAN,
    Range,
    add_ends,
    combined_bits,
    divide_ends,
    floor_end,
    fma_end,
    integer_range,
    product_ends,
    product_may_be_nan,
)

_CARRY_NAN = frozenset({"add", "sub", "mul", "div", "sqrt", "fma", "neg", "abs", "floor"})
_ANY = {"f32": ANY_FLOAT, "i32": ANY_INT, "bool": ANY_BOOL}
_WIDEST_ROW = 4
_TABLE_SLACK = 2.0**-20


class Ranges:
    """The range of any node over the leaves of one program, computed once per node."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[Node, Range] = {}

    def __call__(self, node: Node) -> Range:
        if node not in self.known:
            for below in walk([node], self.known):
                self.known[below] = self._range(below)
        return self.known[node]

    def _range(self, node: Node) -> Range:
        rule = getattr(self, f"_{node.op}", None)
        operands = [self.known[a] for a in node.args]
        if node.op in _CARRY_NAN and node.type.kind == "f32" and any(x.only_nan for x in operands):
            return ONLY_NAN
        if rule is not None:
            return rule(node, *operands)  # type: ignore[no-any-return]
        if node.op in FUNCTIONS:
            return function_range(node.op, *operands)
        return _ANY[node.type.kind]

    # --- leaves -----------------------------------------------------------------------------------

    def _const(self, node: Node) -> Range:
        value = const_value(node)
        if value != value:
            return ONLY_NAN
        return Range(float(value), float(value))

    def _uniform(self, node: Node) -> Range:
        type, index = node.attr
        if type == BOOL:
            return ANY_BOOL
        uniform = self.program.uniforms[index]
        if type == F32:
            return Range(nearest_float32(uniform.low), nearest_float32(uniform.high))
        return Range(max(uniform.low, INT_LOW), min(uniform.high, INT_HIGH))

    def _hoisted(self, node: Node) -> Range:
        return self(self.program.prologue[node.attr[1]])

    def _load(self, node: Node) -> Range:
        storage = self.program.sources[node.attr[1]].storage
        # 10 and 12 bits too: nobody has checked that a plane has no value above the maximum.
        known = {"f32": ANY_FLOAT, "u8": Range(0, 255), "u32": Range(INT_LOW, INT_HIGH)}
        return known.get(storage, Range(0, 65535))

    def _plane(self, node: Node) -> Range:
        stage, output = node.attr
        return self(self.program.stages[stage].outputs[output])

    def _at(self, node: Node, x: Range) -> Range:
        return x

    # --- arithmetic -------------------------------------------------------------------------------

    def _add(self, node: Node, a: Range, b: Range) -> Range:
        if node.type.kind == "i32":
            return integer_range([a.low + b.low, a.high + b.high])
        nan = (
            a.nan or b.nan or (a.high == INF and b.low == -INF) or (a.low == -INF and b.high == INF)
        )
        return Range(add_ends(a.low, b.low, -INF), add_ends(a.high, b.high, INF), nan)

    def _sub(self, node: Node, a: Range, b: Range) -> Range:
        return self._add(node, a, Range(-b.high, -b.low, b.nan))

    def _mul(self, node: Node, a: Range, b: Range) -> Range:
        if node.type.kind == "i32":
            return integer_range([p * q for p in (a.low, a.high) for q in (b.low, b.high)])
        low, high = product_ends(a, b)
        if node.args[0] is node.args[1]:
            low = max(low, 0.0)
        return Range(low, high, product_may_be_nan(a, b))

    def _fma(self, node: Node, a: Range, b: Range, c: Range) -> Range:
        low, high = product_ends(a, b)
        nan = product_may_be_nan(a, b) or c.nan
        nan = nan or (high == INF and c.low == -INF) or (low == -INF and c.high == INF)
        corners = [(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
        low = min((fma_end(p, q, c.low, -INF) for p, q in corners), default=-INF)
        high = max((fma_end(p, q, c.high, INF) for p, q in corners), default=INF)
        return Range(low, high, nan)

    def _div(self, node: Node, a: Range, b: Range) -> Range:
        nan = a.nan or b.nan
        if 0.0 in b:
            return Range(-INF, INF, nan or 0.0 in a or (a.unbounded and b.unbounded))
        quotients = [divide_ends(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
        return Range(min(quotients), max(quotients), nan or (a.unbounded and b.unbounded))

    def _sqrt(self, node: Node, x: Range) -> Range:
        low, high = (nearest_float32(math.sqrt(max(end, 0.0))) for end in (x.low, x.high))
        return Range(low, high, x.nan or x.low < 0)

    def _neg(self, node: Node, x: Range) -> Range:
        return (
            integer_range([-x.low, -x.high])
            if node.type.kind == "i32"
            else Range(-x.high, -x.low, x.nan)
        )

    def _abs(self, node: Node, x: Range) -> Range:
        low = 0.0 if 0.0 in x else min(abs(x.low), abs(x.high))
        return Range(low, max(abs(x.low), abs(x.high)), x.nan)

    def _floor(self, node: Node, x: Range) -> Range:
        return Range(floor_end(x.low), floor_end(x.high), x.nan)

    # --- comparison and choice --------------------------------------------------------------------

    def _lt(self, node: Node, a: Range, b: Range) -> Range:
        if a.low >= b.high:
            return Range(0, 0)
        return Range(1, 1) if a.high < b.low and not (a.nan or b.nan) else ANY_BOOL

    def _le(self, node: Node, a: Range, b: Range) -> Range:
        if a.low > b.high:
            return Range(0, 0)
        return Range(1, 1) if a.high <= b.low and not (a.nan or b.nan) else ANY_BOOL

    def _eq(self, node: Node, a: Range, b: Range) -> Range:
        if a.low > b.high or b.low > a.high:
            return Range(0, 0)
        if node.args[0] is node.args[1] and not a.nan:
            return Range(1, 1)
        return ANY_BOOL

    def _select(self, node: Node, c: Range, a: Range, b: Range) -> Range:
        condition, yes, no = node.args
        if c.low == 1:
            return a
        if c.high == 0:
            return b
        a = self.refine(yes, a, condition, True)
        return a.union(self.refine(no, b, condition, False))

    def refine(self, value: Node, range: Range, condition: Node, holds: bool) -> Range:
        """The range of ``value`` where the condition is known to hold, or not to hold."""
        if condition.op == "not":
            return self.refine(value, range, condition.args[0], not holds)
        if condition.op == ("and" if holds else "or"):
            for part in condition.args:
                range = self.refine(value, range, part, holds)
            return range
        if condition.op not in ("lt", "le", "eq") or value not in condition.args:
            return range
        left, right = condition.args
        if condition.op == "eq":
            return replace(range, nan=False) if holds else range
        other = self(right if value is left else left)
        if holds:
            range = replace(range, nan=False)
        elif other.nan:
            return range
        # value is the lower side if it stands left in a true comparison, or right in a false one
        if (value is left) == holds:
            return replace(range, high=min(range.high, other.high))
        return replace(range, low=max(range.low, other.low))

    # --- integers and patterns --------------------------------------------------------------------

    def _and(self, node: Node, a: Range, b: Range) -> Range:
        if node.type == BOOL:
            return Range(min(a.low, b.low), min(a.high, b.high))
        positive = [r.high for r in (a, b) if r.low >= 0]
        return Range(0, min(positive)) if positive else ANY_INT

    def _or(self, node: Node, a: Range, b: Range) -> Range:
        if node.type == BOOL:
            return Range(max(a.low, b.low), max(a.high, b.high))
        return combined_bits(a, b)

    def _xor(self, node: Node, a: Range, b: Range) -> Range:
        return ANY_BOOL if node.type == BOOL else combined_bits(a, b)

    def _not(self, node: Node, x: Range) -> Range:
        return Range(1 - x.high, 1 - x.low) if node.type == BOOL else Range(-x.high - 1, -x.low - 1)

    def _shl(self, node: Node, x: Range) -> Range:
        return integer_range([x.low * 2**node.attr, x.high * 2**node.attr])

    def _shr(self, node: Node, x: Range) -> Range:
        return Range(int(x.low) >> node.attr, int(x.high) >> node.attr)

    def _ushr(self, node: Node, x: Range) -> Range:
        if x.low >= 0:
            return self._shr(node, x)
        return Range(0, (2**32 - 1) >> node.attr) if node.attr else ANY_INT

    def _bits(self, node: Node, x: Range) -> Range:
        if x.low > 0 and not x.nan:
            return Range(float_bits(x.low), float_bits(x.high))
        return ANY_INT

    def _from_bits(self, node: Node, i: Range) -> Range:
        if i.low >= 0 and i.high <= 0x7F800000:
            return Range(bits_float(int(i.low)), bits_float(int(i.high)))
        return ANY_FLOAT

    def _to_int(self, node: Node, x: Range) -> Range:
        held = [0.0 if v != v else min(max(v, INT_LOW), INT_HIGH) for v in (x.low, x.high)]
        low, high = math.trunc(held[0]), math.trunc(held[1])
        return Range(min(low, 0), max(high, 0)) if x.nan else Range(low, high)

    def _to_float(self, node: Node, i: Range) -> Range:
        return Range(nearest_float32(i.low), nearest_float32(i.high))

    def _to_half(self, node: Node, x: Range) -> Range:
        return Range(0, 0xFFFF)

    def _fetch(self, node: Node, index: Range) -> Range:
        table, inside = node.attr[0], index.low >= 0 and index.high < node.attr[0].data.size
        # An index that is clamped to the table may lose its column.
        bounds = table.column_range(*_column(node.args[0])) if inside else table.finite_range
        return ANY_FLOAT if bounds is None else Range(*bounds)

    def _fetch3d(self, node: Node, color: Range) -> Range:
        bounds = node.attr[0].finite_range
        return ANY_FLOAT if bounds is None else _within_table(bounds)

    def _tetrahedron(self, node: Node, *operands: Range) -> Range:
        bounds = node.attr.finite_range
        return ANY_FLOAT if bounds is None else _within_table(bounds)

    def _component(self, node: Node, x: Range) -> Range:
        return x

    def _within(self, node: Node, x: Range) -> Range:
        low, high, nan = node.attr
        return Range(max(low, x.low), min(high, x.high), nan and x.nan)


# --- tables ---------------------------------------------------------------------------------------


def _column(index: Node) -> tuple[int, int]:
    """Column and width of the row that an index of the form ``(row << k) + column`` reads."""
    column = 0
    if index.op == "add" and index.args[1].op == "const":
        index, column = index.args[0], int(const_value(index.args[1]))
    width = 1 << index.attr if index.op == "shl" and index.attr <= _WIDEST_ROW else 1
    return column % width, width


def _within_table(bounds: tuple[float, float]) -> Range:
    """Room for the rounding of a weighted sum of entries, zero kept as a bound."""
    low, high = bounds
    slack = _TABLE_SLACK * max(abs(low), abs(high))
    return Range(
        0.0 if low == 0 else nearest_float32(low - slack),
        0.0 if high == 0 else nearest_float32(high + slack),
    )
