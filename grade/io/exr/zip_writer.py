"""ZIP-compressed OpenEXR files written with ISA-L, three times as fast as OpenEXR's own deflate.

Deflate is what a render of ZIP frames waits for. The pixels of a scanline file are cut into chunks
(16 lines, ZIPS one), the bytes of a chunk parted into first and second of each pair, differences
taken, and the result deflated: only the last step is replaced.

Source: `ImfZip.cpp` (OpenEXR) for the order of the bytes in a chunk.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from grade.io.exr import scanlines
from grade.io.store import Plane

_LINES = {"zip": 16, "zips": 1}
# Level 1 of 0..3: grain hardly deflates, and the levels above cost more than they save.
_LEVEL = 1
_ZLIB_WINDOW = 15


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
    """Write a file of one part; the parameters are those of `grade.io.exr.scanlines.write`.

    Same frame: same bytes, whatever `threads` is. ISA-L does not promise them over families of
    CPUs; the pixels are the same everywhere.

    Parameters
    ----------
    compression
        ``zip`` or ``zips``.
    """
    from isal import isal_zlib

    from grade.run.byte_pairs import Segments

    whole = [np.ascontiguousarray(planes[name]) for name in sorted(planes, key=str.encode)]
    segments = Segments(whole)

    def pack(block: dict[str, Plane], first: int) -> bytes | memoryview:
        count = len(next(iter(block.values())))
        stored = np.empty(2 * segments.words * count, np.uint8)
        segments.part(first, first + count, stored)
        packed: bytes = isal_zlib.compress(stored, _LEVEL, _ZLIB_WINDOW)
        return packed if len(packed) < stored.size else scanlines.raw(block).data

    lines = _LINES[compression]
    scanlines.write(stream, header, planes, linear, lines, pack, threads, library)
