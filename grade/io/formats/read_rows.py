"""Lines of words from a file into memory of our own: as much as the file has, and no more."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from grade.io.errors import ReadError


def read_lines(
    path: Path, file: BinaryIO, place: tuple[int, int], lengths: Iterable[int], word: Any
) -> Any:
    """Read the lines of a picture; the GIL is free meanwhile.

    Parameters
    ----------
    path
        For messages.
    file
        Open, without a buffer.
    place
        Where the first line begins, and how many there are.
    lengths
        Bytes of a line: what it may be. The longest is taken that the file has room for, since
        some writers pad lines and some only say so.
    word
        The type of the words.

    Returns
    -------
    ndarray
        (lines, words).

    Raises
    ------
    ReadError
        The file is too short. Nothing is allocated then.
    """
    (offset, height), dtype = place, np.dtype(word)
    there = os.fstat(file.fileno()).st_size - offset
    possible = [length for length in lengths if length % dtype.itemsize == 0]
    fitting = [length for length in possible if length * height <= there]
    if not fitting:
        raise ReadError(
            f"{path}: cut short: {there} bytes of pixels, {min(possible) * height} are needed"
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
