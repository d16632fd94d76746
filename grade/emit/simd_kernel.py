"""A stage as a SIMD kernel: the loop over rows and pixels, loads, stores, the ragged end of a row.

A kernel takes the address of its argument block (`grade.emit.kernel_arguments`) and a band of rows.
The end of a row that fills no whole step is copied to scratch memory, computed there by the same
instructions, and copied back: one body, no second path to keep equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from grade.emit.gathers import group_fetches
from grade.emit.kernel_arguments import MOST_IN_FLIGHT, NEAR, HostBlock, Signature, strip_count
from grade.emit.pipelining import Phases, Ring, Tail, cut_into_phases
from grade.emit.schedule import schedule
from grade.emit.simd_body import Body
from grade.emit.simd_vectors import Value, Vectors, f32, i8, i16, i32, i64, pointer
from grade.ir.expression import Node, walk
from grade.ir.program import Program
from grade.ir.storage import BYTES, Layout
from grade.ir.types import F32

TWO_PAY = 24
"""Nodes of a stage from which two vectors in flight pay; ``benchmarks/bench_in_flight.py``."""
THREE_PAY = range(100, 600)
"""Nodes of a stage with which three pay. Beyond, the third gains little and costs a third more time
to compile."""


@dataclass
class _Strip:
    """A picture or plane within the loop: where its pixels lie, and how it is stored.

    Attributes
    ----------
    base, stride
        Address of the first pixel, and bytes from one row to the next.
    channels, element, bytes
        Channels that are interleaved; the LLVM type of one and its bytes.
    scratch
        Memory for one step of pixels.
    row, here
        Address of the current row, and of the current step: in the picture or in the scratch.
    """

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
        """Bytes of one pixel."""
        return self.channels * self.bytes


def in_flight_for(program: Program, stage: int) -> int:
    """How many vectors of pixels are computed side by side, to hide each other's latency.

    A window sum is one long chain of its own. A loop has enough to do with one vector.
    """
    nodes = walk(program.stages[stage].outputs)
    if any(node.op == "ascending_sum" for node in nodes):
        return MOST_IN_FLIGHT
    if any(node.op == "iterate" for node in nodes):
        return 1
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
        self.layout: HostBlock = Signature.of(program).block(stage)
        self.outputs = program.stages[stage].outputs
        self.items = schedule(self.outputs)
        self.phases = cut_into_phases(self.items, self.outputs, width)

    def emit(self, address: Value, first_row: Value, end_row: Value) -> None:
        """Emit the kernel: ``address`` of the argument block, rows ``first_row..end_row``."""
        b = self.builder
        self.arguments = b.inttoptr(address, pointer)
        self.uniforms = b.inttoptr(self.word(0), pointer)
        self.width, self.height = self.word(1), self.word(2)
        self.origin_x, self.origin_y = self.word(3), self.word(4)
        self.strips = self._open_strips()
        self.first_target = sum(map(strip_count, self.layout.sources))
        self.first_plane = self.layout.strips - self.layout.planes
        words = [self.layout.table_word(i) for i in range(self.layout.tables)]
        addresses = [b.inttoptr(self.word(w), pointer) for w in words]
        self.tables = dict(zip(self.program.tables, addresses, strict=True))
        if self.phases is not None:
            self.ring = Ring(self.v, self.phases)
        with _loop(b, first_row, end_row, 1) as row:
            self.y = row
            for strip in self.strips:
                strip.row = b.gep(strip.base, [b.mul(row, strip.stride)], source_etype=i8)
            with _loop(b, ir.Constant(i64, 0), self.width, self.step) as x:
                self._step(x)

    def word(self, index: int) -> Value:
        """A word of the argument block."""
        at = [ir.Constant(i64, index)]
        return self.builder.load(self.builder.gep(self.arguments, at, source_etype=i64), typ=i64)

    def _open_strips(self) -> list[_Strip]:
        """The strips in the order of the argument block: sources, targets, planes."""
        strips: list[_Strip] = []
        layouts = [*self.layout.sources, *self.layout.targets]
        layouts += [Layout(1, "f32", planar=True)] * self.layout.planes
        for layout in layouts:
            for _ in range(strip_count(layout)):
                word = self.layout.strip_word(len(strips))
                channels = 1 if layout.planar else layout.raw_channels
                size = BYTES[layout.storage]
                element = f32 if layout.raw_type == F32 else {4: i32, 2: i16, 1: i8}[size]
                strips.append(
                    _Strip(
                        base=self.builder.inttoptr(self.word(word), pointer),
                        stride=self.word(word + 1),
                        channels=channels,
                        element=element,
                        bytes=size,
                        scratch=self._scratch(element, channels * self.step),
                    )
                )
        return strips

    def _scratch(self, element: Any, count: int) -> Value:
        with self.builder.goto_entry_block():
            memory = self.builder.alloca(element, size=count)
        memory.align = 64  # aligns the stack too: else spilled vectors cross cache lines
        return memory

    # --- one step of pixels -----------------------------------------------------------------------

    def _step(self, x: Value) -> None:
        b = self.builder
        left = b.sub(self.width, x)
        whole = b.icmp_signed(">=", left, ir.Constant(i64, self.step))
        sources = self.strips[: self.first_target]
        home = self._move_to(sources, x)
        with b.if_then(b.not_(whole), likely=False):
            for strip in sources:
                self._copy(strip.scratch, strip.here, left, strip)
        for strip in sources:
            strip.here = b.select(whole, strip.here, strip.scratch)
        self.x = x
        self.channels = self._split_channels(self.outputs)
        body = self._body(Body, self.in_flight)
        if self.phases is None:
            body.emit(self.items, group_fetches(walk(self.outputs)))
            self._finish([body.value(node) for node in self.outputs], x, left, whole)
        else:
            early = (node for node in walk(self.outputs) if node not in self.phases.phase)
            body.emit(self.phases.head, group_fetches(early))
            self._run_phases(self.phases, body, x)
        self._prefetch(sources, home)

    def _body(self, kind: type[Body], in_flight: int) -> Any:
        count = len(self.program.uniforms)
        return kind(self.v, in_flight, self.uniforms, count, self.tables, self._memory)

    def _move_to(self, strips: Sequence[_Strip], x: Value) -> list[Value]:
        """Set the strips to pixel x of the row; their addresses there."""
        b = self.builder
        for strip in strips:
            at = b.mul(x, ir.Constant(i64, strip.pixel_bytes))
            strip.here = b.gep(strip.row, [at], source_etype=i8)
        return [strip.here for strip in strips]

    def _finish(self, results: Sequence[list[Value]], x: Value, left: Value, whole: Value) -> None:
        """Store a step of pixels from x, or the ``left`` ones of it that lie in the row."""
        b, targets = self.builder, self.strips[self.first_target : self.first_plane]
        home = self._move_to(targets, x)
        for strip in targets:
            strip.here = b.select(whole, strip.here, strip.scratch)
        self._store(results)
        with b.if_then(b.not_(whole), likely=False):
            for strip, address in zip(targets, home, strict=True):
                self._copy(address, strip.scratch, left, strip)

    def _run_phases(self, phases: Phases, head: Body, x: Value) -> None:
        """Emit the tail for a step of the head, and at the end of a row for all that is behind."""
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
            results = self._body(Tail, 1).run(phases, ring, front, self.outputs)
            here = b.sub(front, behind)
            begun = b.icmp_signed(">=", here, zero)
            left = b.select(begun, b.sub(self.width, here), zero)
            self._finish(results, here, left, b.icmp_signed(">=", left, lanes))

    def _prefetch(self, sources: Sequence[_Strip], addresses: Sequence[Value]) -> None:
        """Prefetch the first cache line of the next step of each source.

        The loads of a step stand in the order that suits the registers. Some orders hide from the
        processor that memory is read upwards: measured 2.5 ns per pixel where this gives 1.05.
        """
        for_reading, keep, data = (ir.Constant(i32, n) for n in (0, 3, 1))
        for strip, address in zip(sources, addresses, strict=False):
            ahead = ir.Constant(i64, self.step * strip.pixel_bytes)
            following = self.builder.gep(address, [ahead], source_etype=i8)
            self.v.intrinsic("llvm.prefetch.p0", ir.VoidType(), following, for_reading, keep, data)

    def _copy(self, to: Value, source: Value, pixels: Value, strip: _Strip) -> None:
        size = self.builder.mul(pixels, ir.Constant(i64, strip.pixel_bytes))
        no = ir.Constant(ir.IntType(1), 0)
        self.v.intrinsic("llvm.memcpy.p0.p0.i64", ir.VoidType(), to, source, size, no)

    # --- what reads pictures ----------------------------------------------------------------------

    def _memory(self, node: Node, vector: Any) -> Value:
        """The value that a node reads from pictures, in one vector; a window sum in all of them."""
        readers: dict[str, Callable[[Node, Any], Any]] = {
            "load": self._load,
            "coordinate": self._coordinate,
            "at": self._at,
            "ascending_sum": self._ascending_sum,
        }
        return readers[node.op](node, vector)

    def _split_channels(self, outputs: Sequence[Node]) -> dict[tuple[int, int, int], Value]:
        """The channels of interleaved pixels, by strip, channel and vector.

        They are loaded ahead of the branches, since each side of one may need another channel, and
        all at once: a channel that is needed late, like alpha, would keep whole pixels in registers
        until then.
        """
        channels: dict[int, set[int]] = {}
        for node in walk(outputs):
            if node.op == "load" and self.strips[self._strip_of(node)].channels > 1:
                channels.setdefault(self._strip_of(node), set()).add(node.attr[2])
        split = {}
        for index, wanted in channels.items():
            count = self.strips[index].channels
            for vector in range(self.in_flight):
                pixels = self._pixels(index, vector)
                for channel in sorted(wanted):
                    picked = [count * q + channel for q in range(self.v.width)]
                    split[index, channel, vector] = self.v.shuffle(pixels, None, picked)
        return split

    def _strip_of(self, load: Node) -> int:
        _, source, channel = load.attr
        layouts = self.layout.sources
        first = sum(map(strip_count, layouts[:source]))
        return first + (channel if layouts[source].planar else 0)

    def _load(self, node: Node, vector: int) -> Value:
        type, _, channel = node.attr
        index = self._strip_of(node)
        together = self.strips[index].channels > 1
        raw = self.channels[index, channel, vector] if together else self._pixels(index, vector)
        if type == F32 or raw.type == self.v.integer:
            return raw
        return self.builder.zext(raw, self.v.integer)

    def _pixels(self, index: int, vector: int) -> Value:
        """All channels of one vector of pixels."""
        strip, count = self.strips[index], self.v.width * self.strips[index].channels
        return self.builder.load(
            self._address(strip, vector),
            typ=ir.VectorType(strip.element, count),
            align=strip.bytes,
        )

    def _address(self, strip: _Strip, vector: int) -> Value:
        offset = ir.Constant(i64, vector * self.v.width * strip.pixel_bytes)
        return self.builder.gep(strip.here, [offset], source_etype=i8)

    def _coordinate(self, node: Node, vector: int) -> Value:
        b, v = self.builder, self.v
        if node.attr[1] == "y":
            return v.splat(b.trunc(b.add(self.y, self.origin_y), i32))
        start = b.add(b.add(self.x, self.origin_x), ir.Constant(i64, vector * v.width))
        lanes = ir.Constant(v.integer, list(range(v.width)))
        return b.add(v.splat(b.trunc(start, i32)), lanes)

    # --- neighbors: planes are padded, so that a tap that is not far is a plain unaligned load ----

    def _plane(self, node: Node) -> _Strip:
        stage, output = node.attr
        before = sum(len(s.outputs) for s in self.program.stages[:stage])
        index: int = self.first_plane + before + output
        return self.strips[index]

    def _tap(self, plane: _Strip, column: Value, row: Value) -> Value:
        b = self.builder
        start = b.gep(plane.base, [b.mul(row, plane.stride)], source_etype=i8)
        return b.load(b.gep(start, [column], source_etype=f32), typ=self.v.float, align=4)

    def _column(self, vector: int, offset: Value) -> Value:
        first = ir.Constant(i64, vector * self.v.width)
        return self.builder.add(self.builder.add(self.x, offset), first)

    def _at(self, node: Node, vector: int) -> Value:
        b, zero = self.builder, ir.Constant(i64, 0)
        dx, dy = (ir.Constant(i64, d) for d in node.attr)
        row = self._clamp(b.add(self.y, dy), zero, b.sub(self.height, ir.Constant(i64, 1)))
        column = self._column(vector, dx)
        if abs(node.attr[0]) > NEAR:  # past the padding all columns are the same
            column = self._clamp(column, ir.Constant(i64, -NEAR), self.width)
        return self._tap(self._plane(node.args[0]), column, row)

    def _clamp(self, value: Value, low: Value, high: Value) -> Value:
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
        for layout in self.layout.targets:
            for _ in range(strip_count(layout)):
                strip = self.strips[index]
                for vector in range(len(results[0])):
                    planes = [
                        self._narrow(results[channel + c][vector], strip)
                        for c in range(strip.channels)
                    ]
                    value = self.v.interleave(planes)
                    self.builder.store(value, self._address(strip, vector), align=strip.bytes)
                index, channel = index + 1, channel + strip.channels

    def _narrow(self, value: Value, strip: _Strip) -> Value:
        if strip.bytes == 4:
            return value
        return self.builder.trunc(value, ir.VectorType(strip.element, self.v.width))


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
