"""The checksums of FFV1: its decoder reads them, and then conceals what is wrong.

A frame is a row of slices. Each slice ends with its size in three bytes, a status byte, and the
CRC-32 of all bytes before. Source: RFC 9043, sections 4.9 and 4.10.

The module imports Numba, so it is imported where FFV1 is read.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from grade.io.formats.jit import jit

_POLYNOMIAL = 0x04C11DB7
_FOOTER = 8


def check_slices(data: bytes) -> bool | None:
    """Return whether every slice of a frame fits its checksum; None if there are no checksums."""
    octets = np.frombuffer(data, np.uint8)
    end = octets.size
    slices = []
    while end > _FOOTER:
        size = int.from_bytes(data[end - _FOOTER : end - _FOOTER + 3], "big") + _FOOTER
        if size > end:
            return None
        slices.append((end - size, end))
        end -= size
    if end:
        return None
    table = _make_table()
    return all(int(_crc32(octets[start:stop], table)) == 0 for start, stop in slices)


@jit
def _crc32(data, table):  # type: ignore[no-untyped-def]
    """Return the checksum, most significant bit first, starting with 0; 0 for undamaged data."""
    crc = np.uint32(0)
    for i in range(data.size):
        crc = np.uint32(crc << np.uint32(8)) ^ table[(crc >> np.uint32(24)) ^ data[i]]
    return crc


@cache
def _make_table() -> NDArray[np.uint32]:
    rows = []
    for index in range(256):
        value = index << 24
        for _ in range(8):
            value = (value << 1) ^ (_POLYNOMIAL if value & 0x80000000 else 0)
        rows.append(value & 0xFFFFFFFF)
    return np.array(rows, np.uint32)
