"""Writer of ZIP-compressed OpenEXR files by ISA-L, three times as fast as OpenEXR's own deflate.

A render of ZIP frames spends its time in deflate. The pixels of a scanline file are cut into chunks
(16 rows, ZIPS one), the bytes of a chunk are shuffled, differences are taken, and the result is
deflated. Only the last step is replaced here.

The low bytes of grain are noise. Deflate gains nothing on them, and spends half of its time there,
as every reader does. Where a sample of them says so, they are stored, and the high bytes are
deflated alone, with codes of their own: that takes half the time and is a little smaller.

Source: `ImfZip.cpp` (OpenEXR) for the order of the bytes in a chunk.
"""

from __future__ import annotations

import importlib.util
import struct
from typing import IO

import numpy as np

from grade.io.formats.exr.scanline_writer import ScanlinePart, join_rows, write_chunks
from grade.io.plane import Plane

_LINES = {"zip": 16, "zips": 1}
# Level 1 of 0..3: grain hardly deflates, and the levels above cost more than they save.
_LEVEL = 1
_ZLIB_WINDOW = 15
_ZLIB_HEAD = b"\x78\x01"
_FIRST = 16  # bytes; see `_deflate`
_LONGEST_STORED = 65535  # bytes of a stored block of deflate
_SAMPLE = 1024  # bytes of a chunk that are counted
# Two bytes of pure noise are equal once in 256 times. If two of the sample are equal less often
# than once in this many, deflate would gain less on them than it loses by one code for both halves.
_RARELY_EQUAL = 192


def can_write(part: ScanlinePart) -> bool:
    """Whether this module writes a part: ZIP or ZIPS scanlines from the top down."""
    return (
        part.compression in _LINES
        and part.is_top_down
        and importlib.util.find_spec("isal") is not None
    )


def write(stream: IO[bytes], part: ScanlinePart, threads: int) -> None:
    """Write a file of one part to an empty stream.

    The same frame gives the same bytes in every process, for any `threads`. ISA-L does not promise
    the same bytes on other families of CPUs; the pixels are the same everywhere.
    """
    from grade.io.formats.exr.byte_shuffle import ByteShuffler

    names = sorted(part.planes, key=str.encode)
    whole = [np.ascontiguousarray(part.planes[name]) for name in names]
    shuffler = ByteShuffler(whole)

    def pack(block: dict[str, Plane], first: int) -> bytes | memoryview:
        count = len(next(iter(block.values())))
        stored = np.empty(2 * shuffler.words_per_row * count, np.uint8)
        shuffler.shuffle(first, first + count, stored)
        packed = _pack(stored)
        return packed if len(packed) < stored.size else join_rows(block).data

    write_chunks(stream, part, _LINES[part.compression], pack, threads)


def _pack(stored: Plane) -> bytes:
    """Return a zlib stream of bytes whose first half may be noise."""
    from isal import isal_zlib

    noise, others = np.split(stored, 2)
    if not _is_noise(noise):
        return _deflate(stored, _ZLIB_WINDOW)
    parts: list[bytes | memoryview] = [_ZLIB_HEAD]
    for first in range(0, noise.size, _LONGEST_STORED):
        block = noise[first : first + _LONGEST_STORED]
        parts += (struct.pack("<BHH", 0, block.size, block.size ^ 0xFFFF), block.data)
    parts.append(_deflate(others, -_ZLIB_WINDOW))
    parts.append(struct.pack(">I", isal_zlib.adler32(stored)))
    return b"".join(parts)


def _deflate(data: Plane, window: int) -> bytes:
    """Return bytes deflated by ISA-L, the same for the same bytes.

    The first bytes are a block of their own. The vector code of ISA-L (`igzip_icf_body_h1_gr_bt`)
    begins a stream with a hash of the address of its own state, in the place of a hash of the third
    byte. So it finds a match there or not, as the stack of the thread lies. Short input is done by
    other code, which has no such fault; what follows it is no beginning. It costs 20 bytes a chunk.
    """
    from isal import isal_zlib

    stream = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, window)
    return b"".join(
        (
            stream.compress(data[:_FIRST]),
            stream.flush(isal_zlib.Z_SYNC_FLUSH),
            stream.compress(data[_FIRST:]),
            stream.flush(),
        )
    )


def _is_noise(data: Plane) -> bool:
    """Whether bytes can hardly be deflated, by how often two of a sample are equal.

    The decision uses integers, so it is the same on every machine.
    """
    if data.size < _SAMPLE:
        return False
    step = data.size // _SAMPLE | 1  # odd, so that it meets every byte of longer words
    counts = np.bincount(data[::step], minlength=256)
    size = int(counts.sum())
    equal = int((counts * (counts - 1)).sum())
    return equal * _RARELY_EQUAL < size * (size - 1)
