"""A lookup in a 3-D table as arithmetic: the cell, the nodes that are read, and their weights."""

from __future__ import annotations

from grade.ir.expression import (
    Node,
    const,
    fetch,
    fma,
    make,
    maximum,
    minimum,
    select,
    to_float,
    to_int,
)
from grade.ir.table import Table
from grade.ir.types import I32

Three = tuple[Node, Node, Node]


def expand_cube(color: Three, table: Table, interpolation: str) -> Node:
    """The lookup of three scalars: a ``tetrahedron``, or an ``rgb`` of sums over eight corners."""
    low, fraction = _cell(color, table.edge)
    strides = (4 * table.edge * table.edge, 4 * table.edge, 4)
    base = low[0] * strides[0] + low[1] * strides[1] + low[2] * strides[2]
    if interpolation == "tetrahedral":
        return _tetrahedron(base, fraction, strides, table)
    return _trilinear(base, fraction, strides, table)


def _cell(color: Three, edge: int) -> tuple[Three, Three]:
    """The first node of the cell, and the position within the cell in 0..1; NaN reads as 0."""
    low, fraction = [], []
    for value in color:
        scaled = minimum(maximum(value, 0.0), 1.0) * float(edge - 1)
        index = minimum(to_int(scaled), const(edge - 2, I32))
        low.append(index)
        fraction.append(scaled - to_float(index))
    return (low[0], low[1], low[2]), (fraction[0], fraction[1], fraction[2])


def _tetrahedron(base: Node, fraction: Three, strides: tuple[int, int, int], table: Table) -> Node:
    """Sort the fractions, and walk from the first node to the last along the axes in that order.

    On a tie the axes are taken in the order r, g, b; the shared face gives the same value either
    way.
    Source: SMPTE ST 2136-1 annex A.7, in the sorted form.
    """
    x, y, z = fraction
    sx, sy, sz = (const(s, I32) for s in strides)
    xy, yz, xz = x >= y, y >= z, x >= z
    largest = select(xy, select(xz, x, z), select(yz, y, z))
    first = select(xy, select(xz, sx, sz), select(yz, sy, sz))
    smallest = select(xy, select(yz, z, y), select(xz, z, x))
    last = select(xy, select(yz, sz, sy), select(xz, sz, sx))
    middle = maximum(minimum(x, y), minimum(maximum(x, y), z))
    second, third = base + first, base + sum(strides) - last
    weights = (1.0 - largest, largest - middle, middle - smallest, smallest)
    return make("tetrahedron", (base, second, third, *weights), table)


def _trilinear(base: Node, fraction: Three, strides: tuple[int, int, int], table: Table) -> Node:
    """Blue first, then green, then red; each step ``a + f*(b - a)`` with one fma."""

    def corner(channel: int, r: int, g: int, b: int) -> Node:
        offset = r * strides[0] + g * strides[1] + b * strides[2] + channel
        return fetch(table, base + offset)  # type: ignore[no-any-return]

    def lerp(a: Node, b: Node, f: Node) -> Node:
        return fma(f, b - a, a)  # type: ignore[no-any-return]

    def along_blue(channel: int, r: int, g: int) -> Node:
        return lerp(corner(channel, r, g, 0), corner(channel, r, g, 1), fraction[2])

    sides = [
        [lerp(along_blue(c, r, 0), along_blue(c, r, 1), fraction[1]) for r in (0, 1)]
        for c in range(3)
    ]
    return make("rgb", tuple(lerp(near, far, fraction[0]) for near, far in sides))
