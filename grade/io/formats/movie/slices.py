"""The checksums of FFV1, which the decoder reads, and then paints over what is wrong.

A frame is a row of slices. Each ends with its size in three bytes, a byte of status, and the CRC-32
of all of it before. Source: RFC 9043, sections 4.9 and 4.10.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x04C11DB7
_FOOTER = 8


def sound(data: bytes) -> bool | None:
    """Whether every slice of a frame has its checksum; None if the frame has none to check."""
    from grade.io.formats.movie import kernels

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
    table = _table()
    return all(int(kernels.crc32(octets[start:stop], table)) == 0 for start, stop in slices)


@cache
def _table() -> NDArray[np.uint32]:
    rows = []
    for index in range(256):
        value = index << 24
        for _ in range(8):
            value = (value << 1) ^ (_POLYNOMIAL if value & 0x80000000 else 0)
        rows.append(value & 0xFFFFFFFF)
    return np.array(rows, np.uint32)
