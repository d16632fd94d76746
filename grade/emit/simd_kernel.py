"""The loop around the vectors: rows, pixels, loads, stores, the ragged end of a row.

A kernel takes the address of an argument block of 64-bit words (`grade.emit.signature` lays it out)
and a band of rows. The end of a row that fills no whole step is copied to scratch memory, computed
there by the same instructions, and copied back: one body, no second path to keep equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from grade.emit.emission import Emission
from grade.emit.gathers import rows_of
from grade.emit.pipelining import Phases, Ring, Tail, phases_of
from grade.emit.schedule import LEAVES, ordered
from grade.emit.signature import MOST_IN_FLIGHT, NEAR, Signature, buffers_of
from grade.emit.simd import Value, Vectors, f32, i8, i16, i32, i64, pointer
from grade.ir.expression import Node, walk
from grade.ir.program import Program
from grade.ir.storage import BYTES, Layout
from grade.ir.types import F32

TWO_PAY = 24
THREE_PAY = range(100, 600)
"""Nodes of a stage from which more vectors in flight pay. A stage beyond the range keeps two, since
the third gains it little and costs a third more time to compile.
``benchmarks/bench_in_flight.py`` measures all of them."""


@dataclass
class _Buffer:
    """One base address within the row loop."""

    base: Value
    stride: Value
    channels: int
    element: Any
    bytes: int
    scratch: Value
    row: Value = None
    here: Value = None

    @property
    def pixel_bytes(self) -> int:
        return self.channels * self.bytes


def in_flight_for(program: Program, stage: int) -> int:
    """How many vectors of pixels are computed side by side, to hide each other's latency.

    A window sum is one long chain of its own.
    """
    nodes = walk(program.stages[stage].outputs)
    if any(node.op == "ascending_sum" for node in nodes):
        return MOST_IN_FLIGHT
    if len(nodes) in THREE_PAY:
        return 3
    return 2 if len(nodes) >= TWO_PAY else 1


class StageKernel:
    """Emits one stage of a lowered program as a loop over a band of rows."""

    def __init__(self, builder: Any, program: Program, stage: int, width: int) -> None:
        self.builder, self.program, self.stage = builder, program, stage
        self.v = Vectors(builder, width)
        self.in_flight = in_flight_for(program, stage)
        self.step = width * self.in_flight
        self.arguments = Signature.of(program).arguments(stage)
        self.outputs = program.stages[stage].outputs
        self.items = ordered(self.outputs)
        self.phases = phases_of(self.items, self.outputs, width)

    def emit(self, address: Value, first_row: Value, end_row: Value) -> None:
        """Emit the kernel: ``address`` of the argument block, rows ``first_row..end_row``."""
        b = self.builder
        self.block_of_arguments = b.inttoptr(address, pointer)
        self.uniforms = b.inttoptr(self.word(0), pointer)
        self.width, self.height = self.word(1), self.word(2)
        self.origin_x, self.origin_y = self.word(3), self.word(4)
        self.buffers: list[_Buffer] = self._opened()
        words = [self.arguments.table_word(i) for i in range(self.arguments.tables)]
        addresses = [b.inttoptr(self.word(w), pointer) for w in words]
        self.tables = dict(zip(self.program.tables, addresses, strict=True))
        if self.phases is not None:
            self.ring = Ring(self.v, self.phases)
        with _loop(b, first_row, end_row, 1) as row:
            self.y = row
            for buffer in self.buffers:
                buffer.row = b.gep(buffer.base, [b.mul(row, buffer.stride)], source_etype=i8)
            with _loop(b, ir.Constant(i64, 0), self.width, self.step) as x:
                self._step(x)

    def word(self, index: int) -> Value:
        """A word of the argument block."""
        at = [ir.Constant(i64, index)]
        return self.builder.load(
            self.builder.gep(self.block_of_arguments, at, source_etype=i64), typ=i64
        )

    def _opened(self) -> list[_Buffer]:
        arguments = self.arguments
        buffers: list[_Buffer] = []
        layouts = [*arguments.sources, *arguments.targets]
        layouts += [Layout(1, "f32", planar=True)] * arguments.planes
        for layout in layouts:
            for _ in range(buffers_of(layout)):
                word = arguments.buffer_word(len(buffers))
                channels = 1 if layout.planar else layout.raw_channels
                size = BYTES[layout.storage]
                element = f32 if layout.raw_type == F32 else {4: i32, 2: i16, 1: i8}[size]
                buffers.append(
                    _Buffer(
                        base=self.builder.inttoptr(self.word(word), pointer),
                        stride=self.word(word + 1),
                        channels=channels,
                        element=element,
                        bytes=size,
                        scratch=self._scratch(element, channels * self.step),
                    )
                )
        self.first_target = sum(map(buffers_of, arguments.sources))
        self.first_plane = arguments.buffer_count - arguments.planes
        return buffers

    def _scratch(self, element: Any, count: int) -> Value:
        with self.builder.goto_entry_block():
            memory = self.builder.alloca(element, size=count)
        memory.align = 64  # and with it the stack: else spilled vectors cross cache lines
        return memory

    # --- one step of pixels -----------------------------------------------------------------------

    def _step(self, x: Value) -> None:
        b = self.builder
        left = b.sub(self.width, x)
        whole = b.icmp_signed(">=", left, ir.Constant(i64, self.step))
        sources = self.buffers[: self.first_target]
        home = self._placed(sources, x)
        with b.if_then(b.not_(whole), likely=False):
            for buffer in sources:
                self._copy(buffer.scratch, buffer.here, left, buffer)
        for buffer in sources:
            buffer.here = b.select(whole, buffer.here, buffer.scratch)
        self.x = x
        self.separated = self._separated(self.outputs)
        emission = self._emission(Emission, self.in_flight)
        if self.phases is None:
            emission.emit(self.items, rows_of(walk(self.outputs)))
            self._finish([emission.value(node) for node in self.outputs], x, left, whole)
        else:
            early = (node for node in walk(self.outputs) if node not in self.phases.phase)
            emission.emit(self.phases.head, rows_of(early))
            self._end_in_phases(self.phases, emission, x)
        self._announce(sources, home)

    def _emission(self, kind: type[Emission], in_flight: int) -> Any:
        count = len(self.program.uniforms)
        return kind(self.v, in_flight, self.uniforms, count, self.tables, self._leaf)

    def _placed(self, buffers: Sequence[_Buffer], x: Value) -> list[Value]:
        """The addresses of a pixel."""
        b = self.builder
        for buffer in buffers:
            at = b.mul(x, ir.Constant(i64, buffer.pixel_bytes))
            buffer.here = b.gep(buffer.row, [at], source_etype=i8)
        return [buffer.here for buffer in buffers]

    def _finish(self, results: Sequence[list[Value]], x: Value, left: Value, whole: Value) -> None:
        """Store a step of pixels from x, or the ``left`` ones of it that lie in the row."""
        b, targets = self.builder, self.buffers[self.first_target : self.first_plane]
        home = self._placed(targets, x)
        for buffer in targets:
            buffer.here = b.select(whole, buffer.here, buffer.scratch)
        self._store(results)
        with b.if_then(b.not_(whole), likely=False):
            for buffer, address in zip(targets, home, strict=True):
                self._copy(address, buffer.scratch, left, buffer)

    def _end_in_phases(self, phases: Phases, head: Emission, x: Value) -> None:
        """The rest of a step, and at the end of a row all that is behind."""
        b, width, ring = self.builder, self.v.width, self.ring
        for vector in range(self.in_flight):
            block = ring.block(x, vector)
            for node in phases.kept:
                if node not in phases.phase:
                    ring.keep(node, head.value(node)[vector], block)
        step, zero, lanes = (ir.Constant(i64, n) for n in (self.step, 0, width))
        behind = ir.Constant(i64, (phases.count - 1) * width)
        last = b.icmp_signed("<=", b.sub(self.width, x), step)
        row = b.and_(b.add(self.width, ir.Constant(i64, width - 1)), ir.Constant(i64, -width))
        end = b.select(last, b.add(row, behind), b.add(x, step))
        with _loop(b, x, end, width) as front:
            results = self._emission(Tail, 1).run(phases, ring, front, self.outputs)
            here = b.sub(front, behind)
            begun = b.icmp_signed(">=", here, zero)
            left = b.select(begun, b.sub(self.width, here), zero)
            self._finish(results, here, left, b.icmp_signed(">=", left, lanes))

    def _announce(self, sources: Sequence[_Buffer], addresses: Sequence[Value]) -> None:
        """Ask for the next step's first line of each source.

        The loads of a step stand in the order that suits the registers. Some orders hide from the
        processor that memory is read upwards: measured 2.5 ns per pixel where this gives 1.05.
        """
        for_reading, keep, data = (ir.Constant(i32, n) for n in (0, 3, 1))
        for buffer, address in zip(sources, addresses, strict=False):
            ahead = ir.Constant(i64, self.step * buffer.pixel_bytes)
            following = self.builder.gep(address, [ahead], source_etype=i8)
            self.v.intrinsic("llvm.prefetch.p0", ir.VoidType(), following, for_reading, keep, data)

    def _copy(self, to: Value, source: Value, pixels: Value, buffer: _Buffer) -> None:
        size = self.builder.mul(pixels, ir.Constant(i64, buffer.pixel_bytes))
        no = ir.Constant(ir.IntType(1), 0)
        self.v.intrinsic("llvm.memcpy.p0.p0.i64", ir.VoidType(), to, source, size, no)

    # --- leaves -----------------------------------------------------------------------------------

    def _leaf(self, node: Node, vector: Any) -> Value:
        if node.op == "load":
            return self._load(node, vector)
        if node.op == "coordinate":
            return self._coordinate(node, vector)
        if node.op == "at":
            return self._at(node, vector)
        if node.op == "ascending_sum":
            return self._ascending_sum(node, vector)
        raise AssertionError(f"{node!r} has no lowering")

    def _separated(self, outputs: Sequence[Node]) -> dict[tuple[int, int, int], Value]:
        """The channels that lie together in memory, by buffer, channel and vector.

        Ahead of the branches, since each side of one may need another channel, and all at once: a
        channel that is needed late, as alpha, would hold whole pixels in registers until then.
        """
        channels: dict[int, set[int]] = {}
        for node in walk(outputs):
            if node.op == "load" and self.buffers[self._buffer_of(node)].channels > 1:
                channels.setdefault(self._buffer_of(node), set()).add(node.attr[2])
        separated = {}
        for index, wanted in channels.items():
            count = self.buffers[index].channels
            for vector in range(self.in_flight):
                pixels = self._pixels(index, vector)
                for channel in sorted(wanted):
                    picked = [count * q + channel for q in range(self.v.width)]
                    separated[index, channel, vector] = self.v.shuffle(pixels, None, picked)
        return separated

    def _buffer_of(self, load: Node) -> int:
        _, source, channel = load.attr
        layouts = self.arguments.sources
        first = sum(map(buffers_of, layouts[:source]))
        return first + (channel if layouts[source].planar else 0)

    def _load(self, node: Node, vector: int) -> Value:
        type, _, channel = node.attr
        index = self._buffer_of(node)
        together = self.buffers[index].channels > 1
        raw = self.separated[index, channel, vector] if together else self._pixels(index, vector)
        if type == F32 or raw.type == self.v.integer:
            return raw
        return self.builder.zext(raw, self.v.integer)

    def _pixels(self, index: int, vector: int) -> Value:
        """All channels of one vector of pixels."""
        buffer, count = self.buffers[index], self.v.width * self.buffers[index].channels
        return self.builder.load(
            self._address(buffer, vector),
            typ=ir.VectorType(buffer.element, count),
            align=buffer.bytes,
        )

    def _address(self, buffer: _Buffer, vector: int) -> Value:
        offset = ir.Constant(i64, vector * self.v.width * buffer.pixel_bytes)
        return self.builder.gep(buffer.here, [offset], source_etype=i8)

    def _coordinate(self, node: Node, vector: int) -> Value:
        b, v = self.builder, self.v
        if node.attr[1] == "y":
            return v.splat(b.trunc(b.add(self.y, self.origin_y), i32))
        start = b.add(b.add(self.x, self.origin_x), ir.Constant(i64, vector * v.width))
        lanes = ir.Constant(v.integer, list(range(v.width)))
        return b.add(v.splat(b.trunc(start, i32)), lanes)

    # --- neighbours: planes are padded, so that a tap that is not far is a plain unaligned load ---

    def _plane(self, node: Node) -> _Buffer:
        stage, output = node.attr
        before = sum(len(s.outputs) for s in self.program.stages[:stage])
        index: int = self.first_plane + before + output
        return self.buffers[index]

    def _tap(self, plane: _Buffer, column: Value, row: Value) -> Value:
        b = self.builder
        start = b.gep(plane.base, [b.mul(row, plane.stride)], source_etype=i8)
        return b.load(b.gep(start, [column], source_etype=f32), typ=self.v.float, align=4)

    def _column(self, vector: int, offset: Value) -> Value:
        first = ir.Constant(i64, vector * self.v.width)
        return self.builder.add(self.builder.add(self.x, offset), first)

    def _at(self, node: Node, vector: int) -> Value:
        b, zero = self.builder, ir.Constant(i64, 0)
        dx, dy = (ir.Constant(i64, d) for d in node.attr)
        row = self._held(b.add(self.y, dy), zero, b.sub(self.height, ir.Constant(i64, 1)))
        column = self._column(vector, dx)
        if abs(node.attr[0]) > NEAR:  # past the padding all columns are the same
            column = self._held(column, ir.Constant(i64, -NEAR), self.width)
        return self._tap(self._plane(node.args[0]), column, row)

    def _held(self, value: Value, low: Value, high: Value) -> Value:
        b = self.builder
        value = b.select(b.icmp_signed("<", value, low), low, value)
        return b.select(b.icmp_signed("<", value, high), value, high)

    def _ascending_sum(self, node: Node, count: Value) -> list[Value]:
        b, v = self.builder, self.v
        axis, start, step, table, most = node.attr
        plane, zero = self._plane(node.args[0]), ir.Constant(i64, 0)
        taps = b.sext(b.extract_element(count, ir.Constant(i32, 0)), i64)
        limit = ir.Constant(i64, most)
        taps = b.select(b.icmp_signed("<", taps, limit), taps, limit)
        with b.goto_entry_block():
            totals = [b.alloca(v.float) for _ in range(self.in_flight)]
        for total in totals:
            b.store(v.floats(0.0), total)
        with _loop(b, zero, taps, 1) as k:
            weight = v.splat(b.load(b.gep(self.tables[table], [k], source_etype=f32), typ=f32))
            offset = b.add(ir.Constant(i64, start), b.mul(k, ir.Constant(i64, step)))
            dx, dy = (offset, zero) if axis == "x" else (zero, offset)
            for vector, total in enumerate(totals):
                tap = self._tap(plane, self._column(vector, dx), b.add(self.y, dy))
                b.store(v.fma(weight, tap, b.load(total, typ=v.float)), total)
        return [b.load(total, typ=v.float) for total in totals]

    # --- stores -----------------------------------------------------------------------------------

    def _store(self, results: Sequence[Sequence[Value]]) -> None:
        index, channel = self.first_target, 0
        for layout in self.arguments.targets:
            for _ in range(buffers_of(layout)):
                buffer = self.buffers[index]
                for vector in range(len(results[0])):
                    planes = [
                        self._narrowed(results[channel + c][vector], buffer)
                        for c in range(buffer.channels)
                    ]
                    value = self._interleaved(planes)
                    self.builder.store(value, self._address(buffer, vector), align=buffer.bytes)
                index, channel = index + 1, channel + buffer.channels

    def _narrowed(self, value: Value, buffer: _Buffer) -> Value:
        if buffer.bytes == 4:
            return value
        return self.builder.trunc(value, ir.VectorType(buffer.element, self.v.width))

    def _interleaved(self, planes: list[Value]) -> Value:
        """One vector of pixels from one vector per channel."""
        if len(planes) == 1:
            return planes[0]
        v, width, count = self.v, self.v.width, len(planes)
        pairs = []
        for a, c in zip(planes[::2], [*planes[1::2], None][: len(planes[::2])], strict=True):
            lanes = [lane + width * side for lane in range(width) for side in (0, 1)]
            pairs.append(v.shuffle(a, c, lanes))
        if len(pairs) == 1:
            return v.shuffle(pairs[0], None, range(count * width))
        if len(pairs) > 2:
            return self._interleaved_by_concatenation(planes)
        lanes = [
            2 * q + channel % 2 + (2 * width if channel >= 2 else 0)
            for q in range(width)
            for channel in range(count)
        ]
        return v.shuffle(pairs[0], pairs[1], lanes)

    def _interleaved_by_concatenation(self, planes: list[Value]) -> Value:
        v, width = self.v, self.v.width
        joined = planes[0]
        for i, plane in enumerate(planes[1:], 1):
            padded = v.shuffle(plane, None, [*range(width), *[0] * (i * width - width)])
            joined = v.shuffle(joined, padded, range((i + 1) * width))
        lanes = [c * width + q for q in range(width) for c in range(len(planes))]
        return v.shuffle(joined, None, lanes)


def emit_prologue(builder: Any, program: Program, address: Value) -> None:
    """Compute the outputs of the prologue into the uniform block, one lane wide."""
    v = Vectors(builder, 1)
    arguments = builder.inttoptr(address, pointer)
    block = builder.inttoptr(builder.load(arguments, typ=i64), pointer)
    first = Signature.of(program).arguments(0).table_word(0)
    tables = {}
    for i, table in enumerate(program.tables):
        word = builder.gep(arguments, [ir.Constant(i64, first + i)], source_etype=i64)
        tables[table] = builder.inttoptr(builder.load(word, typ=i64), pointer)

    def no_pixel(node: Node, vector: int) -> Value:
        raise AssertionError(f"{node!r} in a prologue")

    count = len(program.uniforms)
    emission = Emission(v, 1, block, count, tables, no_pixel)
    # Every choice here is one by uniforms, and no branch pays: plain order will do.
    emission.emit(node for node in walk(program.prologue) if node.op not in LEAVES)
    results = map(emission.value, program.prologue)
    for slot, (value,) in enumerate(results, count):
        lane = builder.extract_element(value, ir.Constant(i32, 0))
        if lane.type == ir.IntType(1):
            lane = builder.zext(lane, i32)
        target = builder.gep(block, [ir.Constant(i64, slot)], source_etype=i32)
        builder.store(lane, target, align=4)


@contextmanager
def exact_floating_point(builder: Any) -> Iterator[None]:
    """Round to nearest, no flush to zero, whatever a library of the process has set; restored."""
    v = Vectors(builder, 1)
    if builder.module.triple.startswith("x86_64"):
        with builder.goto_entry_block():
            saved, ours = builder.alloca(i32), builder.alloca(i32)
        v.intrinsic("llvm.x86.sse.stmxcsr", ir.VoidType(), saved)
        builder.store(ir.Constant(i32, 0x1F80), ours)
        v.intrinsic("llvm.x86.sse.ldmxcsr", ir.VoidType(), ours)
        yield
        v.intrinsic("llvm.x86.sse.ldmxcsr", ir.VoidType(), saved)
    else:
        before = v.intrinsic("llvm.aarch64.get.fpcr", i64)
        v.intrinsic("llvm.aarch64.set.fpcr", ir.VoidType(), ir.Constant(i64, 0))
        yield
        v.intrinsic("llvm.aarch64.set.fpcr", ir.VoidType(), before)


@contextmanager
def _loop(builder: Any, first: Value, end: Value, step: int) -> Iterator[Value]:
    """``for i in range(first, end, step)``."""
    function = builder.function
    before = builder.block
    head, body, done = (function.append_basic_block(n) for n in ("head", "body", "done"))
    builder.branch(head)
    builder.position_at_end(head)
    index = builder.phi(i64)
    index.add_incoming(first, before)
    builder.cbranch(builder.icmp_signed("<", index, end), body, done)
    builder.position_at_end(body)
    yield index
    following = builder.add(index, ir.Constant(i64, step))
    index.add_incoming(following, builder.block)
    builder.branch(head)
    builder.position_at_end(done)
