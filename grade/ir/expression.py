"""Expressions: one node type, frozen and hash-consed, so equal expressions are one object.

The free functions here build a node when an operand is a node, and otherwise compute the NumPy
reference: the same op runs on the IR and, in a doctest or as oracle, on plain float64 arrays whose
last axis is the color (scalars keep that axis with length 1).
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Container, Iterable, Sequence
from typing import Any, NoReturn

import numpy as np

from grade.fork import open_after_fork
from grade.ir.float32 import bits_float, float_bits
from grade.ir.functions import FUNCTIONS
from grade.ir.primitives import PRIMITIVES, IRTypeError, Reads, exact_fma
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32, Type

_table: weakref.WeakValueDictionary[tuple[Any, ...], Node] = weakref.WeakValueDictionary()
_lock = open_after_fork(threading.Lock())


class Node:
    """One expression: an operation, its operands, its static attribute, its type.

    Built only by :func:`make`, which returns the existing node for equal arguments. ``<``, ``<=``,
    ``>`` and ``>=`` build comparisons; ``==`` compares identity, because equal expressions are one
    object.
    """

    __slots__ = ("__weakref__", "args", "attr", "op", "type")
    __array_ufunc__ = None  # an array on the left leaves the operation to the node on the right
    op: str
    args: tuple[Node, ...]
    attr: Any
    type: Type

    @property
    def reads(self) -> Reads:
        """What the operation reads of the picture, beside its operands."""
        return PRIMITIVES[self.op].reads if self.op in PRIMITIVES else Reads.NOTHING

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"a node is frozen: make() another to change its {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a node is frozen: its {name} stays")

    def __reduce__(self) -> tuple[Any, ...]:
        return make, (self.op, self.args, self.attr)

    def __bool__(self) -> NoReturn:
        raise IRTypeError(
            "a pixel has no truth value while the look is traced: use select(condition, yes, no) "
            "to branch on pixels, or a Choice parameter to branch on structure"
        )

    def __repr__(self) -> str:
        inside = ", ".join(
            [a.op for a in self.args] + ([] if self.attr is None else [repr(self.attr)])
        )
        return f"<{self.op}({inside}): {self.type}>"

    def __iter__(self) -> NoReturn:
        raise IRTypeError("use channels(x) to take a color apart")

    # fmt: off
    def __add__(self, other: Any) -> Node: return build("add", self, other)
    def __radd__(self, other: Any) -> Node: return build("add", other, self)
    def __sub__(self, other: Any) -> Node: return build("sub", self, other)
    def __rsub__(self, other: Any) -> Node: return build("sub", other, self)
    def __mul__(self, other: Any) -> Node: return build("mul", self, other)
    def __rmul__(self, other: Any) -> Node: return build("mul", other, self)
    def __truediv__(self, other: Any) -> Node: return build("div", self, other)
    def __rtruediv__(self, other: Any) -> Node: return build("div", other, self)
    def __pow__(self, other: Any) -> Node: return build("pow", self, other)
    def __rpow__(self, other: Any) -> Node: return build("pow", other, self)
    def __neg__(self) -> Node: return build("neg", self)
    def __abs__(self) -> Node: return build("abs", self)
    def __lt__(self, other: Any) -> Node: return build("lt", self, other)
    def __le__(self, other: Any) -> Node: return build("le", self, other)
    def __gt__(self, other: Any) -> Node: return build("lt", other, self)
    def __ge__(self, other: Any) -> Node: return build("le", other, self)
    def __and__(self, other: Any) -> Node: return build("and", self, other)
    def __rand__(self, other: Any) -> Node: return build("and", other, self)
    def __or__(self, other: Any) -> Node: return build("or", self, other)
    def __ror__(self, other: Any) -> Node: return build("or", other, self)
    def __xor__(self, other: Any) -> Node: return build("xor", self, other)
    def __rxor__(self, other: Any) -> Node: return build("xor", other, self)
    def __invert__(self) -> Node: return build("not", self)
    def __lshift__(self, amount: int) -> Node: return build("shl", self, attr=amount)
    def __rshift__(self, amount: int) -> Node: return build("shr", self, attr=amount)
    # fmt: on


def make(op: str, args: tuple[Node, ...], attr: Any = None) -> Node:
    """The one node for these arguments, typed by the table.

    Raises
    ------
    IRTypeError
        If the operation is unknown or does not take these operands.
    """
    # The types too, because True, 1 and 1.0 are one key to a dictionary, but three attributes.
    kinds = tuple(map(type, attr)) if type(attr) is tuple else type(attr)
    key = (op, tuple(map(id, args)), attr, kinds)
    with _lock:
        found = _table.get(key)
        if found is not None:
            return found
    node = object.__new__(Node)
    fields = {"op": op, "args": args, "attr": attr, "type": _type_of(op, args, attr)}
    for name, value in fields.items():
        object.__setattr__(node, name, value)
    with _lock:
        return _table.setdefault(key, node)


def _type_of(op: str, args: tuple[Node, ...], attr: Any) -> Type:
    types = tuple(a.type for a in args)
    if op in FUNCTIONS:
        if len(args) != FUNCTIONS[op].arity or any(t.kind != "f32" for t in types):
            raise IRTypeError(f"{op} takes {FUNCTIONS[op].arity} f32, got {types}")
        if attr is not None:
            raise IRTypeError(f"{op} takes no attr, got {attr!r}")
        return F32.widened(3 if any(t.width == 3 for t in types) else 1)
    if op not in PRIMITIVES:
        raise IRTypeError(f"{op} is neither a primitive nor a named function")
    row = PRIMITIVES[op]
    if len(args) != row.arity:
        raise IRTypeError(f"{op} takes {row.arity} operands, got {len(args)}")
    try:
        return row.typing(types, attr)
    except IRTypeError as error:
        raise IRTypeError(f"{op}: {error}") from None


# --- constants ------------------------------------------------------------------------------------


def const(value: float | int | bool, type: Type = F32) -> Node:
    """A scalar constant; floats are rounded to float32, integers wrapped to 32 bits."""
    if type == F32:
        return make("const", (), (F32, float_bits(float(value))))
    if type == I32:
        return make("const", (), (I32, (int(value) + (1 << 31)) % (1 << 32) - (1 << 31)))
    if type == BOOL:
        return make("const", (), (BOOL, int(bool(value))))
    raise IRTypeError(f"no constant of type {type}: join three with rgb()")


def const_value(node: Node) -> float | int | bool:
    """The Python value of a constant node."""
    type, bits = node.attr
    if type == F32:
        return bits_float(bits)
    return bool(bits) if type == BOOL else int(bits)


def is_const(node: Node) -> bool:
    """Whether the node is a scalar constant."""
    return node.op == "const"


# --- building -------------------------------------------------------------------------------------


def _lift(value: Any, kind: str) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, bool | np.bool_):
        return const(bool(value), BOOL)
    if isinstance(value, int | float | np.integer | np.floating):
        if kind == "f32":
            return const(float(value))
        if kind == "f64":
            return make("widen", (const(float(value)),))
        if isinstance(value, int | np.integer):
            return const(int(value), I32)
        raise IRTypeError(f"{value!r} beside an i32: to_float() the node, or write an integer")
    if isinstance(value, Sequence | np.ndarray) and len(value) == 3:
        return make("rgb", tuple(_lift(v, kind) for v in value))
    raise IRTypeError(f"{value!r} is neither a node, a number nor three numbers")


def build(op: str, *operands: Any, attr: Any = None) -> Node:
    """A node whose plain-number operands become constants of the kind of the others."""
    nodes = [o for o in operands if isinstance(o, Node)]
    kinds: list[str] = [n.type.kind for n in nodes if n.type.kind != "bool"] or ["f32"]
    if op == "select":
        kinds = [n.type.kind for n in operands[1:] if isinstance(n, Node)] or ["f32"]
    return make(op, tuple(_lift(o, kinds[0]) for o in operands), attr)


def apply(op: str, *operands: Any, attr: Any = None) -> Any:
    """Build ``op`` if an operand is a node, else compute its NumPy reference."""
    if any(isinstance(o, Node) for o in operands):
        return build(op, *operands, attr=attr)
    reference = FUNCTIONS[op].reference if op in FUNCTIONS else PRIMITIVES[op].reference
    if reference is None:
        raise IRTypeError(f"{op} has no meaning outside a traced program")
    with np.errstate(all="ignore"):
        return reference(*operands) if attr is None else reference(*operands, attr)


# fmt: off
def sqrt(x: Any) -> Any: return apply("sqrt", x)
def floor(x: Any) -> Any: return apply("floor", x)
def absolute(x: Any) -> Any: return apply("abs", x)
def exp2(x: Any) -> Any: return apply("exp2", x)
def exp(x: Any) -> Any: return apply("exp", x)
def log2(x: Any) -> Any: return apply("log2", x)
def log(x: Any) -> Any: return apply("log", x)
def log10(x: Any) -> Any: return apply("log10", x)
def power(x: Any, y: Any) -> Any: return apply("pow", x, y)
def sin(x: Any) -> Any: return apply("sin", x)
def cos(x: Any) -> Any: return apply("cos", x)
def atan2(y: Any, x: Any) -> Any: return apply("atan2", y, x)
def cbrt(x: Any) -> Any: return apply("cbrt", x)
def hypot(x: Any, y: Any) -> Any: return apply("hypot", x, y)
def equal(a: Any, b: Any) -> Any: return apply("eq", a, b)
def bits(x: Any) -> Any: return apply("bits", x)
def from_bits(i: Any) -> Any: return apply("from_bits", i)
def to_int(x: Any) -> Any: return apply("to_int", x)
def to_float(i: Any) -> Any: return apply("to_float", i)
def to_half(x: Any) -> Any: return apply("to_half", x)
def from_half(i: Any) -> Any: return apply("from_half", i)
def widen(x: Any) -> Any: return apply("widen", x)
def narrow(x: Any) -> Any: return apply("narrow", x)
# fmt: on


def fma(a: Any, b: Any, c: Any) -> Any:
    """``a*b + c`` with one rounding."""
    if any(isinstance(o, Node) for o in (a, b, c)):
        return build("fma", a, b, c)
    return exact_fma(a, b, c)


def select(condition: Any, yes: Any, no: Any) -> Any:
    """``yes`` where the condition holds, else ``no``; the bits of the chosen side."""
    return apply("select", condition, yes, no)


def minimum(a: Any, b: Any) -> Any:
    """``select(a < b, a, b)``: a NaN in either gives ``b``."""
    return select(a < b, a, b) if _any_node(a, b) else np.where(a < b, a, b)


def maximum(a: Any, b: Any) -> Any:
    """``select(b < a, a, b)``: a NaN in either gives ``b``."""
    return select(b < a, a, b) if _any_node(a, b) else np.where(b < a, a, b)


def clamp(x: Any, low: Any, high: Any) -> Any:
    """``x`` clamped to low..high; NaN gives ``low``."""
    return minimum(maximum(x, low), high)


def copysign(magnitude: Any, sign: Any) -> Any:
    """``magnitude`` (not negative) with the sign of ``sign``; -0 counts as positive."""
    return select(sign < 0, -magnitude, magnitude)


def signed_power(x: Any, exponent: Any) -> Any:
    """``sign(x) * |x| ** exponent``: the power mirrored about zero, so no value is clipped."""
    return copysign(power(absolute(x), exponent), x)


def rgb(red: Any, green: Any, blue: Any) -> Any:
    """Three scalars as one color."""
    if _any_node(red, green, blue):
        return build("rgb", red, green, blue)
    parts = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (red, green, blue))
    )
    return np.concatenate(parts, axis=-1)


def channels(x: Any) -> tuple[Any, Any, Any]:
    """Red, green and blue of a color."""
    if isinstance(x, Node):
        if x.type.width == 1:
            return x, x, x
        if x.op == "rgb":
            return x.args[0], x.args[1], x.args[2]
        return tuple(make("component", (x,), i) for i in range(3))  # type: ignore[return-value]
    if isinstance(x, tuple | list):
        return x[0], x[1], x[2]
    wide = np.asarray(x)
    if wide.ndim == 0 or wide.shape[-1] == 1:
        return x, x, x
    return wide[..., 0:1], wide[..., 1:2], wide[..., 2:3]


def dot(weights: Any, x: Any) -> Any:
    """Weighted sum of the channels, red first, each step an fma."""
    (a, b, c), (r, g, bl) = channels(weights), channels(x)
    return fma(c, bl, fma(b, g, a * r))


def matvec(matrix: Iterable[Any], x: Any) -> Any:
    """A 3x3 matrix, nine numbers row by row (plain or nodes), times a color."""
    cells = list(matrix)
    if isinstance(x, Node) or any(isinstance(c, Node) for c in cells):
        color = x if isinstance(x, Node) and x.type.width == 3 else rgb(*channels(x))
        return build("matvec", *cells, color)
    r, g, b = channels(x)
    rows = [cells[3 * i] * r + cells[3 * i + 1] * g + cells[3 * i + 2] * b for i in range(3)]
    return rgb(*rows)


def fetch(table: Table, index: Any) -> Any:
    """The entry of a table at a flat i32 index, which is clamped to the table."""
    return build("fetch", index, attr=(table, False)) if _any_node(index) else table.entry(index)


def fetch3d(table: Table, x: Any, interpolation: str = "tetrahedral") -> Any:
    """A color looked up in a cube: clamped to 0..1, ``tetrahedral`` or ``trilinear``."""
    if _any_node(x):
        return build("fetch3d", rgb(*channels(x)), attr=(table, interpolation))
    return table.lookup(rgb(*channels(x)), interpolation)


def mix(a: Any, b: Any, amount: Any) -> Any:
    """``a + amount * (b - a)``, with the exact bits of the ends: ``a`` at 0, ``b`` at 1."""
    between = fma(amount, b - a, a)
    return select(equal(amount, 0.0), a, select(equal(amount, 1.0), b, between))


def argument(index: int) -> Node:
    """In the body of a loop: the state, number 0, or an operand."""
    return make("argument", (), (F32 if index else I32, index))


def at(x: Node, dx: int, dy: int) -> Node:
    """``x`` at the neighbor (x + dx, y + dy), coordinates clamped to the picture."""
    return make("at", (x,), (int(dx), int(dy)))


def _any_node(*values: Any) -> bool:
    return any(isinstance(v, Node) for v in values)


def walk(outputs: Iterable[Node], known: Container[Node] = ()) -> list[Node]:
    """Every node below ``outputs``, operands before users, each once.

    Nodes in ``known`` are left out, and so is what only they lead to: so a pass that keeps its
    results walks each node once, and not once per output.
    """
    seen: set[int] = set()
    order: list[Node] = []
    for root in outputs:
        stack: list[tuple[Node, bool]] = [(root, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                if node in known:
                    continue
                stack.append((node, True))
                stack.extend((a, False) for a in reversed(node.args))
    return order
