"""ZIP-compressed OpenEXR files written with ISA-L, three times as fast as OpenEXR's own deflate.

Deflate is what a render of ZIP frames waits for. The pixels of a scanline file are cut into chunks
(16 lines, ZIPS one), the bytes of a chunk parted into first and second of each pair, differences
taken, and the result deflated: only the last step is replaced. The header is OpenEXR's own, taken
from a picture of one pixel, so every attribute is written as it always was.

Source: the OpenEXR file layout document, and `ImfZip.cpp` for the order of the bytes in a chunk.
"""

from __future__ import annotations

import importlib.util
import io
import struct
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import numpy as np

from grade.io.store import Plane

_LINES = {"zip": 16, "zips": 1}
# Level 1 of 0..3: grain hardly deflates, and the levels above cost more than they save.
_LEVEL = 1
_ZLIB_WINDOW = 15
_MAGIC_AND_VERSION = 8


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
        and header["type"] == library.scanlineimage
        and header.get("lineOrder", library.INCREASING_Y) == library.INCREASING_Y
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
    """Write a file of one part.

    Same frame: same bytes, whatever `threads` is. ISA-L does not promise them over families of
    CPUs; the pixels are the same everywhere.

    Parameters
    ----------
    stream
        Empty and seekable.
    header
        As for the binding, all but the channels.
    planes
        float16, float32 or uint32, of the size of the data window.
    linear
        Names of channels that bear the flag pLinear.
    compression
        ``zip`` or ``zips``.
    threads
        How many deflate; 0 and 1 work in the calling thread.
    library
        The OpenEXR binding.
    """
    lines = _LINES[compression]
    (_, top), (_, bottom) = header["dataWindow"]
    height = int(bottom) - int(top) + 1
    start = _header_bytes(header, planes, linear, library)
    count = -(-height // lines)
    offsets = np.empty(count, "<u8")
    stream.write(start)
    stream.write(bytes(offsets.nbytes))
    place = len(start) + offsets.nbytes
    for index, packed in enumerate(_packed(planes, height, lines, threads)):
        offsets[index] = place
        stream.write(struct.pack("<ii", int(top) + index * lines, len(packed)))
        stream.write(packed)
        place += 8 + len(packed)
    stream.seek(len(start))
    stream.write(offsets.tobytes())


def _packed(
    planes: Mapping[str, Plane], height: int, lines: int, threads: int
) -> Iterator[bytes | memoryview]:
    # In the file channels stand by name, byte by byte, whatever the order of the frame.
    rows = [
        np.ascontiguousarray(planes[name], planes[name].dtype.newbyteorder("<")).view(np.uint8)
        for name in sorted(planes, key=str.encode)
    ]
    blocks = ([plane[start : start + lines] for plane in rows] for start in range(0, height, lines))
    if threads < 2:
        yield from map(_deflated, blocks)
        return
    with ThreadPoolExecutor(threads, "exr-zip") as pool:
        yield from pool.map(_deflated, blocks)


def _deflated(block: list[Plane]) -> bytes | memoryview:
    """The chunk of some lines, line by line and in each channel by channel."""
    from isal import isal_zlib

    raw = np.concatenate(block, axis=1).reshape(-1)
    pairs = raw.view("<u2")
    parted = np.empty_like(raw)
    np.copyto(parted[: pairs.size], pairs, casting="unsafe")
    np.copyto(parted[pairs.size :], pairs >> np.uint16(8), casting="unsafe")
    differences = np.empty_like(raw)
    differences[0] = parted[0]
    np.subtract(parted[1:], parted[:-1], out=differences[1:])
    differences[1:] += np.uint8(128)
    packed: bytes = isal_zlib.compress(differences, _LEVEL, _ZLIB_WINDOW)
    # What does not shrink is stored as it was; readers know it by its length.
    return packed if len(packed) < raw.size else raw.data


def _header_bytes(
    header: Mapping[str, Any], planes: Mapping[str, Plane], linear: frozenset[str], library: Any
) -> bytes:
    """The file up to its table of chunks, as OpenEXR writes it."""
    corner = np.zeros(2, np.int32)
    small = {**header, "dataWindow": (corner, corner)}
    channels = {
        name: library.Channel(np.zeros((1, 1), plane.dtype), 1, 1, name in linear)
        for name, plane in planes.items()
    }
    written = io.BytesIO()
    library.File([library.Part(small, channels, str(header.get("name", "")))]).write(written)
    data = bytearray(written.getvalue())
    place = _MAGIC_AND_VERSION
    while data[place]:
        name_end = data.index(0, place)
        type_end = data.index(0, name_end + 1)
        size = int.from_bytes(data[type_end + 1 : type_end + 5], "little")
        value = type_end + 5
        if data[place:name_end] == b"dataWindow":
            sides = [int(side) for point in header["dataWindow"] for side in point]
            data[value : value + size] = struct.pack("<4i", *sides)
        place = value + size
    return bytes(data[: place + 1])
