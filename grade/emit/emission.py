"""A stage as vector code: its items in order, branches for choices by uniforms, leaves once each.

Each node becomes one value of ``width`` lanes per vector in flight. The vectors are emitted step by
step side by side, so that long dependent chains hide each other's latency. A lane's result never
depends on how many lanes or vectors there are.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from llvmlite import ir

from grade.emit.gathers import Place, Row, read
from grade.emit.schedule import LEAVES, Fork, Item
from grade.emit.simd import LOWERING, Value, Vectors, fetch, i32, i64, tetrahedron
from grade.ir.expression import Node, const_value
from grade.ir.table import Table
from grade.ir.types import F32, I32

Leaf = Callable[[Node, Any], Value]


class Emission:
    """Values of nodes, as they come about.

    Parameters
    ----------
    vectors, in_flight
        Where and how wide, and how many of them side by side.
    block
        Pointer to the uniform block: uniforms, then prologue outputs, 32 bits each.
    uniform_count
        How many of the words are uniforms.
    tables
        Pointers to the tables.
    leaf
        ``leaf(node, vector)`` gives loads, coordinates and taps; the caller knows the memory.
    """

    def __init__(
        self,
        vectors: Vectors,
        in_flight: int,
        block: Value,
        uniform_count: int,
        tables: Mapping[Table, Value],
        leaf: Leaf,
    ) -> None:
        self.vectors, self.in_flight, self.leaf = vectors, in_flight, leaf
        self.block, self.uniform_count, self.tables = block, uniform_count, tables
        self.values: dict[Node, list[Value]] = {}
        self.leaves: ChainMap[Node, Value] = ChainMap()
        self.places: Mapping[Node, Place] = {}
        self.rows: ChainMap[tuple[Row, int], list[Value]] = ChainMap()

    def emit(self, items: Iterable[Item], places: Mapping[Node, Place] | None = None) -> None:
        """Emit items in order; ``places`` are those of the fetches that share a row."""
        if places is not None:
            self.places = places
        for item in items:
            if isinstance(item, Fork):
                self._fork(item)
            else:
                self.values[item] = self._node(item)

    def value(self, node: Node) -> list[Value]:
        """A node in every vector; a leaf is loaded where it is first needed."""
        if node.op not in LEAVES:
            return self.values[node]
        if node not in self.leaves:
            self.leaves[node] = self._loaded(node)
        return [self.leaves[node]] * self.in_flight

    def _node(self, node: Node) -> list[Value]:
        args = [self.value(a) for a in node.args if a.op != "plane"]
        if node.op == "ascending_sum":
            sums: list[Value] = self.leaf(node, args[0][0])
            return sums
        return [self._lane(node, [a[u] for a in args], u) for u in range(self.in_flight)]

    def _lane(self, node: Node, args: list[Value], vector: int) -> Value:
        if node.op in LOWERING:
            return LOWERING[node.op](self.vectors, node, *args)
        if node in self.places:
            return self._entry(node, vector)
        if node.op == "fetch":
            return fetch(self.vectors, node, self.tables[node.attr[0]], args[0])
        if node.op == "tetrahedron":
            return tetrahedron(self.vectors, node, self.tables[node.attr], args)
        if node.op == "component":
            return args[0][node.attr]
        return self.leaf(node, vector)

    def _entry(self, node: Node, vector: int) -> Value:
        """An entry of a row, which is read where the first of its entries is needed."""
        row, column = self.places[node]
        if (row, vector) not in self.rows:
            base = self.value(row.base)[vector]
            self.rows[row, vector] = read(self.vectors, row, self.tables[row.table], base)
        return self.rows[row, vector][column]

    def _fork(self, fork: Fork) -> None:
        b = self.vectors.builder
        holds = b.icmp_signed("!=", self._word(fork.condition), ir.Constant(i32, 0))
        ends: list[tuple[Any, list[list[Value]]]] = []
        with b.if_else(holds) as branches:
            for side, branch in zip((True, False), branches, strict=True):
                with branch:
                    self.leaves, self.rows = self.leaves.new_child(), self.rows.new_child()
                    self.emit(fork.sides[side])
                    values = [self.value(s.args[1 if side else 2]) for s in fork.selects]
                    ends.append((b.block, values))
                    self.leaves, self.rows = self.leaves.parents, self.rows.parents
        for index, select in enumerate(fork.selects):
            joined = [b.phi(self.vectors.of(select.type)) for _ in range(self.in_flight)]
            for block, values in ends:
                for phi, value in zip(joined, values[index], strict=True):
                    phi.add_incoming(value, block)
            self.values[select] = joined

    def _loaded(self, node: Node) -> Value:
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
        address = b.gep(self.block, [ir.Constant(i64, slot)], source_etype=i32)
        return b.load(address, typ=i32, align=4)
