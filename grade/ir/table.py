"""Constant tables: 1-D curves and 3-D cubes, identified by their content."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

import numpy as np


class Table:
    """An immutable float32 table; two tables with equal shape and bytes are equal.

    Parameters
    ----------
    data
        ``(n,)`` for a curve, ``(n, n, n, 3)`` for a cube whose last spatial axis is blue. A cube is
        kept as ``(n, n, n, 4)``, so that a node is one aligned 16-byte load.

    Raises
    ------
    ValueError
        If the shape is neither.
    """

    def __init__(self, data: Any) -> None:
        array = np.asarray(data, dtype=np.float32)
        if array.ndim == 4 and array.shape[:3] == (array.shape[0],) * 3 and array.shape[3] in (3, 4):
            padded = np.zeros((*array.shape[:3], 4), dtype=np.float32)
            padded[..., :3] = array[..., :3]
            array = padded
        elif array.ndim != 1 or array.size == 0:
            raise ValueError(f"a table is (n,) or (n, n, n, 3), not {array.shape}")
        self.data: np.ndarray[Any, np.dtype[np.float32]] = np.ascontiguousarray(array).copy()
        self.data.flags.writeable = False

    @property
    def shape(self) -> tuple[int, ...]:
        """``(n,)`` or ``(n, n, n, 4)``."""
        return self.data.shape

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

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Table) and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Table({'x'.join(map(str, self.shape))}, {self.digest[:12]})"
