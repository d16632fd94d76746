"""Words to separated bytes and back, on the calling thread and without the GIL.

The code is built in `grade.io.formats.exr.byte_pairs_code`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from grade.run.machine_code import MachineCode, assemble


class Segments:
    """Where the words of some planes lie: lines from the top down, in each plane by plane.

    Parameters
    ----------
    planes
        Contiguous, of equal heights; of types of an even number of bytes. They are held.
    """

    def __init__(self, planes: list[Any]) -> None:
        self.planes, self.each = planes, len(planes)
        height = planes[0].shape[0]
        self.table = np.empty((height, self.each, 2), np.int64)
        for index, plane in enumerate(planes):
            if not plane.flags.c_contiguous or plane.itemsize % 2 or plane.shape[0] != height:
                raise ValueError("planes of words must be contiguous and of one height")
            stride = plane.shape[1] * plane.itemsize
            self.table[:, index, 0] = plane.ctypes.data + stride * np.arange(height)
            self.table[:, index, 1] = stride // 2
        self.words = int(self.table[:1, :, 1].sum())
        """Of one line."""

    def join(self, stored: Any, first: int, end: int) -> None:
        """Fill lines from bytes (uint8) as they are stored."""
        from grade.io.formats.exr.byte_pairs_code import JOIN

        self._run(stored, first, end, JOIN)

    def part(self, first: int, end: int, stored: Any) -> None:
        """Fill bytes (uint8) as they are stored from lines."""
        from grade.io.formats.exr.byte_pairs_code import PART

        self._run(stored, first, end, PART)

    def _run(self, stored: Any, first: int, end: int, what: int) -> None:
        if not 0 <= first < end <= len(self.table):
            raise ValueError(f"there are no lines {first} to {end} of {len(self.table)}")
        half = self.words * (end - first)
        if stored.nbytes != 2 * half or not stored.flags.c_contiguous:
            raise ValueError(f"{2 * half} bytes are wanted, not {stored.nbytes}")
        start = stored.ctypes.data
        block = np.array([start, start + half, self.table.ctypes.data], np.int64)
        _code()(block.ctypes.data, first * self.each, end * self.each, what)


@cache
def _code() -> MachineCode:
    from grade.io.formats.exr.byte_pairs_code import text

    return MachineCode(assemble(text()))
