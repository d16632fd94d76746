"""Primitives as LLVM vector instructions: one entry of a dictionary each, and the table fetches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from grade.ir.expression import Node
from grade.ir.primitives import CANONICAL_NAN_BITS, CANONICAL_NAN_HALF
from grade.ir.types import F32, I32, Type

Value = Any

f16, f32, i1, i8, i16, i32, i64 = (
    ir.HalfType(),
    ir.FloatType(),
    ir.IntType(1),
    ir.IntType(8),
    ir.IntType(16),
    ir.IntType(32),
    ir.IntType(64),
)
pointer = ir.PointerType()


class VectorAddress(ir.instructions.Instruction):
    """``getelementptr`` with a vector of signed float offsets, which llvmlite's builder lacks."""

    def __init__(self, parent: Any, base: Value, offsets: Value) -> None:
        lanes = ir.VectorType(pointer, offsets.type.count)
        super().__init__(parent, lanes, "getelementptr", [base, offsets], name="")

    def descr(self, buf: list[str]) -> None:
        """Append the text of the instruction."""
        base, offsets = self.operands
        buf.append(
            f"getelementptr float, ptr {base.get_reference()}, "
            f"{offsets.type} {offsets.get_reference()}\n"
        )


class Vectors:
    """Builds vector instructions of one width at the position of an IR builder."""

    def __init__(self, builder: Any, width: int) -> None:
        self.builder, self.width = builder, width
        self.float = ir.VectorType(f32, width)
        self.integer = ir.VectorType(i32, width)
        self.mask = ir.VectorType(i1, width)
        # Of a comparison and a select of the same floats LLVM makes AArch64's fminnm and fmaxnm,
        # which take -0 to be less than 0 and quiet a NaN. Bits it leaves alone.
        self.selects_bits = builder.module.triple.startswith(("aarch64", "arm64"))
        self._constants: dict[tuple[Type, str], Value] = {}

    def intrinsic(self, name: str, result: Any, *args: Value) -> Value:
        """Call an LLVM intrinsic, declared on first use."""
        module = self.builder.module
        function = module.globals.get(name)
        if function is None:
            # Opaque pointers: the next call may come with scratch memory of another element.
            types = [pointer if isinstance(a.type, ir.PointerType) else a.type for a in args]
            signature = ir.FunctionType(result, types)
            function = ir.Function(module, signature, name)
        return self.builder.call(function, args)

    def of(self, type: Type) -> Any:
        """The vector type of a scalar type."""
        return {"f32": self.float, "i32": self.integer, "bool": self.mask}[type.kind]

    def splat(self, scalar: Value) -> Value:
        """One scalar in every lane."""
        lanes = ir.VectorType(scalar.type, self.width)
        undefined = ir.Constant(lanes, ir.Undefined)
        first = self.builder.insert_element(undefined, scalar, ir.Constant(i32, 0))
        zeros = ir.Constant(ir.VectorType(i32, self.width), [0] * self.width)
        return self.builder.shuffle_vector(first, undefined, zeros)

    def constant(self, type: Type, value: float | int | bool) -> Value:
        """A constant in every lane; one object per value, since its text is slow to make."""
        key = (type, repr(value))
        if key not in self._constants:
            self._constants[key] = ir.Constant(self.of(type), [value] * self.width)
        return self._constants[key]

    def floats(self, value: float) -> Value:
        """A float in every lane."""
        return self.constant(F32, value)

    def integers(self, value: int) -> Value:
        """An integer in every lane."""
        return self.constant(I32, value)

    def shuffle(self, a: Value, b: Value | None, lanes: Sequence[int]) -> Value:
        """Lanes picked from two vectors laid end to end."""
        other = ir.Constant(a.type, ir.Undefined) if b is None else b
        picked = ir.Constant(ir.VectorType(i32, len(lanes)), list(lanes))
        return self.builder.shuffle_vector(a, other, picked)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """``a*b + c``, one rounding, at the width of its operands."""
        return self.intrinsic(f"llvm.fma.v{a.type.count}f32", a.type, a, b, c)

    def unary(self, name: str, x: Value) -> Value:
        """An LLVM float intrinsic of one operand."""
        return self.intrinsic(f"llvm.{name}.v{self.width}f32", self.float, x)

    def is_nan(self, x: Value) -> Value:
        """Mask of the lanes that hold NaN."""
        return self.builder.fcmp_unordered("uno", x, x)

    def gather(self, base: Value, offsets: Value) -> Value:
        """Floats at offsets from a base, one per lane."""
        if self.width == 1:
            offset = self.builder.extract_element(offsets, ir.Constant(i32, 0))
            address = self.builder.gep(base, [offset], source_etype=f32)
            return self.splat(self.builder.load(address, typ=f32))
        addresses = VectorAddress(self.builder.block, base, offsets)
        self.builder._insert(addresses)
        every = ir.Constant(self.mask, [1] * self.width)
        return self.intrinsic(
            f"llvm.masked.gather.v{self.width}f32.v{self.width}p0",
            self.float,
            addresses,
            ir.Constant(i32, 4),
            every,
            ir.Constant(self.float, ir.Undefined),
        )


PIXELS_PER_SUM = 2
"""Nodes of two pixels side by side fill 256 bits; measured 1.5 times faster than four."""


# --- one entry per primitive ----------------------------------------------------------------------

_COMPARISON = {"lt": "<", "le": "<=", "eq": "=="}
_INTEGER = {"add": "add", "sub": "sub", "mul": "mul"}
_FLOAT = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}


def _arithmetic(v: Vectors, node: Node, a: Value, b: Value) -> Value:
    names = _INTEGER if node.type == I32 else _FLOAT
    return getattr(v.builder, names[node.op])(a, b)


def _select(v: Vectors, node: Node, condition: Value, yes: Value, no: Value) -> Value:
    b = v.builder
    if node.type != F32 or not v.selects_bits:
        return b.select(condition, yes, no)
    mask = b.sext(condition, v.integer)
    taken = b.and_(mask, b.bitcast(yes, v.integer))
    left = b.and_(b.not_(mask), b.bitcast(no, v.integer))
    return b.bitcast(b.or_(taken, left), v.float)


def _compare(v: Vectors, node: Node, a: Value, b: Value) -> Value:
    if node.args[0].type == F32:
        return v.builder.fcmp_ordered(_COMPARISON[node.op], a, b)
    return v.builder.icmp_signed(_COMPARISON[node.op], a, b)


def _neg(v: Vectors, node: Node, x: Value) -> Value:
    return v.builder.fneg(x) if node.type == F32 else v.builder.neg(x)


def _shift(v: Vectors, node: Node, x: Value) -> Value:
    names = {"shl": "shl", "shr": "ashr", "ushr": "lshr"}
    return getattr(v.builder, names[node.op])(x, v.integers(node.attr))


def _mulhi(v: Vectors, node: Node, a: Value, b: Value) -> Value:
    wide = ir.VectorType(i64, v.width)
    product = v.builder.mul(v.builder.zext(a, wide), v.builder.zext(b, wide))
    high = v.builder.lshr(product, ir.Constant(wide, [32] * v.width))
    return v.builder.trunc(high, v.integer)


def _bits(v: Vectors, node: Node, x: Value) -> Value:
    pattern = v.builder.bitcast(x, v.integer)
    if node.attr is True:
        return pattern
    return v.builder.select(v.is_nan(x), v.integers(CANONICAL_NAN_BITS), pattern)


def _to_int(v: Vectors, node: Node, x: Value) -> Value:
    b = v.builder
    if node.attr is True:
        return b.fptosi(x, v.integer)
    below, limit = v.floats(-(2.0**31)), v.floats(2.0**31)
    in_range = b.and_(b.fcmp_ordered(">=", x, below), b.fcmp_ordered("<", x, limit))
    held = b.fptosi(b.select(in_range, x, v.floats(0.0)), v.integer)
    held = b.select(b.fcmp_ordered("<", x, below), v.integers(-(2**31)), held)
    return b.select(b.fcmp_ordered(">=", x, limit), v.integers(2**31 - 1), held)


def _to_half(v: Vectors, node: Node, x: Value) -> Value:
    half = v.builder.fptrunc(x, ir.VectorType(f16, v.width))
    pattern = v.builder.zext(v.builder.bitcast(half, ir.VectorType(i16, v.width)), v.integer)
    return v.builder.select(v.is_nan(x), v.integers(CANONICAL_NAN_HALF), pattern)


def _from_half(v: Vectors, node: Node, i: Value) -> Value:
    pattern = v.builder.trunc(i, ir.VectorType(i16, v.width))
    half = v.builder.bitcast(pattern, ir.VectorType(f16, v.width))
    return v.builder.fpext(half, v.float)


LOWERING: dict[str, Callable[..., Value]] = {
    **dict.fromkeys(("add", "sub", "mul", "div"), _arithmetic),
    **dict.fromkeys(("lt", "le", "eq"), _compare),
    **dict.fromkeys(("shl", "shr", "ushr"), _shift),
    "sqrt": lambda v, n, x: v.unary("sqrt", x),
    "abs": lambda v, n, x: v.unary("fabs", x),
    "floor": lambda v, n, x: v.unary("floor", x),
    "fma": lambda v, n, a, b, c: v.fma(a, b, c),
    "neg": _neg,
    "select": _select,
    "and": lambda v, n, a, b: v.builder.and_(a, b),
    "or": lambda v, n, a, b: v.builder.or_(a, b),
    "xor": lambda v, n, a, b: v.builder.xor(a, b),
    "not": lambda v, n, x: v.builder.not_(x),
    "mulhi": _mulhi,
    "bits": _bits,
    "from_bits": lambda v, n, i: v.builder.bitcast(i, v.float),
    "to_int": _to_int,
    "to_float": lambda v, n, i: v.builder.sitofp(i, v.float),
    "to_half": _to_half,
    "from_half": _from_half,
}


def fetch(
    v: Vectors, node: Node, base: Value, index: Value, *, proved: bool | None = None
) -> Value:
    """An entry of a table per lane; the index is held to the table unless proved to be in it."""
    table, known = node.attr
    if not (known if proved is None else proved):
        index = held(v, index, 0, table.data.size - 1)
    return v.gather(base, index)


def held(v: Vectors, index: Value, low: int, high: int) -> Value:
    """An index held between two bounds, per lane."""
    b, least, most = v.builder, v.integers(low), v.integers(high)
    index = b.select(b.icmp_signed("<", index, least), least, index)
    return b.select(b.icmp_signed("<", most, index), most, index)


def tetrahedron(v: Vectors, node: Node, base: Value, args: Sequence[Value]) -> list[Value]:
    """Three channels of the weighted sum of four nodes.

    Each lane loads whole nodes, 16 aligned bytes at a time, three addresses from lanes and the
    fourth at a constant distance; the sums of all lanes are transposed once at the end.
    """
    offsets, weights = args[:3], args[3:]
    if v.width < 4:
        return _tetrahedron_by_gather(v, node, base, offsets, weights)
    b, table = v.builder, node.attr
    corners = [(offsets[0], 0), (offsets[1], 0), (offsets[2], 0), (offsets[0], table.diagonal)]
    lane_offset: dict[tuple[int, int], Value] = {}
    per_group = min(v.width, PIXELS_PER_SUM)
    sums = []
    for group in range(v.width // per_group):
        lanes = range(group * per_group, (group + 1) * per_group)
        total = None
        for (offset, constant), weight in zip(corners, weights, strict=True):
            parts = []
            for lane in lanes:
                key = (id(offset), lane)
                if key not in lane_offset:
                    element = b.extract_element(offset, ir.Constant(i32, lane))
                    lane_offset[key] = b.sext(element, i64)
                address = b.gep(base, [lane_offset[key]], source_etype=f32)
                if constant:
                    address = b.gep(address, [ir.Constant(i64, constant)], source_etype=f32)
                parts.append(b.load(address, typ=ir.VectorType(f32, 4), align=16))
            nodes = joined(v, parts)
            spread = v.shuffle(weight, None, [lane for lane in lanes for _ in range(4)])
            total = b.fmul(nodes, spread) if total is None else v.fma(nodes, spread, total)
        sums.append(total)
    pixels = joined(v, sums)
    return [v.shuffle(pixels, None, [4 * q + c for q in range(v.width)]) for c in range(3)]


def _tetrahedron_by_gather(
    v: Vectors, node: Node, base: Value, offsets: Sequence[Value], weights: Sequence[Value]
) -> list[Value]:
    last = v.builder.add(offsets[0], v.integers(node.attr.diagonal))
    channels = []
    for c in range(3):
        total = None
        for offset, weight in zip([*offsets, last], weights, strict=True):
            value = v.gather(base, v.builder.add(offset, v.integers(c)))
            total = v.builder.fmul(value, weight) if total is None else v.fma(value, weight, total)
        channels.append(total)
    return channels


def joined(v: Vectors, parts: list[Value]) -> Value:
    """Vectors laid end to end; their number is a power of two."""
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=True)
        parts = [v.shuffle(a, c, range(2 * a.type.count)) for a, c in pairs]
    return parts[0]
