"""Rows of uncompressed pixels, read from a file into one array."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from grade.io.errors import ReadError


def read_rows(
    path: Path, file: BinaryIO, place: tuple[int, int], lengths: Iterable[int], word: Any
) -> Any:
    """Read the rows of a picture, without the GIL.

    Parameters
    ----------
    path
        For messages.
    file
        Open, without a buffer.
    place
        Offset of the first row, and number of rows.
    lengths
        Possible lengths of a row in bytes: some writers pad rows, and some only claim to. The
        longest that the file has room for is taken.
    word
        Type of the words.

    Returns
    -------
    ndarray
        (rows, words).

    Raises
    ------
    ReadError
        The file is too short. Nothing is allocated then.
    """
    (offset, height), dtype = place, np.dtype(word)
    available = os.fstat(file.fileno()).st_size - offset
    possible = [length for length in lengths if length % dtype.itemsize == 0]
    fitting = [length for length in possible if length * height <= available]
    if not fitting:
        raise ReadError(
            f"{path}: cut short: {available} bytes of pixels, {min(possible) * height} are needed"
        )
    words = np.empty((height, max(fitting) // dtype.itemsize), dtype)
    file.seek(offset)
    left = words.data.cast("B")
    while left:
        count = file.readinto(left)  # type: ignore[attr-defined]
        if not count:
            raise ReadError(f"{path}: cut short while it was read")
        left = left[count:]
    return words
