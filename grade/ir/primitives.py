"""THE table of primitives: closed, few, each exactly defined.

A backend implements this table and knows nothing else; an op composes it and knows no backend.
Every row states its arity, its typing rule, its NumPy reference and what it does with NaN; where
it is so, that its operands may be swapped, and what it reads of the picture.

The reference is generic in precision. Fed float64 arrays it is the oracle; fed float32 arrays it is
the exact definition, bit for bit, because each primitive is one IEEE-754 or one integer operation.
Integers are int32 arrays that wrap.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from grade.ir.float32 import CANONICAL_NAN_BITS
from grade.ir.loop import Loop
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, F64, I32, VEC3, Type

Array = Any
Typing = Callable[[tuple[Type, ...], Any], Type]
CANONICAL_NAN_HALF = 0x7E00


class Reads(Enum):
    """What an operation reads of the picture, beside its operands."""

    NOTHING = "nothing"
    PIXEL = "pixel"
    """This pixel: its channels, or where it lies."""
    NEIGHBORS = "neighbors"
    """Its operand at other pixels, so an earlier stage must have written it as a plane."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """One row of the table.

    Attributes
    ----------
    name, arity
        Its name, and the number of its operands.
    typing
        The type of the result; raises :class:`IRTypeError` for operands that do not fit.
    reference
        The NumPy function that defines it; None where the interpreter has to know more.
    doc, nan
        Its result, and its result for NaN.
    reads
        What it reads of the picture beside its operands.
    commutative
        Whether the first two operands may be swapped.
    """

    name: str
    arity: int
    typing: Typing
    reference: Callable[..., Array] | None
    doc: str
    nan: str = "propagates"
    reads: Reads = Reads.NOTHING
    commutative: bool = False


class IRTypeError(TypeError):
    """A node was built from operands that its primitive does not take."""


# --- typing rules ---------------------------------------------------------------------------------


def _width(types: tuple[Type, ...]) -> Any:
    return 3 if any(t.width == 3 for t in types) else 1


def _need(condition: bool, message: str) -> None:
    if not condition:
        raise IRTypeError(message)


def _elementwise(kinds: tuple[str, ...], result: Type | None = None) -> Typing:
    """Operands of one kind among ``kinds``; a scalar broadcasts against a color."""

    def rule(types: tuple[Type, ...], attr: Any) -> Type:
        _need(attr is None, f"takes no attr, got {attr!r}")
        kind = types[0].kind
        _need(
            kind in kinds and all(t.kind == kind for t in types),
            f"needs operands of one kind among {', '.join(kinds)}, "
            f"got {', '.join(map(str, types))}",
        )
        return (result or types[0]).widened(_width(types))

    return rule


def _select(types: tuple[Type, ...], attr: Any) -> Type:
    _need(attr is None, f"takes no attr, got {attr!r}")
    condition, yes, no = types
    _need(condition.kind == "bool", f"the condition is {condition}, not bool")
    _need(yes.kind == no.kind, f"the branches differ in kind: {yes} and {no}")
    return yes.widened(_width(types))


def _attr(attr: Any, *kinds: type, what: str) -> None:
    """Demand exact types, because 1, True and 1.0 are one key to a dictionary."""
    parts = attr if isinstance(attr, tuple) else (attr,)
    fits = len(parts) == len(kinds) and all(
        type(part) is kind for part, kind in zip(parts, kinds, strict=True)
    )
    _need(fits and isinstance(attr, tuple) == (len(kinds) > 1), f"attr is {attr!r}, not {what}")


def _shift(types: tuple[Type, ...], attr: Any) -> Type:
    _need(type(attr) is int and 0 <= attr <= 31, f"by {attr!r}: a shift is by a constant 0..31")
    return _INTEGER(types, None)


def _constant(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, Type, int, what="(type, bits)")
    type, bits = attr
    low, high = (0, 1) if type == BOOL else (-(2**31), 2**31 - 1)
    _need(type.width == 1 and low <= bits <= high, f"{bits} is no pattern of {type}")
    nan = type == F32 and bits & 0x7FFFFFFF > 0x7F800000
    _need(not nan or bits == CANONICAL_NAN_BITS, f"{bits:#x}: NaN has one pattern, 0x7fc00000")
    return type  # type: ignore[no-any-return]


def _numbered(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, Type, int, what="(type, index)")
    _need(attr[0].width == 1 and attr[1] >= 0, f"{attr} is no scalar with an index")
    return attr[0]  # type: ignore[no-any-return]


def _load(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, Type, int, int, what="(type, source, channel)")
    _need(attr[0] in (F32, I32) and min(attr[1:]) >= 0, f"{attr} is no channel of a source")
    return attr[0]  # type: ignore[no-any-return]


def _coordinate(types: tuple[Type, ...], attr: Any) -> Type:
    _need(attr in ((I32, "x"), (I32, "y")), f"attr is {attr!r}, not (i32, 'x') or (i32, 'y')")
    return I32


def _proved(rule: Typing) -> Typing:
    """The rule for an ``attr`` of None, or True where range analysis has proved what the row says."""

    def checked(types: tuple[Type, ...], attr: Any) -> Type:
        _need(attr is None or attr is True, f"attr is {attr!r}, not None or True")
        return rule(types, None)

    return checked


def _component(types: tuple[Type, ...], attr: Any) -> Type:
    _need(
        types[0].width == 3 and type(attr) is int and 0 <= attr <= 2,
        f"component {attr!r} of {types[0]}",
    )
    return types[0].scalar


def _join(types: tuple[Type, ...], attr: Any) -> Type:
    _need(attr is None, f"takes no attr, got {attr!r}")
    first = types[0]
    _need(all(t == first and t.width == 1 for t in types), "needs three scalars of one kind")
    _need(first != F64, "there are no colors of f64")
    return first.widened(3)


def _matvec(types: tuple[Type, ...], attr: Any) -> Type:
    _need(attr is None, f"takes no attr, got {attr!r}")
    _need(types[-1] == VEC3, f"a matrix acts on f32x3, not on {types[-1]}")
    _need(all(t == F32 for t in types[:-1]), "the nine coefficients are f32 scalars")
    return VEC3


def _fetch(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, Table, bool, what="(table, proved)")
    _need(types[0].kind == "i32", f"a table is addressed by i32, not by {types[0]}")
    return F32.widened(types[0].width)


def _fetch3d(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, Table, str, what="(table, interpolation)")
    _need(types[0] == VEC3, f"a cube is addressed by f32x3, not by {types[0]}")
    _need(attr[0].is_cube, "the table is not a cube")
    _need(attr[1] in ("tetrahedral", "trilinear"), f"{attr[1]} is no interpolation")
    return VEC3


def _tetrahedron(types: tuple[Type, ...], attr: Any) -> Type:
    _need(types == (I32,) * 3 + (F32,) * 4, "needs three i32 offsets and four f32 weights")
    _need(isinstance(attr, Table) and attr.is_cube, "the table is not a cube")
    return VEC3


def _argument(types: tuple[Type, ...], attr: Any) -> Type:
    type = _numbered(types, attr)
    _need(attr[0] == (F32 if attr[1] else I32), f"{attr}: the state is i32, the others are f32")
    return type


def _iterate(types: tuple[Type, ...], attr: Any) -> Type:
    _need(types == (I32, F32, F32, F32), "needs a state, i32, and three f32")
    _need(isinstance(attr, Loop), f"attr is {attr!r}, not a loop")
    return VEC3 if attr.has_color else I32


def _within(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, float, float, bool, what="(low, high, nan)")
    _need(not any(math.isnan(bound) for bound in attr[:2]), "a bound is not NaN")
    return _FLOAT(types, None)


def _plane(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, int, int, what="(stage, output)")
    _need(min(attr) >= 0, f"{attr} is no output of a stage")
    return F32


def _at(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, int, int, what="(dx, dy)")
    _need(types[0].kind == "f32", f"a tap reads f32, not {types[0]}")
    return types[0]


def _sum(types: tuple[Type, ...], attr: Any) -> Type:
    _attr(attr, str, int, int, Table, int, what="(axis, start, step, table, most)")
    axis, _, _, table, most = attr
    _need(axis in ("x", "y"), f"{axis!r} is no axis")
    _need(not table.is_cube and 0 <= most <= table.edge, f"{most} weights of {table!r}")
    _need(types[0].kind == "f32", f"a window sum reads f32, not {types[0]}")
    _need(types[1] == I32, f"the count is i32, not {types[1]}")
    return types[0]


# --- references -----------------------------------------------------------------------------------


def _is_single(x: Array) -> bool:
    return np.asarray(x).dtype == np.float32


def exact_fma(a: Array, b: Array, c: Array) -> Array:
    """``a*b + c`` with one rounding, in the precision of the operands.

    In float32 the product is exact in float64, and the sum is rounded to odd before it is rounded
    to float32, which removes the double rounding. In float64 the plain expression is the oracle.
    """
    if not (_is_single(a) and _is_single(b) and _is_single(c)):
        return a * b + c
    product = np.multiply(a, b, dtype=np.float64)
    addend = np.asarray(c, dtype=np.float64)
    total = np.asarray(product + addend)
    bb = total - product
    error = (product - (total - bb)) + (addend - bb)
    bits = total.view(np.int64)
    inexact = (error != 0) & np.isfinite(total) & ((bits & 1) == 0)
    toward = np.where((error > 0) == (total > 0), bits + 1, bits - 1)
    odd = np.where(inexact, toward, bits).view(np.float64)
    return odd.astype(np.float32)


def _bits(x: Array, attr: Any = None) -> Array:
    single = np.asarray(x, dtype=np.float32)
    return np.where(single == single, single.view(np.int32), np.int32(CANONICAL_NAN_BITS))


def _from_bits(i: Array) -> Array:
    return np.asarray(i, dtype=np.int32).view(np.float32)


def _to_int(x: Array, attr: Any = None) -> Array:
    clean = np.where(x == x, x, 0)
    clipped = np.clip(np.trunc(clean), -2147483648.0, 2147483647.0)
    # 2147483647 is not a float32; a float32 array clips to 2147483648, which would wrap.
    wide = np.minimum(clipped.astype(np.float64), 2147483647.0)
    return wide.astype(np.int64).astype(np.int32)


def _to_half(x: Array) -> Array:
    half = np.asarray(x, dtype=np.float32).astype(np.float16).view(np.uint16).astype(np.int32)
    return np.where(x == x, half, np.int32(CANONICAL_NAN_HALF))


def _from_half(i: Array) -> Array:
    return (np.asarray(i) & 0xFFFF).astype(np.uint16).view(np.float16).astype(np.float32)


def _mulhi(a: Array, b: Array) -> Array:
    wide = np.asarray(a).view(np.uint32).astype(np.uint64) * np.asarray(b).view(np.uint32)
    return (wide >> np.uint64(32)).astype(np.uint32).view(np.int32)


def _ushr(a: Array, attr: int) -> Array:
    return (np.asarray(a).view(np.uint32) >> np.uint32(attr)).view(np.int32)


# --- the table ------------------------------------------------------------------------------------

_FLOAT = _elementwise(("f32",))
_EITHER = _elementwise(("f32", "f64"))
_NUMBER = _elementwise(("f32", "i32", "f64"))
_NEGATED = _elementwise(("f32", "i32"))
_INTEGER = _elementwise(("i32",))
_LOGIC = _elementwise(("bool", "i32"))
_COMPARE = _elementwise(("f32", "i32", "f64"), BOOL)


_row = Primitive

# fmt: off
_ROWS = [
    # leaves, which have no operands: attr holds (type, what)
    _row("const",      0, _constant, None, "A constant, keyed by type and bit pattern: attr = (type, bits).", "one NaN, 0x7fc00000"),
    _row("uniform",    0, _numbered, None, "A parameter or frame value, the same for every pixel: attr = (type, index).", "as given"),
    _row("hoisted",    0, _numbered, None, "Output `index` of the prologue: attr = (type, index).", "as computed"),
    _row("load",       0, _load, None, "Raw channel of a source at this pixel: attr = (type, source, channel).", "as stored", reads=Reads.PIXEL),
    _row("plane",      0, _plane,     None, "Output of an earlier stage, read only through a tap: attr = (stage, output).", "as computed", reads=Reads.PIXEL),
    _row("argument",   0, _argument, None, "In the body of a loop: the state or an operand: attr = (type, index).", "as computed"),
    _row("coordinate", 0, _coordinate, None, "Absolute pixel coordinate, i32: attr = (type, 'x' | 'y').", "-", reads=Reads.PIXEL),
    # arithmetic of f32, i32 and, in loops, f64; integers wrap
    _row("add",   2, _NUMBER, lambda a, b: a + b, "IEEE-754 sum; i32 wraps.", commutative=True),
    _row("sub",   2, _NUMBER, lambda a, b: a - b, "IEEE-754 difference; i32 wraps."),
    _row("mul",   2, _NUMBER, lambda a, b: a * b, "IEEE-754 product; i32 wraps.", commutative=True),
    _row("div",   2, _EITHER, lambda a, b: a / b, "IEEE-754 quotient, correctly rounded; x/0 is an infinity, 0/0 is NaN."),
    _row("sqrt",  1, _FLOAT,  np.sqrt,            "Correctly rounded square root; NaN below zero, -0 stays."),
    _row("fma",   3, _FLOAT,  exact_fma,          "a*b + c with one rounding.", commutative=True),
    _row("neg",   1, _NEGATED, lambda a: -a,       "Sign flipped, of zero and infinity too."),
    _row("abs",   1, _FLOAT,  np.abs,             "Sign cleared."),
    _row("floor", 1, _FLOAT,  np.floor,           "Largest integer not above; -0 and infinities stay."),
    # comparison and choice
    _row("lt",     2, _COMPARE, lambda a, b: a < b,  "a < b.",  "false"),
    _row("le",     2, _COMPARE, lambda a, b: a <= b, "a <= b.", "false"),
    _row("eq",     2, _COMPARE, lambda a, b: a == b, "a == b; the zeros are equal.", "false", commutative=True),
    _row("select", 3, _select,  lambda c, a, b: np.where(c, a, b), "a where c, else b: bits untouched.", "that of the chosen side"),
    # logic and integers
    _row("and",   2, _LOGIC,   lambda a, b: a & b, "Bitwise and; logical on bool.", "-", commutative=True),
    _row("or",    2, _LOGIC,   lambda a, b: a | b, "Bitwise or; logical on bool.", "-", commutative=True),
    _row("xor",   2, _LOGIC,   lambda a, b: a ^ b, "Bitwise exclusive or; logical on bool.", "-", commutative=True),
    _row("not",   1, _LOGIC,   lambda a: ~a,       "Bitwise complement; logical on bool.", "-"),
    _row("shl",   1, _shift,   lambda a, attr: a << np.int32(attr), "Left shift by a constant 0..31.", "-"),
    _row("shr",   1, _shift,   lambda a, attr: a >> np.int32(attr), "Arithmetic right shift by a constant 0..31.", "-"),
    _row("ushr",  1, _shift,   _ushr,              "Logical right shift by a constant 0..31.", "-"),
    _row("mulhi", 2, _INTEGER, _mulhi,             "High 32 bits of the unsigned 64-bit product.", "-", commutative=True),
    # between kinds; attr "proved" is set by range analysis and checked by the verifier
    _row("bits",      1, _proved(_elementwise(("f32",), I32)), _bits,      "Bit pattern of a float; `proved`: the operand is never NaN.", "0x7fc00000 for every NaN"),
    _row("from_bits", 1, _elementwise(("i32",), F32), _from_bits, "The float with this bit pattern.", "a NaN pattern is a NaN"),
    _row("to_int",    1, _proved(_elementwise(("f32",), I32)), _to_int,    "Truncates, saturates to the i32 range; `proved`: the operand is in range.", "0"),
    _row("to_float",  1, _elementwise(("i32",), F32), lambda a: np.asarray(a).astype(np.float32), "Nearest float, ties to even.", "-"),
    _row("to_half",   1, _elementwise(("f32",), I32), _to_half,   "Half bit pattern in the low 16 bits, nearest even, overflow to infinity.", "0x7e00"),
    _row("from_half", 1, _elementwise(("i32",), F32), _from_half, "The float of the half pattern in the low 16 bits; exact.", "a NaN pattern is a NaN"),
    _row("widen",     1, _elementwise(("f32",), F64), lambda x: np.asarray(x, dtype=np.float64), "The same number as f64; in loops only."),
    _row("narrow",    1, _elementwise(("f64",), F32), lambda x: x, "The nearest f32, ties to even; in loops only."),
    # tables: the interpreter has their references
    _row("fetch",   1, _fetch, None, "Entry of a table, flat index clamped: attr = (table, proved).", "to_int made it 0"),
    _row("fetch3d", 1, _fetch3d, None, "Lookup in a cube, input clamped to 0..1: attr = (table, 'tetrahedral' | 'trilinear'). Expanded late.", "NaN reads as 0"),
    _row("tetrahedron", 7, _tetrahedron, None, "T[a]*w0, then fma of T[b]*w1, T[c]*w2, T[a + diagonal]*w3, for three channels: attr = table; flat offsets in range."),
    # a promise, checked by the interpreter and gone before a backend sees the program
    _row("within",  1, _within, None, "The operand, promised to lie in low..high, and to be NaN only if `nan`: attr = (low, high, nan)."),
    # colors
    _row("rgb",       3, _join,      None, "Three scalars as a color."),
    _row("component", 1, _component, None, "One component of a color: attr = 0, 1 or 2."),
    _row("matvec",   10, _matvec,    None, "3x3 matrix (row by row) times a color: row = fma(m2, z, fma(m1, y, m0*x))."),
    # loops
    _row("iterate", 4, _iterate, None, "Runs a loop from a state, operand 0, until the next state is the state; then the state, or the color at it: attr = the loop.", "as the loop says"),
    # neighbors; an executor sees them only with a plane as operand
    _row("at",            1, _at,  None, "The operand at (x + dx, y + dy), coordinates clamped to the picture: attr = (dx, dy).", reads=Reads.NEIGHBORS),
    _row("ascending_sum", 2, _sum, None, "acc = fma(w[k], at(start + k*step), acc), k = 0..count-1, from 0: attr = (axis, start, step, table, most).", reads=Reads.NEIGHBORS),
]
# fmt: on

PRIMITIVES: dict[str, Primitive] = {row.name: row for row in _ROWS}
