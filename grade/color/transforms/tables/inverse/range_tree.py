"""A tree of ranges: which cells of a cube may hold a color.

What is interpolated between nodes lies between them. So a color is looked for only in those cells
whose corners are below and above it, and they are found by the ranges of blocks of 2, 4, 8, ...
cells along an edge. The tree is kept as rows in the order of a walk, with the row to go on at where
a color lies outside of a range: it needs no stack.

Source: OpenColorIO, ops/lut3d/Lut3DOpCPU.cpp, ``RangeTree``, whose order of cells this keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.transforms.tables.inverse.extended_cube import ExtendedCube, Ranges
from grade.ir.expression import make, to_int
from grade.ir.floating_point_mode import exact_rounding
from grade.ir.table import Table

MARGIN = 1e-6  # for the rounding of what was interpolated
BITS = 15  # of an end of a range: two ends are the pattern of a float that is no NaN
LEVELS = (1 << BITS) - 1
WIDE = 4.0  # a range beyond which the steps are finer near its lower end
KNEE = 0.5
EIGHT_BITS = 8  # of an index of a cell
WORDS = 4  # of a row: the ends of the range of each channel; the row to go on at, or the cell
CELL = (1 << 24) - 1  # eight bits for each index of its first corner
IS_CELL = 1 << 28


@dataclass(frozen=True)
class Steps:
    """The division of a range of values into the steps that ends are kept in; it never falls.

    The same float32 operations divide the ends of the ranges and the colors, so a color that lies
    between two values lies between their steps.
    """

    low: float
    high: float

    def __call__(self, value: Any) -> Any:
        """The step of a value, which lies in the range: of a node, or of an array as int32."""
        if isinstance(value, np.ndarray):
            low, rate, knee, top, scale = map(
                np.float32, (self.low, self._rate, KNEE, LEVELS + 0.5, KNEE * LEVELS)
            )
            with np.errstate(over="ignore"):  # of the widest ranges: the last step
                if self.even:
                    return ((value - low) * rate).astype(np.int32)
                return (top - scale / ((value - low) + knee)).astype(np.int32)
        if self.even:
            return to_int((value - self.low) * self._rate)
        return to_int((LEVELS + 0.5) - KNEE * LEVELS / ((value - self.low) + KNEE))

    @property
    def even(self) -> bool:
        """Whether all steps are equal."""
        return self.high - self.low <= WIDE

    @property
    def _rate(self) -> float:
        return LEVELS / (self.high - self.low)


@dataclass(frozen=True, eq=False)
class RangeTree:
    """The rows of two trees, each with a row at its end that holds every color and has no cell.

    The first tree is that of the cube, the second that of the cells around it.

    Attributes
    ----------
    table
        The rows.
    steps
        What the ends of the ranges are kept in.
    end, last
        The numbers of the rows at the ends of the trees.
    """

    table: Table
    steps: Steps
    end: int
    last: int

    def word(self, row: Any, column: int) -> Any:
        """A word of a row, an i32 node."""
        value = make("fetch", ((row << 2) + column,), (self.table, True))
        return make("bits", (value,), True)

    @classmethod
    @exact_rounding()
    def of(cls, cube: ExtendedCube) -> RangeTree:
        """Build the trees of an extended cube."""
        steps = Steps(cube.low, cube.high)
        inner, outer = (_rows(part, steps) for part in (cube.inner_cells(), cube.outer_cells()))
        end, last = len(inner), len(inner) + 1 + len(outer)
        outer[:, 3] += np.where(outer[:, 3] < IS_CELL, end + 1, 0)
        holds_all = [[LEVELS, LEVELS, LEVELS, IS_CELL]]
        words = np.concatenate([inner, holds_all, outer, holds_all]).astype(np.int32)
        return cls(Table(words.reshape(-1).view(np.float32)), steps, end, last)


def _rows(leaves: Ranges, steps: Steps) -> Any:
    """The rows over ranges: each block before its parts, and blocks of one range left out."""
    code = _interleave(leaves.cell)
    order = np.argsort(code, kind="stable")
    code = code[order]
    low, high = (
        np.clip(end[order], np.float32(steps.low), np.float32(steps.high))
        for end in (leaves.low - np.float32(MARGIN), leaves.high + np.float32(MARGIN))
    )
    red, green, blue = leaves.cell.T[:, order].astype(np.int64)
    place = np.arange(len(code))
    cell = red << 16 | green << 8 | blue
    cell |= IS_CELL
    parts: list[tuple[Any, ...]] = [(place, place + 1, 0 * place - 1, low, high, cell)]
    below = place + 1  # where the block that begins here ends, one level below
    for level in range(0, 3 * EIGHT_BITS + 1, 3):
        first = np.flatnonzero(np.diff(code >> level, prepend=-1))
        end = np.append(first[1:], len(code))
        larger = end > below[first]
        below = 0 * place
        below[first] = end
        ends = np.minimum.reduceat(low, first), np.maximum.reduceat(high, first)
        numbers = np.full(first.shape, level)
        parts.append(tuple(v[larger] for v in (first, end, numbers, *ends, 0 * first)))
    columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    first, end, levels, low, high, cell = columns
    order = np.lexsort((-levels, first))
    onward = np.where(levels < 0, cell, np.searchsorted(first[order], end))
    return np.column_stack([steps(low) << BITS | steps(high), onward])[order]


def _interleave(cell: Any) -> Any:
    """One number of the bits of three: red's lowest first."""
    code = np.zeros(len(cell), dtype=np.int64)
    for bit in range(EIGHT_BITS):
        for channel in range(3):
            code |= (cell[:, channel].astype(np.int64) >> bit & 1) << (3 * bit + channel)
    return code
