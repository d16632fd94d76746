"""The body of a SIMD loop: the nodes of a stage as vector code, each computed once.

Each node becomes one value of ``width`` lanes per vector in flight. The vectors are emitted step by
step side by side, so that long dependent chains hide each other's latency. A lane's result never
depends on how many lanes or vectors there are.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from llvmlite import ir

from grade.emit.gathers import Entry, WideLoad, group_fetches, read_entries
from grade.emit.schedule import LEAVES, Fork, Item, schedule
from grade.emit.simd_primitives import LOWERING, fetch, tetrahedron
from grade.emit.simd_vectors import Value, Vectors, i32, i64
from grade.ir.expression import Node, const_value, walk
from grade.ir.loop import Loop
from grade.ir.table import Table
from grade.ir.types import F32, I32

Memory = Callable[[Node, Any], Value]


class Body:
    """Emits nodes in the order of a schedule and keeps their values.

    Parameters
    ----------
    vectors, in_flight
        The builder of vectors, and how many of them are computed side by side.
    uniforms
        Pointer to the uniform block: uniforms, then prologue outputs, 32 bits each.
    uniform_count
        How many words of the block are uniforms.
    tables
        Pointers to the tables.
    memory
        ``memory(node, vector)`` emits loads, coordinates and taps: the caller knows where pictures
        lie.
    """

    def __init__(
        self,
        vectors: Vectors,
        in_flight: int,
        uniforms: Value,
        uniform_count: int,
        tables: Mapping[Table, Value],
        memory: Memory,
    ) -> None:
        self.vectors, self.in_flight, self.memory = vectors, in_flight, memory
        self.uniforms, self.uniform_count, self.tables = uniforms, uniform_count, tables
        self.values: dict[Node, list[Value]] = {}
        self.leaves: ChainMap[Node, Value] = ChainMap()
        self.entries: Mapping[Node, Entry] = {}
        self.loaded: ChainMap[tuple[WideLoad, int], list[Value]] = ChainMap()

    def emit(self, items: Iterable[Item], entries: Mapping[Node, Entry] | None = None) -> None:
        """Emit items in order; ``entries`` are the fetches that share a wide load."""
        if entries is not None:
            self.entries = entries
        for item in items:
            if isinstance(item, Fork):
                self._fork(item)
            else:
                self.values[item] = self._node(item)

    def value(self, node: Node) -> list[Value]:
        """The value of a node in every vector; a leaf is loaded where it is first needed."""
        if node.op not in LEAVES:
            return self.values[node]
        if node not in self.leaves:
            self.leaves[node] = self._leaf(node)
        return [self.leaves[node]] * self.in_flight

    def _node(self, node: Node) -> list[Value]:
        args = [self.value(a) for a in node.args if a.op != "plane"]
        if node.op == "ascending_sum":  # one loop over the taps for all vectors
            sums: list[Value] = self.memory(node, args[0][0])
            return sums
        return [self._lane(node, [a[u] for a in args], u) for u in range(self.in_flight)]

    def _lane(self, node: Node, args: list[Value], vector: int) -> Value:
        if node.op in LOWERING:
            return LOWERING[node.op](self.vectors, node, *args)
        if node in self.entries:
            return self._entry(node, vector)
        if node.op == "fetch":
            return fetch(self.vectors, node, self.tables[node.attr[0]], args[0])
        if node.op == "tetrahedron":
            return tetrahedron(self.vectors, node, self.tables[node.attr], args)
        if node.op == "component":
            return args[0][node.attr]
        if node.op == "iterate":
            return self._iterate(node.attr, *args)
        return self.memory(node, vector)

    def _entry(self, node: Node, vector: int) -> Value:
        """An entry of a wide load, which is emitted where the first of its entries is needed."""
        load, column = self.entries[node]
        if (load, vector) not in self.loaded:
            index, table = self.value(load.base)[vector], self.tables[load.table]
            self.loaded[load, vector] = read_entries(self.vectors, load, table, index)
        return self.loaded[load, vector][column]

    def _iterate(self, loop: Loop, start: Value, *operands: Value) -> Any:
        """A loop, until no lane moves; the state, or the three channels of the color."""
        v, b = self.vectors, self.vectors.builder
        before = b.block
        body, done = (b.function.append_basic_block(name) for name in ("iterate", "arrived"))
        b.branch(body)
        b.position_at_end(body)
        state, count = b.phi(v.integer), b.phi(i32)
        nodes = walk(loop.results)
        inside = Body(v, 1, self.uniforms, self.uniform_count, self.tables, self.memory)
        given = (state, *operands)
        inside.leaves.update({n: given[n.attr[1]] for n in nodes if n.op == "argument"})
        # A wide load takes lanes in pairs.
        inside.emit(schedule(loop.results), group_fetches(nodes) if v.width > 1 else {})
        following, *color = (inside.value(result)[0] for result in loop.results)
        rounds = b.add(count, ir.Constant(i32, 1))
        moves = v.any(b.icmp_signed("!=", following, state))
        again = b.and_(moves, b.icmp_signed("<", rounds, ir.Constant(i32, loop.most)))
        for phi, first, later in ((state, start, following), (count, ir.Constant(i32, 0), rounds)):
            phi.add_incoming(first, before)
            phi.add_incoming(later, b.block)
        b.cbranch(again, body, done)
        b.position_at_end(done)
        return color if loop.has_color else following

    def _fork(self, fork: Fork) -> None:
        b = self.vectors.builder
        holds = b.icmp_signed("!=", self._word(fork.condition), ir.Constant(i32, 0))
        ends: list[tuple[Any, list[list[Value]]]] = []
        with b.if_else(holds) as branches:
            for side, branch in zip((True, False), branches, strict=True):
                with branch:
                    # A value that one side loads is not available on the other, or after both.
                    self.leaves, self.loaded = self.leaves.new_child(), self.loaded.new_child()
                    self.emit(fork.sides[side])
                    values = [self.value(s.args[1 if side else 2]) for s in fork.selects]
                    ends.append((b.block, values))
                    self.leaves, self.loaded = self.leaves.parents, self.loaded.parents
        for index, select in enumerate(fork.selects):
            joined = [b.phi(self.vectors.of(select.type)) for _ in range(self.in_flight)]
            for block, values in ends:
                for phi, value in zip(joined, values[index], strict=True):
                    phi.add_incoming(value, block)
            self.values[select] = joined

    def _leaf(self, node: Node) -> Value:
        v, type = self.vectors, node.attr[0]
        if node.op == "const":
            return v.constant(type, const_value(node))
        word = v.splat(self._word(node))
        if type == F32:
            return v.builder.bitcast(word, v.float)
        return word if type == I32 else v.builder.icmp_signed("!=", word, v.integers(0))

    def _word(self, node: Node) -> Value:
        """A uniform, or an output of the prologue, as it lies in the uniform block."""
        slot = node.attr[1] + (self.uniform_count if node.op == "hoisted" else 0)
        b = self.vectors.builder
        address = b.gep(self.uniforms, [ir.Constant(i64, slot)], source_etype=i32)
        return b.load(address, typ=i32, align=4)
