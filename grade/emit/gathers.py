"""Neighboring entries of a table, read together: one load per lane instead of a gather per entry.

A gather costs a load per lane anyway, and more around it: on a Zen 4 about 21 cycles for 16 lanes,
in which nothing else is issued. Entries at ``base``, ``base + 1``, ... of one lane lie side by
side in memory, so each lane loads all of them at once and the columns are told apart afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llvmlite import ir

from grade.emit.simd import Value, Vectors, f32, i32, i64, joined
from grade.ir.expression import Node, const_value, is_const
from grade.ir.table import Table

ROW = 4


@dataclass(frozen=True)
class Row:
    """Entries ``base + first``, ... of a table, as many as it is wide.

    Attributes
    ----------
    table
        What is read.
    base
        The part of the index that a pixel changes.
    first
        What is added to it.
    width
        Entries: 4 from an index that is a multiple of 4, or 2 from any.
    past
        Whether the last entry may be one past the table: then it is the one before it, since an
        index is held to the table.
    """

    table: Table
    base: Node
    first: int
    width: int
    past: bool = False

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the largest that the base may be."""
        return -self.first, self.table.data.size - self.width + self.past - self.first


Place = tuple[Row, int]
"""Of which row a fetch is, and which entry of it."""


def rows_of(nodes: Iterable[Node]) -> dict[Node, Place]:
    """The fetches that share a row with others; one of each was proved to be inside its table."""
    split: dict[tuple[Table, Node], tuple[dict[int, Node], dict[int, Node]]] = {}
    for node in nodes:
        if node.op == "fetch":
            table, proved = node.attr
            base, offset = _parts(node.args[0])
            inside, held = split.setdefault((table, base), ({}, {}))
            (inside if proved else held)[offset] = node
    places: dict[Node, Place] = {}
    for (table, base), (inside, held) in split.items():
        for offset in sorted(held):
            if offset - 1 in inside:  # between two entries: past the last there is the last again
                row = Row(table, base, offset - 1, 2, past=True)
                places |= {inside.pop(offset - 1): (row, 0), held[offset]: (row, 1)}
        aligned = _multiple(base) % ROW == 0 and table.data.size % ROW == 0
        for row, members in _rows(table, base, sorted(inside), aligned):
            if len(members) > 1:
                places |= {inside[o]: (row, o - row.first) for o in members}
    return places


def _rows(
    table: Table, base: Node, offsets: Sequence[int], aligned: bool
) -> Iterable[tuple[Row, list[int]]]:
    waiting = list(offsets)
    while waiting:
        first, width = (waiting[0] // ROW * ROW, ROW) if aligned else (waiting[0], 2)
        members = [o for o in waiting if o < first + width]
        waiting = waiting[len(members) :]
        yield Row(table, base, first, width), members


def _parts(index: Node) -> tuple[Node, int]:
    """An index as what a pixel changes and a constant."""
    if index.op == "add":
        for one, other in (index.args, index.args[::-1]):
            if is_const(other):
                base, offset = _parts(one)
                return base, offset + int(const_value(other))
    return index, 0


def _multiple(index: Node) -> int:
    """A power of two that divides the index, up to ``ROW``."""
    if is_const(index):
        value = int(const_value(index))
        return min(ROW, value & -value) if value else ROW
    if index.op == "shl":
        shift: int = index.attr
        return min(ROW, _multiple(index.args[0]) << shift)
    if index.op == "mul":
        return min(ROW, _multiple(index.args[0]) * _multiple(index.args[1]))
    if index.op in ("add", "sub"):
        return min(_multiple(index.args[0]), _multiple(index.args[1]))
    if index.op == "select":
        return min(_multiple(index.args[1]), _multiple(index.args[2]))
    return 1


def read(v: Vectors, row: Row, base: Value, index: Value) -> list[Value]:
    """The entries of a row, a vector of lanes each."""
    start = v.builder.gep(base, [ir.Constant(i64, row.first)], source_etype=f32)
    kind = ir.VectorType(f32, row.width)
    loads = [
        v.builder.load(v.builder.gep(start, [lane], source_etype=f32), typ=kind, align=4)
        for lane in _lanes(v, index)
    ]
    if row.width == 2:
        both = joined(v, loads)
        one, other = (v.shuffle(both, None, range(c, 2 * v.width, 2)) for c in range(2))
        if row.past:
            last = v.integers(row.bounds[1])
            other = v.builder.select(v.builder.icmp_signed("==", index, last), one, other)
        return [one, other]
    # Vector r holds the lanes r, r + 4, ...: blocks of four by four, turned each by itself.
    a, b, c, d = (joined(v, loads[r::ROW]) for r in range(ROW))
    low, high = _paired(v, a, b, 1)
    low_other, high_other = _paired(v, c, d, 1)
    return [*_paired(v, low, low_other, 2), *_paired(v, high, high_other, 2)]


def _lanes(v: Vectors, index: Value) -> list[Value]:
    """The index of each lane; two of them leave the vector together."""
    b = v.builder
    pairs = b.bitcast(index, ir.VectorType(i64, v.width // 2))
    lanes = []
    for pair in range(v.width // 2):
        both = b.extract_element(pairs, ir.Constant(i32, pair))
        lanes += [b.sext(b.trunc(both, i32), i64), b.ashr(both, ir.Constant(i64, 32))]
    return lanes


def _paired(v: Vectors, a: Value, b: Value, run: int) -> tuple[Value, Value]:
    """In each block of four the lower runs of both, and the upper ones: one instruction each."""
    sides = []
    for side in (0, 1):
        lanes: list[int] = []
        for block in range(0, v.width, ROW):
            for k in range(ROW // 2 // run):
                at = block + side * (ROW // 2) + k * run
                lanes += [*range(at, at + run), *range(v.width + at, v.width + at + run)]
        sides.append(v.shuffle(a, b, lanes))
    return sides[0], sides[1]
