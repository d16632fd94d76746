"""LLVM vectors of one width, and a builder of instructions on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir

from grade.ir.types import F32, I32, Type

Value = Any

f16, f32, f64, i1, i8, i16, i32, i64 = (
    ir.HalfType(),
    ir.FloatType(),
    ir.DoubleType(),
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
        self.double = ir.VectorType(f64, width)
        self.integer = ir.VectorType(i32, width)
        self.mask = ir.VectorType(i1, width)
        # LLVM turns a comparison and a select of the same floats into AArch64's fminnm and fmaxnm,
        # which take -0 to be less than 0 and quiet a NaN. It leaves a select of bits alone.
        self.selects_bits = builder.module.triple.startswith(("aarch64", "arm64"))
        self._constants: dict[tuple[Type, str], Value] = {}

    def intrinsic(self, name: str, result: Any, *args: Value) -> Value:
        """Call an LLVM intrinsic, declared on first use."""
        module = self.builder.module
        function = module.globals.get(name)
        if function is None:
            # Opaque pointers, because the next call may pass scratch memory of another type.
            types = [pointer if isinstance(a.type, ir.PointerType) else a.type for a in args]
            signature = ir.FunctionType(result, types)
            function = ir.Function(module, signature, name)
        return self.builder.call(function, args)

    def of(self, type: Type) -> Any:
        """The vector type of a scalar type."""
        kinds = {"f32": self.float, "i32": self.integer, "bool": self.mask, "f64": self.double}
        return kinds[type.kind]

    def splat(self, scalar: Value) -> Value:
        """One scalar in every lane."""
        lanes = ir.VectorType(scalar.type, self.width)
        undefined = ir.Constant(lanes, ir.Undefined)
        first = self.builder.insert_element(undefined, scalar, ir.Constant(i32, 0))
        zeros = ir.Constant(ir.VectorType(i32, self.width), [0] * self.width)
        return self.builder.shuffle_vector(first, undefined, zeros)

    def constant(self, type: Type, value: float | int | bool) -> Value:
        """A constant in every lane; one object per value, since making its text is slow."""
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

    def concatenate(self, parts: list[Value]) -> Value:
        """Vectors laid end to end; their number is a power of two."""
        while len(parts) > 1:
            pairs = zip(parts[::2], parts[1::2], strict=True)
            parts = [self.shuffle(a, c, range(2 * a.type.count)) for a, c in pairs]
        return parts[0]

    def interleave(self, planes: list[Value]) -> Value:
        """One vector of pixels from one vector per channel."""
        if len(planes) == 1:
            return planes[0]
        width, count = self.width, len(planes)
        if count > 4:
            return self._interleave_many(planes)
        sides = [lane + width * side for lane in range(width) for side in (0, 1)]
        pairs = [
            self.shuffle(a, c, sides)
            for a, c in zip(planes[::2], [*planes[1::2], None][: len(planes[::2])], strict=True)
        ]
        if len(pairs) == 1:
            return self.shuffle(pairs[0], None, range(count * width))
        lanes = [
            2 * q + channel % 2 + (2 * width if channel >= 2 else 0)
            for q in range(width)
            for channel in range(count)
        ]
        return self.shuffle(pairs[0], pairs[1], lanes)

    def _interleave_many(self, planes: list[Value]) -> Value:
        width, whole = self.width, planes[0]
        for i, plane in enumerate(planes[1:], 1):
            padded = self.shuffle(plane, None, [*range(width), *[0] * (i * width - width)])
            whole = self.shuffle(whole, padded, range((i + 1) * width))
        lanes = [c * width + q for q in range(width) for c in range(len(planes))]
        return self.shuffle(whole, None, lanes)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """``a*b + c``, one rounding, at the width of its operands."""
        return self.intrinsic(f"llvm.fma.v{a.type.count}f32", a.type, a, b, c)

    def unary(self, name: str, x: Value) -> Value:
        """An LLVM float intrinsic of one operand."""
        return self.intrinsic(f"llvm.{name}.v{self.width}f32", self.float, x)

    def is_nan(self, x: Value) -> Value:
        """Mask of the lanes that hold NaN."""
        return self.builder.fcmp_unordered("uno", x, x)

    def any(self, mask: Value) -> Value:
        """Whether a mask holds in any lane."""
        whole = ir.IntType(self.width)
        packed = self.builder.bitcast(mask, whole)
        return self.builder.icmp_unsigned("!=", packed, ir.Constant(whole, 0))

    def gather(self, base: Value, offsets: Value) -> Value:
        """Floats at offsets from a base address, one per lane."""
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
