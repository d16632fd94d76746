"""Constant tables: 1-D curves and 3-D cubes, identified by their content."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

import numpy as np

from grade.ir.floating_point_mode import exact_rounding


class Table:
    """An immutable float32 table; two tables of equal shape and bytes are equal.

    Parameters
    ----------
    data
        ``(n,)`` for a curve, ``(n, n, n, 3)`` for a cube whose last spatial axis is blue. A cube is
        kept as ``(n, n, n, 4)``, so that a node is one aligned 16-byte load.

    Raises
    ------
    ValueError
        If the shape is neither, or a cube has only one node along an axis and so no cell.
    """

    @exact_rounding()
    def __init__(self, data: Any) -> None:
        array = np.asarray(data, dtype=np.float32)
        if (
            array.ndim == 4
            and array.shape[:3] == (array.shape[0],) * 3
            and array.shape[3] in (3, 4)
        ):
            padded = np.zeros((*array.shape[:3], 4), dtype=np.float32)
            padded[..., :3] = array[..., :3]
            array = padded
        elif array.ndim != 1:
            raise ValueError(f"a table is (n,) or (n, n, n, 3), not {array.shape}")
        if array.shape[0] < (2 if array.ndim == 4 else 1):
            raise ValueError(f"a table of shape {array.shape} has nothing to read")
        self.data: np.ndarray[Any, np.dtype[np.float32]] = _align(array)
        self.data.flags.writeable = False

    @property
    def shape(self) -> tuple[int, ...]:
        """``(n,)`` or ``(n, n, n, 4)``."""
        return tuple(map(int, self.data.shape))

    @property
    def edge(self) -> int:
        """Entries along one axis."""
        return int(self.data.shape[0])

    @property
    def is_cube(self) -> bool:
        """Whether this is a 3-D cube."""
        return self.data.ndim == 4

    @property
    def diagonal(self) -> int:
        """Flat offset, in floats, from a cell's first node to its last."""
        return 4 * (self.edge * self.edge + self.edge + 1)

    @cached_property
    def digest(self) -> str:
        """sha256 of shape and bytes."""
        digest = hashlib.sha256(repr(self.shape).encode())
        digest.update(self.data.tobytes())
        return digest.hexdigest()

    @cached_property
    def finite_range(self) -> tuple[float, float] | None:
        """Smallest and largest entry, or None where an entry is not finite."""
        if not np.isfinite(self.data).all():
            return None
        return float(self.data.min()), float(self.data.max())

    def column_range(self, column: int, width: int) -> tuple[float, float] | None:
        """The ``finite_range`` of one column, where the entries form rows of ``width``."""
        if width == 1:
            return self.finite_range
        part = self.data.reshape(-1)[column::width]
        if not len(part) or not np.isfinite(part).all():
            return None
        return float(part.min()), float(part.max())

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Table) and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return Table, (self.data,)  # so that a copy is aligned and read-only too

    def __repr__(self) -> str:
        return f"Table({'x'.join(map(str, self.shape))}, {self.digest[:12]})"

    def entry(self, index: Any) -> Any:
        """The entry at a flat index, which is clamped to the table."""
        flat = self.data.reshape(-1)
        return flat[np.clip(index, 0, flat.size - 1)]

    def lookup(self, color: Any, interpolation: str) -> Any:
        """A cube read at ``(..., 3)``, clamped to 0..1, NaN as 0; in the precision of the color."""
        grid = self.data[..., :3].astype(np.asarray(color).dtype)
        top = self.edge - 1
        position = np.where(color > 0, np.where(color < 1, color, 1), 0) * top
        low = np.minimum(position.astype(np.int64), top - 1)
        read = _tetrahedral if interpolation == "tetrahedral" else _trilinear
        return read(grid, low, position - low)


def _align(array: Any) -> Any:
    """A copy that starts at a cache line, so that nodes are read by aligned loads.

    One more cache line follows it, so that a load may begin at the last entry and reach beyond.
    """
    room = np.zeros(array.nbytes + 2 * 64, dtype=np.uint8)
    start = -room.ctypes.data % 64
    copy = room[start : start + array.nbytes].view(np.float32).reshape(array.shape)
    copy[...] = array
    return copy


def _corner(grid: Any, low: Any, steps: Any) -> Any:
    r, g, b = (low[..., i] + steps[i] for i in range(3))
    return grid[r, g, b]


def _trilinear(grid: Any, low: Any, fraction: Any) -> Any:
    total = np.zeros(low.shape, dtype=grid.dtype)
    for corner in np.ndindex(2, 2, 2):
        weight = np.ones(low.shape[:-1], dtype=grid.dtype)
        for axis, side in enumerate(corner):
            weight = weight * (fraction[..., axis] if side else 1 - fraction[..., axis])
        total += weight[..., None] * _corner(grid, low, corner)
    return total


def _tetrahedral(grid: Any, low: Any, fraction: Any) -> Any:
    order = np.argsort(-fraction, axis=-1, kind="stable")
    ranked = np.take_along_axis(fraction, order, axis=-1)
    steps = np.zeros_like(low)
    total = (1 - ranked[..., 0:1]) * _corner(grid, low, np.moveaxis(steps, -1, 0))
    for rank in range(3):
        np.put_along_axis(steps, order[..., rank : rank + 1], 1, axis=-1)
        below = ranked[..., rank + 1 : rank + 2] if rank < 2 else 0.0
        weight = ranked[..., rank : rank + 1] - below
        total = total + weight * _corner(grid, low, np.moveaxis(steps, -1, 0))
    return total
