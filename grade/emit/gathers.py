"""Neighboring entries of a table, read by one wide load per lane instead of a gather per entry.

A gather costs a load per lane anyway, and more around it: on a Zen 4 about 21 cycles for 16 lanes,
in which nothing else is issued. Entries at ``base``, ``base + 1``, ... of one lane lie side by
side in memory, so each lane loads all of them at once, and the lanes are transposed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llvmlite import ir

from grade.emit.simd_vectors import Value, Vectors, f32, i32, i64
from grade.ir.expression import Node, const_value, is_const
from grade.ir.table import Table

WIDEST = 4
"""Entries of the widest load."""


@dataclass(frozen=True)
class WideLoad:
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
        index is clamped to the table.
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


Entry = tuple[WideLoad, int]
"""Which load a fetch belongs to, and which of its entries it is."""


def group_fetches(nodes: Iterable[Node]) -> dict[Node, Entry]:
    """The fetches that share a wide load with others.

    One fetch of each load was proved to lie inside its table.
    """
    split: dict[tuple[Table, Node], tuple[dict[int, Node], dict[int, Node]]] = {}
    for node in nodes:
        if node.op == "fetch":
            table, proved = node.attr
            base, offset = _split_index(node.args[0])
            inside, clamped = split.setdefault((table, base), ({}, {}))
            (inside if proved else clamped)[offset] = node
    entries: dict[Node, Entry] = {}
    for (table, base), (inside, clamped) in split.items():
        for offset in sorted(clamped):
            if offset - 1 in inside:  # between two entries: past the last there is the last again
                load = WideLoad(table, base, offset - 1, 2, past=True)
                entries |= {inside.pop(offset - 1): (load, 0), clamped[offset]: (load, 1)}
        aligned = _multiple(base) % WIDEST == 0 and table.data.size % WIDEST == 0
        for load, members in _loads(table, base, sorted(inside), aligned):
            if len(members) > 1:
                entries |= {inside[o]: (load, o - load.first) for o in members}
    return entries


def _loads(
    table: Table, base: Node, offsets: Sequence[int], aligned: bool
) -> Iterable[tuple[WideLoad, list[int]]]:
    """Loads that cover the ascending offsets, each with those that it covers."""
    waiting = list(offsets)
    while waiting:
        first, width = (waiting[0] // WIDEST * WIDEST, WIDEST) if aligned else (waiting[0], 2)
        members = [o for o in waiting if o < first + width]
        waiting = waiting[len(members) :]
        yield WideLoad(table, base, first, width), members


def _split_index(index: Node) -> tuple[Node, int]:
    """An index as the part that a pixel changes, and a constant."""
    if index.op == "add":
        for one, other in (index.args, index.args[::-1]):
            if is_const(other):
                base, offset = _split_index(one)
                return base, offset + int(const_value(other))
    return index, 0


def _multiple(index: Node) -> int:
    """A power of two that divides the index, up to ``WIDEST``."""
    if is_const(index):
        value = int(const_value(index))
        return min(WIDEST, value & -value) if value else WIDEST
    if index.op == "shl":
        shift: int = index.attr
        return min(WIDEST, _multiple(index.args[0]) << shift)
    if index.op == "mul":
        return min(WIDEST, _multiple(index.args[0]) * _multiple(index.args[1]))
    if index.op in ("add", "sub"):
        return min(_multiple(index.args[0]), _multiple(index.args[1]))
    if index.op == "select":
        return min(_multiple(index.args[1]), _multiple(index.args[2]))
    return 1


def read_entries(v: Vectors, load: WideLoad, table: Value, index: Value) -> list[Value]:
    """The entries of a wide load, a vector of lanes each."""
    start = v.builder.gep(table, [ir.Constant(i64, load.first)], source_etype=f32)
    kind = ir.VectorType(f32, load.width)
    loaded = [
        v.builder.load(v.builder.gep(start, [lane], source_etype=f32), typ=kind, align=4)
        for lane in _lanes(v, index)
    ]
    if load.width == 2:
        both = v.concatenate(loaded)
        one, other = (v.shuffle(both, None, range(c, 2 * v.width, 2)) for c in range(2))
        if load.past:
            last = v.integers(load.bounds[1])
            other = v.builder.select(v.builder.icmp_signed("==", index, last), one, other)
        return [one, other]
    # Vector r holds the lanes r, r + 4, ...: each block of four by four is transposed by itself.
    a, b, c, d = (v.concatenate(loaded[r::WIDEST]) for r in range(WIDEST))
    low, high = _interleave(v, a, b, 1)
    low_other, high_other = _interleave(v, c, d, 1)
    return [*_interleave(v, low, low_other, 2), *_interleave(v, high, high_other, 2)]


def _lanes(v: Vectors, index: Value) -> list[Value]:
    """The index of each lane; two of them leave the vector together."""
    b = v.builder
    pairs = b.bitcast(index, ir.VectorType(i64, v.width // 2))
    lanes = []
    for pair in range(v.width // 2):
        both = b.extract_element(pairs, ir.Constant(i32, pair))
        lanes += [b.sext(b.trunc(both, i32), i64), b.ashr(both, ir.Constant(i64, 32))]
    return lanes


def _interleave(v: Vectors, a: Value, b: Value, run: int) -> tuple[Value, Value]:
    """In each block of four the lower runs of both, and the upper ones: one instruction each."""
    sides = []
    for side in (0, 1):
        lanes: list[int] = []
        for block in range(0, v.width, WIDEST):
            for k in range(WIDEST // 2 // run):
                at = block + side * (WIDEST // 2) + k * run
                lanes += [*range(at, at + run), *range(v.width + at, v.width + at + run)]
        sides.append(v.shuffle(a, b, lanes))
    return sides[0], sides[1]
