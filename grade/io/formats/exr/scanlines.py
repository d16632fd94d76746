"""Files of one part of scanlines, chunk by chunk, for packings that are done here.

The header is OpenEXR's own, taken from a picture of one pixel, so every attribute is written as it
always was.

Source: OpenEXR File Layout, https://openexr.com/en/latest/OpenEXRFileLayout.html.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, TypeAlias

import numpy as np

from grade.io.convert import Plane
from grade.io.formats.exr.header import stored_attributes

# Some lines of every plane, by the name of the channel and in the file's order, and the number of
# the first of them, to a chunk.
Pack: TypeAlias = Callable[[dict[str, Plane], int], bytes | memoryview]


def fits(header: Mapping[str, Any], library: Any) -> bool:
    """Whether a part with this header is scanlines from the top down."""
    order = header.get("lineOrder", library.INCREASING_Y)
    return bool(header["type"] == library.scanlineimage and order == library.INCREASING_Y)


def write(
    stream: IO[bytes],
    header: Mapping[str, Any],
    planes: Mapping[str, Plane],
    linear: frozenset[str],
    lines: int,
    pack: Pack,
    threads: int,
    library: Any,
) -> None:
    """Write a file of one part.

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
    lines
        Of a chunk.
    pack
        Makes a chunk; little-endian planes.
    threads
        How many pack; 0 and 1 work in the calling thread.
    library
        The OpenEXR binding.
    """
    (_, top), (_, bottom) = header["dataWindow"]
    height = int(bottom) - int(top) + 1
    start = _header_bytes(header, planes, linear, library)
    offsets = np.empty(-(-height // lines), "<u8")
    stream.write(start)
    stream.write(bytes(offsets.nbytes))
    place = len(start) + offsets.nbytes
    # In the file channels stand by name, byte by byte, whatever the order of the frame.
    whole = {
        name: np.ascontiguousarray(planes[name], planes[name].dtype.newbyteorder("<"))
        for name in sorted(planes, key=str.encode)
    }
    firsts = range(0, height, lines)
    blocks = (
        {name: plane[first : first + lines] for name, plane in whole.items()} for first in firsts
    )
    with ThreadPoolExecutor(max(threads, 1), "exr") as pool:
        chunks = pool.map(pack, blocks, firsts) if threads > 1 else map(pack, blocks, firsts)
        for index, packed in enumerate(chunks):
            offsets[index] = place
            stream.write(struct.pack("<ii", int(top) + index * lines, len(packed)))
            stream.write(packed)
            place += 8 + len(packed)
    stream.seek(len(start))
    stream.write(offsets.tobytes())


def raw(block: Mapping[str, Plane]) -> Plane:
    """The bytes of a chunk as they are stored unpacked: line by line, in each channel by channel.

    What does not shrink is stored so; readers know it by its length.
    """
    return np.concatenate([plane.view(np.uint8) for plane in block.values()], axis=1).reshape(-1)


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
    end = 0
    for name, start, end in stored_attributes(data):
        if name == b"dataWindow":
            sides = [int(side) for point in header["dataWindow"] for side in point]
            data[start:end] = struct.pack("<4i", *sides)
    return bytes(data[: end + 1])
