"""ZIP-compressed OpenEXR files written with ISA-L, three times as fast as OpenEXR's own deflate.

Deflate is what a render of ZIP frames waits for. The pixels of a scanline file are cut into chunks
(16 lines, ZIPS one), the bytes of a chunk parted into first and second of each pair, differences
taken, and the result deflated: only the last step is replaced.

Of grain the first bytes are noise, which deflate turns over for nothing: half of its time, and of
that of every reader. Where a sample of them says so they are stored, and the others deflated alone,
which have then codes of their own: in half the time, and a little smaller.

Source: `ImfZip.cpp` (OpenEXR) for the order of the bytes in a chunk.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from grade.io.convert import Plane
from grade.io.formats.exr import scanlines

_LINES = {"zip": 16, "zips": 1}
# Level 1 of 0..3: grain hardly deflates, and the levels above cost more than they save.
_LEVEL = 1
_ZLIB_WINDOW = 15
_ZLIB_HEAD = b"\x78\x01"
_LONGEST_STORED = 65535  # bytes of a stored block of deflate
_SAMPLE = 1024  # bytes of a chunk that are counted
# Two bytes of noise are equal once in 256 times. If it is less than once in so many, deflate gains
# less by what is left to gain than it loses by having one code for both halves.
_RARELY_EQUAL = 192


def can_write(header: Mapping[str, Any], compression: str, library: Any) -> bool:
    """Whether a part with this header is written here: ZIP or ZIPS scanlines from the top down.

    Parameters
    ----------
    header
        As for the binding.
    compression
        Its name.
    library
        The OpenEXR binding.
    """
    return (
        compression in _LINES
        and scanlines.fits(header, library)
        and importlib.util.find_spec("isal") is not None
    )


def write(
    stream: IO[bytes],
    header: Mapping[str, Any],
    planes: Mapping[str, Plane],
    linear: frozenset[str],
    compression: str,
    threads: int,
    library: Any,
) -> None:
    """Write a file of one part; the parameters are those of `grade.io.formats.exr.scanlines.write`.

    Same frame: same bytes, whatever `threads` is. ISA-L does not promise them over families of
    CPUs; the pixels are the same everywhere.

    Parameters
    ----------
    compression
        ``zip`` or ``zips``.
    """
    from grade.io.formats.exr.byte_pairs import Segments

    whole = [np.ascontiguousarray(planes[name]) for name in sorted(planes, key=str.encode)]
    segments = Segments(whole)

    def pack(block: dict[str, Plane], first: int) -> bytes | memoryview:
        count = len(next(iter(block.values())))
        stored = np.empty(2 * segments.words * count, np.uint8)
        segments.part(first, first + count, stored)
        packed = _deflated(stored)
        return packed if len(packed) < stored.size else scanlines.raw(block).data

    lines = _LINES[compression]
    scanlines.write(stream, header, planes, linear, lines, pack, threads, library)


def _deflated(stored: Plane) -> bytes:
    """A stream of zlib: of bytes whose first half may be noise."""
    from isal import isal_zlib

    noise, others = np.split(stored, 2)
    if not _is_noise(noise):
        return isal_zlib.compress(stored, _LEVEL, _ZLIB_WINDOW)
    parts: list[bytes | memoryview] = [_ZLIB_HEAD]
    for first in range(0, noise.size, _LONGEST_STORED):
        block = noise[first : first + _LONGEST_STORED]
        parts += (struct.pack("<BHH", 0, block.size, block.size ^ 0xFFFF), block.data)
    parts.append(isal_zlib.compress(others, _LEVEL, -_ZLIB_WINDOW))
    parts.append(struct.pack(">I", isal_zlib.adler32(stored)))
    return b"".join(parts)


def _is_noise(data: Plane) -> bool:
    """Whether the bytes hardly deflate: by how often two of a sample are equal.

    In whole numbers, so that every machine decides alike.
    """
    if data.size < _SAMPLE:
        return False
    step = data.size // _SAMPLE | 1  # odd, so that it meets every byte of longer words
    counts = np.bincount(data[::step], minlength=256)
    size = int(counts.sum())
    equal = int((counts * (counts - 1)).sum())
    return equal * _RARELY_EQUAL < size * (size - 1)
