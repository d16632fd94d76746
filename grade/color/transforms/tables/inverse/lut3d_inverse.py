"""The inverse of a 3D LUT as a loop: from cell to cell that may hold a color, until one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.transforms.tables.inverse.extended_cube import ExtendedCube
from grade.color.transforms.tables.inverse.range_tree import (
    BITS,
    CELL,
    IS_CELL,
    LEVELS,
    RangeTree,
)
from grade.color.transforms.tables.inverse.tetrahedron_solve import find_place
from grade.color.transforms.transform import Step
from grade.ir.expression import (
    Node,
    argument,
    build,
    channels,
    clamp,
    const,
    equal,
    make,
    select,
    to_float,
)
from grade.ir.interpreter import Interpreter
from grade.ir.loop import Loop
from grade.ir.program import Program
from grade.ir.table import Table
from grade.ir.types import I32

PASS_SHIFT = 26  # a state is the number of a row, and above it that of the pass over the tree
PASSES = 10
"""Passes over the trees: one over the cube, one over the cells around it, and as many of the cube
as it takes to find a color that moves toward the middle of the cube by an eighth each time: that is
so where all colors are one, or where the border of the cube is folded.
"""
SAMPLES = 4096
LATTICE = (0.8191725133961645, 0.6710436067037893, 0.5497004779019703)
"""Steps that spread evenly over a cube: powers of the root of x**4 = x + 1."""
NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class Lut3DInverse(Step):
    """The inverse of a cube that is read by tetrahedra, exact up to the rounding of its result.

    A color that several colors map to, as where the cube clips, gives the first in the order of
    the tree, which is that of OpenColorIO. One outside of what the cube reaches goes to its border;
    one outside 0..1 and of the range of the nodes is clamped first, NaN reads as 0.

    Source: OpenColorIO ``Lut3DTransform``, inverse direction, lossless; ops/lut3d/Lut3DOpCPU.cpp.
    Differs from OpenColorIO: there a color that the cube reaches may be taken for one outside, and
    one that no cell holds is black.
    """

    loop: Loop
    low: float
    high: float
    note: str = ""
    name = "Lut3D"

    @classmethod
    def of(cls, cube: Table, interpolation: str = "tetrahedral") -> Lut3DInverse:
        """Build the loop of a cube; ``note`` says what its other interpolation makes of it."""
        extended = ExtendedCube.of(cube.data[..., :3])
        loop = _build_search(extended, RangeTree.of(extended))
        note = "" if interpolation == "tetrahedral" else _compare_interpolations(cube)
        return cls(loop, extended.low, extended.high, note)

    def __call__(self, x: Any) -> Any:
        color = [clamp(select(equal(c, c), c, 0.0), self.low, self.high) for c in channels(x)]
        if isinstance(x, Node):
            return make("iterate", (const(0, I32), *color), self.loop)
        machine = Interpreter(Program((), (), (), ()), np.float64)
        return machine.run_loop(self.loop, np.int32(0), [np.asarray(c) for c in color])


def _compare_interpolations(cube: Table) -> str:
    """Say how far a color is moved by the inverse and a trilinear lookup after it."""
    places = np.arange(1, SAMPLES + 1)[:, None] * np.array(LATTICE) % 1.0
    there, back = (cube.lookup(places, way) for way in ("tetrahedral", "trilinear"))
    apart = np.abs(there - back).max(axis=1)
    if apart.max() < NEGLIGIBLE:
        return ""
    return (
        "the inverse of a 3D LUT is that of its tetrahedral interpolation, and this one is read"
        f" trilinear: of {SAMPLES} colors that go back and there again, one is off by"
        f" {apart.max():.1g}, all by {apart.mean():.1g} on average; with tetrahedral none is"
    )


def _build_search(cube: ExtendedCube, tree: RangeTree) -> Loop:
    """The loop over the cells that the tree names; its color is the place in the cell."""
    state, *color = (argument(n) for n in range(4))
    row, number = state & ((1 << PASS_SHIFT) - 1), state >> PASS_SHIFT
    distance = 1.125 - to_float(number) * 0.125
    red, green, blue = (
        select(number < 2, c, middle + (c - middle) * distance)
        for c, middle in zip(color, cube.middle, strict=True)
    )
    onward = tree.word(row, 3)
    block, end = onward < IS_CELL, equal(row, tree.end) | equal(row, tree.last)
    cell = select(block, const(0, I32), onward & CELL)  # a block only where the loop begins
    place = find_place(Table(cube.nodes), cell, (red, green, blue))
    found = place.found & (place.inside | equal(number, 1)) & ~block & ~end
    there = found | end & equal(number, PASSES - 1)
    again = select(equal(number, 0), const(tree.end + 1, I32), const(0, I32))
    start = select(end, again, select(block, row, row + 1))
    walk = build("iterate", select(there, row, start), red, green, blue, attr=_build_walk(tree))
    following = walk + (select(end, number + 1, number) << PASS_SHIFT)
    return Loop((select(there, state, following), *place.color), PASSES * (tree.last + 2))


def _build_walk(tree: RangeTree) -> Loop:
    """The loop from a row to the next cell whose range holds a color, or to the last row."""
    row, *color = (argument(n) for n in range(4))
    steps = [tree.steps(c) for c in color]
    onward = tree.word(row, 3)
    holds: Any = None
    for channel, step in enumerate(steps):
        ends = tree.word(row, channel)
        inside = ((ends >> BITS) <= step) & (step <= (ends & LEVELS))
        holds = inside if holds is None else holds & inside
    cell = const(IS_CELL, I32) <= onward
    following = select(holds, select(cell, row, row + 1), select(cell, row + 1, onward))
    return Loop((following,), tree.last + 2)
