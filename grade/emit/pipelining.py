"""Software pipelining: the end of a stage in phases, each one vector of pixels behind the last.

A color model is a long chain of steps on few values: even with two vectors of pixels side by side
the processor waits for each result. So what comes after the last branch is cut into phases of about
equal length. One turn of the loop computes the first phase of one vector, the second phase of the
vector before it, and so on: as many independent chains as there are phases, from one copy of the
instructions. The values that a later phase needs lie in a ring of blocks, one block per vector.

Where a row begins, and after its last pixels, some phases compute on stale values of the ring.
Their results are never stored, but no range is proved for them, so an index into a table is clamped
again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llvmlite import ir

from grade.emit.gathers import Entry, group_fetches, read_entries
from grade.emit.schedule import LEAVES, Fork, Item, latency
from grade.emit.simd_body import Body
from grade.emit.simd_primitives import clamp, fetch
from grade.emit.simd_vectors import Value, Vectors, i8, i64, pointer
from grade.ir.expression import Node, walk
from grade.ir.primitives import Reads
from grade.ir.types import BOOL

RING = 8
"""Blocks of the ring, a power of two: those of one step of the head and of all phases after it."""
LONG = 400
"""Nodes of a tail from which phases pay, if its longest chain takes a cycle per node or more."""
_EARLY = frozenset({"tetrahedron", "component", "iterate"})
"""Reads of a table by an index that is not clamped, and the components of what was read; and loops,
which would wait for stale values."""
_WINDOW = 0.1  # of the longest chain: how far a cut may be from the place of an even one
_PRICE = 20  # cycles of unevenness that one value less in the ring is worth


@dataclass(frozen=True)
class Phases:
    """A stage in two parts, of which the second is cut into phases.

    Attributes
    ----------
    head
        Everything up to the last branch, and what reads pictures.
    tail
        The rest, in the order of emission.
    phase
        The phase of each node of the tail; a node that is not in it belongs to the head.
    count
        How many phases there are.
    entries
        The fetches of the tail that share a wide load.
    kept
        The values that a later phase needs, and for each its place in a block.
    """

    head: list[Item]
    tail: list[Node]
    phase: dict[Node, int]
    count: int
    entries: dict[Node, Entry]
    kept: dict[Node, int]


def cut_into_phases(items: Sequence[Item], outputs: Sequence[Node], width: int) -> Phases | None:
    """The phases of a stage, whose items stand in order.

    None where its tail is short, or wide enough to keep all units busy.
    """
    branch = max((i for i, item in enumerate(items) if isinstance(item, Fork)), default=-1)
    early = set(items[: branch + 1])
    early.update(walk(n for n in items[branch + 1 :] if isinstance(n, Node) and _is_early(n)))
    tail = [item for item in items if isinstance(item, Node) and item not in early]
    left = _cycles_left(tail)
    longest = max(left.values(), default=0)
    if longest < len(tail) or len(tail) < LONG:
        return None
    # Narrow vectors leave each unit sooner, so it takes more of them to fill it.
    count = 4 if width == 16 else 5
    tail.sort(key=lambda node: -left[node])
    phase = _cut(tail, left, count, outputs)
    first = [max(left[node] for node in tail if phase[node] == p) for p in range(count)]
    tail.sort(key=lambda node: first[phase[node]] - left[node])
    entries = group_fetches(tail)
    needed = [(output, count - 1) for output in outputs]
    for node in tail:
        operands = (entries[node][0].base,) if node in entries else node.args
        needed += [(operand, phase[node]) for operand in operands]
    kept: dict[Node, int] = {}
    for value, user in needed:
        if value.op not in LEAVES and phase.get(value, -1) < user:
            kept.setdefault(value, len(kept))
    head = [item for item in items if item in early]
    return Phases(head, tail, phase, count, entries, kept)


def _is_early(node: Node) -> bool:
    """Whether it must stay where every value is right, because it reads memory by an index."""
    return node.reads is not Reads.NOTHING or node.op in _EARLY


def _cycles_left(tail: Sequence[Node]) -> dict[Node, int]:
    """The least number of cycles between the start of each node and the end of all."""
    left = {node: latency(node) for node in tail}
    for node in reversed(walk(tail)):
        for operand in node.args if node in left else ():
            if operand in left:
                left[operand] = max(left[operand], left[node] + latency(operand))
    return left


def _cut(
    tail: Sequence[Node], left: dict[Node, int], count: int, outputs: Sequence[Node]
) -> dict[Node, int]:
    """The phase of each node: the cuts lie about evenly, where few values are alive."""
    last_use = dict.fromkeys(outputs, len(tail))
    for place, node in enumerate(tail):
        for operand in node.args:
            last_use[operand] = max(last_use.get(operand, 0), place)
    ends = [0] * (len(tail) + 1)
    for node in tail:
        ends[last_use[node]] += 1
    alive: list[int] = []
    for end in ends[:-1]:
        alive.append((alive[-1] if alive else 0) + 1 - end)
    cuts = []
    for number in range(1, count):
        even = left[tail[0]] * (1 - number / count)
        window = left[tail[0]] * _WINDOW
        near = [p for p, node in enumerate(tail) if abs(left[node] - even) <= window]
        cuts.append(min(near, key=lambda p: _PRICE * alive[p] + abs(left[tail[p]] - even)))
    return {node: sum(place > cut for cut in cuts) for place, node in enumerate(tail)}


class Ring:
    """Scratch memory for the kept values of the last few vectors of pixels, a block for each.

    Parameters
    ----------
    vectors
        The builder of vectors.
    phases
        The phases whose values are kept.
    """

    def __init__(self, vectors: Vectors, phases: Phases) -> None:
        self.vectors, self.kept = vectors, phases.kept
        self.bytes = 4 * vectors.width
        self.size = self.bytes * max(1, len(phases.kept))
        with vectors.builder.goto_entry_block():
            self.memory = vectors.builder.alloca(i8, size=RING * self.size)
        self.memory.align, self.memory.type = self.bytes, pointer

    def block(self, x: Value, vectors: int) -> Value:
        """The block of the pixels that lie so many vectors from x, a multiple of the width."""
        b, shift = self.vectors.builder, self.vectors.width.bit_length() - 1
        number = b.add(b.ashr(x, ir.Constant(i64, shift)), ir.Constant(i64, vectors))
        place = b.and_(number, ir.Constant(i64, RING - 1))
        return b.gep(self.memory, [b.mul(place, ir.Constant(i64, self.size))], source_etype=i8)

    def keep(self, node: Node, value: Value, block: Value) -> None:
        """Put a value into a block."""
        if node.type == BOOL:
            value = self.vectors.builder.sext(value, self.vectors.integer)
        self.vectors.builder.store(value, self._place(node, block), align=self.bytes)

    def take(self, node: Node, block: Value) -> Value:
        """A value out of a block."""
        v = self.vectors
        kind = v.integer if node.type == BOOL else v.of(node.type)
        value = v.builder.load(self._place(node, block), typ=kind, align=self.bytes)
        return v.builder.icmp_signed("<", value, v.integers(0)) if node.type == BOOL else value

    def _place(self, node: Node, block: Value) -> Value:
        offset = ir.Constant(i64, self.bytes * self.kept[node])
        return self.vectors.builder.gep(block, [offset], source_etype=i8)


class Tail(Body):
    """Emits the tail of a stage, each phase one vector wide and at pixels of its own."""

    def run(
        self, phases: Phases, ring: Ring, x: Value, outputs: Sequence[Node]
    ) -> list[list[Value]]:
        """The outputs of the pixels that the last phase reaches: ``count - 1`` vectors before x."""
        self.phase, self.ring, self.now = phases.phase, ring, 0
        self.blocks = [ring.block(x, -phase) for phase in range(phases.count)]
        self.taken: dict[tuple[Node, int], Value] = {}
        self.entries = phases.entries
        for node in phases.tail:
            self.now = self.phase[node]
            self.emit([node])
            if node in phases.kept:
                ring.keep(node, self.values[node][0], self.blocks[self.now])
        self.now = phases.count - 1
        return [self.value(node) for node in outputs]

    def value(self, node: Node) -> list[Value]:
        """A node at the pixels of this phase: computed in it, or taken out of the ring."""
        if node.op in LEAVES or self.phase.get(node, -1) == self.now:
            return super().value(node)
        key = node, self.now
        if key not in self.taken:
            self.taken[key] = self.ring.take(node, self.blocks[self.now])
        return [self.taken[key]]

    def _lane(self, node: Node, args: list[Value], vector: int) -> Value:
        if node.op == "fetch" and node not in self.entries:
            return fetch(self.vectors, node, self.tables[node.attr[0]], args[0], proved=False)
        return super()._lane(node, args, vector)

    def _entry(self, node: Node, vector: int) -> Value:
        load, column = self.entries[node]
        if (load, self.now) not in self.loaded:
            index = clamp(self.vectors, self.value(load.base)[0], *load.bounds)
            table = self.tables[load.table]
            self.loaded[load, self.now] = read_entries(self.vectors, load, table, index)
        return self.loaded[load, self.now][column]
