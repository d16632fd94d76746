"""Reading of the PNG picture of a HaldCLUT: RGB of 8 or 16 bits, not interlaced.

The picture holds a table, so the numbers must come unchanged: no color management, no alpha. Sizes
are checked before memory is reserved. Source: W3C Portable Network Graphics (third edition),
sections 9 and 11.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

from grade.color.files.errors import FileError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR, _COLOR_ALPHA = 2, 6


def read_png(data: bytes, shown: str, widest: int) -> Any:
    """Read pixels ``(height, width, 3)``, float32, 0..1.

    Raises
    ------
    FileError
        If it is no PNG, is larger than ``widest``, has another pixel type, or is damaged.
    """
    if not data.startswith(SIGNATURE):
        raise FileError(shown, "is no PNG file")
    header, packed = _read_chunks(data, shown)
    width, height, bits, sort, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if not 0 < width <= widest or not 0 < height <= widest:
        raise FileError(shown, f"IHDR: {width}x{height} pixels; up to {widest} are read")
    if sort not in (_COLOR, _COLOR_ALPHA) or bits not in (8, 16) or interlaced:
        raise FileError(
            shown, "IHDR: takes RGB of 8 or 16 bits, not a palette, grey or an interlaced picture"
        )
    channels, size = (3 if sort == _COLOR else 4), bits // 8
    row = 1 + width * channels * size
    inflate = zlib.decompressobj()
    try:
        raw = inflate.decompress(packed, row * height)
    except zlib.error as error:
        raise FileError(shown, f"IDAT: {error}") from None
    if len(raw) != row * height:
        raise FileError(shown, f"IDAT: {len(raw) // row} of {height} rows: the file is cut short")
    rows = np.frombuffer(raw, np.uint8).reshape(height, row)
    if rows[:, 0].max() > 4:
        raise FileError(shown, f"IDAT: row {int(rows[:, 0].argmax())} has an unknown filter")
    flat = _unfilter(rows[:, 1:].reshape(height, width, channels * size), rows[:, 0])
    values = np.ascontiguousarray(flat).view(np.uint8 if size == 1 else ">u2")
    color = values.reshape(height, width, channels)[..., :3].astype(np.float32)
    return color / np.float32(255 if size == 1 else 65535)


def _read_chunks(data: bytes, shown: str) -> tuple[bytes, bytes]:
    """Read the header and the joined compressed data."""
    place, header, parts = len(SIGNATURE), b"", []
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        check = data[place + 8 + length : place + 12 + length]
        if len(check) < 4 or struct.unpack(">I", check)[0] != zlib.crc32(name + body):
            raise FileError(shown, f"the chunk at byte {place} is damaged or cut short")
        if name == b"IHDR" and length == 13:
            header = body
        elif name == b"IDAT":
            parts.append(body)
        elif name == b"IEND":
            break
        place += 12 + length
    if not header or not parts:
        raise FileError(shown, "IHDR or IDAT is missing: the file is cut short")
    return header, b"".join(parts)


def _unfilter(coded: Any, filters: Any) -> Any:
    """Undo the filters, diagonal by diagonal: a pixel needs those to its left and above."""
    height, width, deep = coded.shape
    done = np.zeros((height + 1, width + 1, deep), np.int16)
    rows = np.arange(height)
    for diagonal in range(height + width - 1):
        y = rows[max(0, diagonal - width + 1) : diagonal + 1]
        x = diagonal - y
        left, above, corner = done[y + 1, x], done[y, x + 1], done[y, x]
        way = filters[y][:, None]
        guess = left + above - corner
        near = [np.abs(guess - part) for part in (left, above, corner)]
        paeth = np.where(
            (near[0] <= near[1]) & (near[0] <= near[2]),
            left,
            np.where(near[1] <= near[2], above, corner),
        )
        zero = np.zeros_like(left)
        added = np.choose(way, [zero, left, above, (left + above) >> 1, paeth])
        done[y + 1, x + 1] = (coded[y, x] + added) & 0xFF
    return done[1:, 1:].astype(np.uint8)
