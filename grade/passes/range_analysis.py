"""Range analysis: the interval each value lies in, and whether it can be NaN.

Every bound is computed with the float32 operation itself, which rounds monotonically, so a proof
here holds for the bits that the backends compute.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

from grade.ir.expression import Node, bits_float, const_value, float_bits, walk
from grade.ir.functions import FUNCTIONS
from grade.ir.program import Program
from grade.ir.types import BOOL, F32
from grade.science import portable

INF = float("inf")
INT_LOW, INT_HIGH = -(2**31), 2**31 - 1
SMALLEST_NORMAL = 2.0**-126
_CARRY_NAN = frozenset({"add", "sub", "mul", "div", "sqrt", "fma", "neg", "abs", "floor"})
_FLOAT32 = struct.Struct("<f")
_SLACK = 2.0**-21
_POWER_SLACK = 2.0**-22
_DENORMAL_SLACK = 2.0**-147
_WIDEST_ROW = 4


@dataclass(frozen=True, slots=True)
class Range:
    """A closed interval, and whether NaN is possible. Booleans are 0 and 1."""

    low: float
    high: float
    nan: bool = False

    @property
    def finite(self) -> bool:
        """Never NaN, never infinite."""
        return not self.nan and self.low > -INF and self.high < INF

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def union(self, other: Range) -> Range:
        """What either can be."""
        return Range(min(self.low, other.low), max(self.high, other.high), self.nan or other.nan)


ONLY_NAN = Range(INF, -INF, True)
ANY_FLOAT = Range(-INF, INF, True)
ANY_INT = Range(INT_LOW, INT_HIGH)
ANY_BOOL = Range(0, 1)


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
        if node.op in _CARRY_NAN and node.type.kind == "f32" and any(map(_is_nan, operands)):
            return ONLY_NAN
        if rule is not None:
            return rule(node, *operands)  # type: ignore[no-any-return]
        if node.op in FUNCTIONS:
            return _function(node.op, *operands)
        return _anything(node)

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
            return Range(_nearest32(uniform.low), _nearest32(uniform.high))
        return Range(max(uniform.low, INT_LOW), min(uniform.high, INT_HIGH))

    def _hoisted(self, node: Node) -> Range:
        return self(self.program.prologue[node.attr[1]])

    def _load(self, node: Node) -> Range:
        storage = self.program.sources[node.attr[1]].storage
        # Of 10 and 12 bits too: nobody has checked that a plane holds none above its maximum.
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
            return _integers([a.low + b.low, a.high + b.high])
        nan = (
            a.nan or b.nan or (a.high == INF and b.low == -INF) or (a.low == -INF and b.high == INF)
        )
        return Range(_sum(a.low, b.low, -INF), _sum(a.high, b.high, INF), nan)

    def _sub(self, node: Node, a: Range, b: Range) -> Range:
        return self._add(node, a, Range(-b.high, -b.low, b.nan))

    def _mul(self, node: Node, a: Range, b: Range) -> Range:
        if node.type.kind == "i32":
            return _integers([p * q for p in (a.low, a.high) for q in (b.low, b.high)])
        low, high = _product(a, b)
        if node.args[0] is node.args[1]:
            low = max(low, 0.0)
        return Range(low, high, _product_nan(a, b))

    def _fma(self, node: Node, a: Range, b: Range, c: Range) -> Range:
        low, high = _product(a, b)
        nan = _product_nan(a, b) or c.nan
        nan = nan or (high == INF and c.low == -INF) or (low == -INF and c.high == INF)
        corners = [(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
        low = min((_fused(p, q, c.low, -INF) for p, q in corners), default=-INF)
        high = max((_fused(p, q, c.high, INF) for p, q in corners), default=INF)
        return Range(low, high, nan)

    def _div(self, node: Node, a: Range, b: Range) -> Range:
        nan = a.nan or b.nan
        if 0.0 in b:
            return Range(-INF, INF, nan or 0.0 in a or (_unbounded(a) and _unbounded(b)))
        quotients = [_divide(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
        return Range(min(quotients), max(quotients), nan or (_unbounded(a) and _unbounded(b)))

    def _sqrt(self, node: Node, x: Range) -> Range:
        low, high = max(x.low, 0.0), max(x.high, 0.0)
        return Range(_root(low), _root(high), x.nan or x.low < 0)

    def _neg(self, node: Node, x: Range) -> Range:
        return (
            _integers([-x.low, -x.high])
            if node.type.kind == "i32"
            else Range(-x.high, -x.low, x.nan)
        )

    def _abs(self, node: Node, x: Range) -> Range:
        low = 0.0 if 0.0 in x else min(abs(x.low), abs(x.high))
        return Range(low, max(abs(x.low), abs(x.high)), x.nan)

    def _floor(self, node: Node, x: Range) -> Range:
        return Range(_floor(x.low), _floor(x.high), x.nan)

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
        a = self.refined(yes, a, condition, True)
        return a.union(self.refined(no, b, condition, False))

    def refined(self, value: Node, range: Range, condition: Node, holds: bool) -> Range:
        """The range of ``value`` where the condition is known to hold, or not to."""
        if condition.op == "not":
            return self.refined(value, range, condition.args[0], not holds)
        if condition.op == ("and" if holds else "or"):
            for part in condition.args:
                range = self.refined(value, range, part, holds)
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
        # value is on the low side if it is left of a true comparison or right of a false one
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
        return _combined_bits(a, b)

    def _xor(self, node: Node, a: Range, b: Range) -> Range:
        return ANY_BOOL if node.type == BOOL else _combined_bits(a, b)

    def _not(self, node: Node, x: Range) -> Range:
        return Range(1 - x.high, 1 - x.low) if node.type == BOOL else Range(-x.high - 1, -x.low - 1)

    def _shl(self, node: Node, x: Range) -> Range:
        return _integers([x.low * 2**node.attr, x.high * 2**node.attr])

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
        return Range(_nearest32(i.low), _nearest32(i.high))

    def _to_half(self, node: Node, x: Range) -> Range:
        return Range(0, 0xFFFF)

    def _fetch(self, node: Node, index: Range) -> Range:
        table, inside = node.attr[0], index.low >= 0 and index.high < node.attr[0].data.size
        # An index that is held to the table may lose its column.
        bounds = table.column_range(*_column(node.args[0])) if inside else table.finite_range
        return ANY_FLOAT if bounds is None else Range(*bounds)

    def _fetch3d(self, node: Node, colour: Range) -> Range:
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


# --- bounds ---------------------------------------------------------------------------------------


def _column(index: Node) -> tuple[int, int]:
    """Column and width of the row that an index reads, if it says so: ``(row << k) + column``."""
    column = 0
    if index.op == "add" and index.args[1].op == "const":
        index, column = index.args[0], int(const_value(index.args[1]))
    width = 1 << index.attr if index.op == "shl" and index.attr <= _WIDEST_ROW else 1
    return column % width, width


def _is_nan(x: Range) -> bool:
    return x.nan and x.low > x.high


def _anything(node: Node) -> Range:
    return {"f32": ANY_FLOAT, "i32": ANY_INT, "bool": ANY_BOOL}[node.type.kind]


# Sums, products and quotients of float32 are taken in double precision and rounded once more.
# Double has more than twice the digits, so that gives the float32 operation's own result.


def _nearest32(value: float) -> float:
    try:
        return float(_FLOAT32.unpack(_FLOAT32.pack(value))[0])
    except OverflowError:
        return math.copysign(INF, value)


def _beyond(value: float, toward: float) -> float:
    """The next float32 in the direction of an infinity."""
    if value == toward:
        return value
    if value == 0:
        return math.copysign(2.0**-149, toward)
    return bits_float(float_bits(value) + (1 if (value < toward) == (value > 0) else -1))


def _sum(a: float, b: float, undefined: float) -> float:
    total = a + b
    return undefined if total != total else _nearest32(total)


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else _nearest32(a * b)


def _product(a: Range, b: Range) -> tuple[float, float]:
    corners = [_times(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
    return min(corners), max(corners)


def _product_nan(a: Range, b: Range) -> bool:
    return a.nan or b.nan or (0.0 in a and _unbounded(b)) or (0.0 in b and _unbounded(a))


def _fused(a: float, b: float, c: float, undefined: float) -> float:
    if a == 0 or b == 0:
        return c
    product = a * b
    total = product + c
    if total != total:
        return undefined
    rounded = _nearest32(total)
    # The sum was rounded twice unless every step was exact: then give way by one float32.
    if rounded == total and total - product == c:
        return rounded
    return _beyond(rounded, undefined)


def _divide(a: float, b: float) -> float:
    quotient = a / b
    return 0.0 if quotient != quotient else _nearest32(quotient)


def _root(x: float) -> float:
    return _nearest32(math.sqrt(x))


def _floor(x: float) -> float:
    return x if math.isinf(x) else float(math.floor(x))


def _unbounded(x: Range) -> bool:
    return x.low == -INF or x.high == INF


def _integers(corners: list[float]) -> Range:
    low, high = min(corners), max(corners)
    return Range(low, high) if low >= INT_LOW and high <= INT_HIGH else ANY_INT


def _combined_bits(a: Range, b: Range) -> Range:
    if a.low < 0 or b.low < 0:
        return ANY_INT
    return Range(0, (1 << max(int(a.high).bit_length(), int(b.high).bit_length())) - 1)


def _within_table(bounds: tuple[float, float]) -> Range:
    """Room for the rounding of a weighted sum of entries, zero kept as a bound."""
    low, high = bounds
    slack = 2 * _SLACK * max(abs(low), abs(high))
    return Range(
        _nearest32(0.0 if low == 0 else low - slack), _nearest32(0.0 if high == 0 else high + slack)
    )


def _approximated(low: float, high: float, nan: bool, error: float = _SLACK) -> Range:
    """Room for the relative error of an approximation at each end, zero kept as a bound."""

    def moved(end: float, sign: int) -> float:
        return 0.0 if end == 0 else _nearest32(end + sign * (abs(end) * error + _DENORMAL_SLACK))

    # An infinite end stays: moved inwards it would be NaN.
    lowest = low if math.isinf(low) else moved(low, -1)
    return Range(lowest, high if math.isinf(high) else moved(high, 1), nan)


def _function(name: str, *operands: Range) -> Range:
    rule: Callable[..., Range] | None = _FUNCTION_RANGES.get(name)
    if rule is None or any(x.low > x.high for x in operands):
        return ANY_FLOAT
    return rule(*operands)


def _monotone(function: Callable[[float], float], lowest: float = -INF) -> Callable[[Range], Range]:
    def rule(x: Range) -> Range:
        low, high = function(max(x.low, lowest)), function(max(x.high, lowest))
        return _approximated(low, high, x.nan or x.low < lowest)

    return rule


def _power(x: Range, y: Range) -> Range:
    # y * log2(x) has its ends at corners, so the power has too.
    corners = [
        portable.power(max(base, 0.0), exponent)
        for base in (x.low, x.high)
        for exponent in (y.low, y.high)
    ]
    # The logarithm that is multiplied by y has a rounding error, which grows with the result's.
    error = _SLACK + _POWER_SLACK * min(max(abs(portable.log2(c)) for c in corners), 160.0)
    return _approximated(min(corners), max(corners), x.nan or y.nan or x.low < 0, error)


def _wave(x: Range) -> Range:
    return Range(-1.000001, 1.000001, x.nan or _unbounded(x))


def _angle(y: Range, x: Range) -> Range:
    return Range(-3.141593, 3.141593, x.nan or y.nan)


def _length(x: Range, y: Range) -> Range:
    far = portable.hypot(*(max(abs(r.low), abs(r.high)) for r in (x, y)))
    return _approximated(0.0, far, x.nan or y.nan)


_FUNCTION_RANGES: dict[str, Callable[..., Range]] = {
    "exp2": _monotone(portable.exp2),
    "exp": _monotone(portable.exp),
    "log2": _monotone(portable.log2, 0.0),
    "log": _monotone(portable.log, 0.0),
    "log10": _monotone(portable.log10, 0.0),
    "cbrt": _monotone(portable.cbrt),
    "pow": _power,
    "sin": _wave,
    "cos": _wave,
    "atan2": _angle,
    "hypot": _length,
}
