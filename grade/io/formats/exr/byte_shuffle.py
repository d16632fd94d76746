"""Byte shuffling of OpenEXR's ZIP and DWA: words of planes to shuffled differences and back.

It runs on the calling thread, as vector code and without the GIL. What is done, and the code that
does it, are in `grade.io.formats.exr.byte_shuffle_code`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from grade.run.machine_code import MachineCode, assemble


class ByteShuffler:
    """Shuffles the rows of some planes into chunks, and chunks back into the rows.

    A chunk holds rows from the top down, and in each row plane by plane.

    Parameters
    ----------
    planes
        Contiguous, of equal heights, of types with an even number of bytes. They are kept alive.

    Attributes
    ----------
    words_per_row
        Words of 16 bits in a row of all planes.
    """

    def __init__(self, planes: list[Any]) -> None:
        self.planes = planes
        height = planes[0].shape[0]
        # A segment is a row of one plane: its address and its words.
        self._segments = np.empty((height, len(planes), 2), np.int64)
        for index, plane in enumerate(planes):
            if not plane.flags.c_contiguous or plane.itemsize % 2 or plane.shape[0] != height:
                raise ValueError("planes of words must be contiguous and of one height")
            stride = plane.shape[1] * plane.itemsize
            self._segments[:, index, 0] = plane.ctypes.data + stride * np.arange(height)
            self._segments[:, index, 1] = stride // 2
        self.words_per_row = int(self._segments[:1, :, 1].sum())

    def shuffle(self, first: int, end: int, chunk: Any) -> None:
        """Fill a chunk (uint8) from rows ``first..end`` of the planes."""
        from grade.io.formats.exr.byte_shuffle_code import SHUFFLE

        self._run(chunk, first, end, SHUFFLE)

    def unshuffle(self, chunk: Any, first: int, end: int) -> None:
        """Fill rows ``first..end`` of the planes from a chunk (uint8)."""
        from grade.io.formats.exr.byte_shuffle_code import UNSHUFFLE

        self._run(chunk, first, end, UNSHUFFLE)

    def _run(self, chunk: Any, first: int, end: int, direction: int) -> None:
        if not 0 <= first < end <= len(self._segments):
            raise ValueError(f"there are no rows {first} to {end} of {len(self._segments)}")
        half = self.words_per_row * (end - first)
        if chunk.nbytes != 2 * half or not chunk.flags.c_contiguous:
            raise ValueError(f"{2 * half} bytes are wanted, not {chunk.nbytes}")
        start, count = chunk.ctypes.data, len(self.planes)
        arguments = np.array([start, start + half, self._segments.ctypes.data], np.int64)
        _code()(arguments.ctypes.data, first * count, end * count, direction)


@cache
def _code() -> MachineCode:
    from grade.io.formats.exr.byte_shuffle_code import module_text

    return MachineCode(assemble(module_text()))
