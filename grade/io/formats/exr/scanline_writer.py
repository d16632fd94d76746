"""Writer of scanline OpenEXR files of one part, for compressions that are packed in this room.

The binding itself writes the header, for a picture of one pixel, so every attribute has the bytes
that it always had.

Source: OpenEXR File Layout, https://openexr.com/en/latest/OpenEXRFileLayout.html.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, TypeAlias

import numpy as np

from grade.io.formats.exr.header import compression_name, iterate_attributes
from grade.io.plane import Plane

# Makes a chunk: given the rows of every channel, by name and in the order of the file, and the
# number of the first row.
Pack: TypeAlias = Callable[[dict[str, Plane], int], bytes | memoryview]


@dataclass(frozen=True, eq=False)
class ScanlinePart:
    """The only part of a file to be written.

    Attributes
    ----------
    header
        As for the binding, without the channels.
    planes
        float16, float32 or uint32, of the size of the data window.
    linear
        Names of the channels with the flag pLinear.
    library
        The OpenEXR binding.
    """

    header: Mapping[str, Any]
    planes: Mapping[str, Plane]
    linear: frozenset[str]
    library: Any

    @property
    def compression(self) -> str:
        """Name of its compression."""
        return compression_name(self.header["compression"])

    @property
    def is_top_down(self) -> bool:
        """Whether it has scanlines, stored from the top down."""
        order = self.header.get("lineOrder", self.library.INCREASING_Y)
        return bool(
            self.header["type"] == self.library.scanlineimage and order == self.library.INCREASING_Y
        )


def write_chunks(
    stream: IO[bytes], part: ScanlinePart, lines: int, pack: Pack, threads: int
) -> None:
    """Write a file of one part.

    Parameters
    ----------
    stream
        Empty and seekable.
    part
        What is written.
    lines
        Rows of a chunk.
    pack
        Makes a chunk of little-endian rows.
    threads
        Threads that pack; 0 and 1 work in the calling thread.
    """
    header, planes = part.header, part.planes
    (_, top), (_, bottom) = header["dataWindow"]
    height = int(bottom) - int(top) + 1
    start = _make_header_bytes(part)
    offsets = np.empty(-(-height // lines), "<u8")
    stream.write(start)
    stream.write(bytes(offsets.nbytes))
    place = len(start) + offsets.nbytes
    # A file has its channels sorted by name, as bytes.
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


def join_rows(block: Mapping[str, Plane]) -> Plane:
    """Return the bytes of an uncompressed chunk: row by row, in each row channel by channel.

    A chunk that compression does not shrink is stored so. Readers know it by its length.
    """
    return np.concatenate([plane.view(np.uint8) for plane in block.values()], axis=1).reshape(-1)


def _make_header_bytes(part: ScanlinePart) -> bytes:
    """Return the file up to its chunk table, as OpenEXR writes it."""
    header, library = part.header, part.library
    corner = np.zeros(2, np.int32)
    small = {**header, "dataWindow": (corner, corner)}
    channels = {
        name: library.Channel(np.zeros((1, 1), plane.dtype), 1, 1, name in part.linear)
        for name, plane in part.planes.items()
    }
    written = io.BytesIO()
    library.File([library.Part(small, channels, str(header.get("name", "")))]).write(written)
    data = bytearray(written.getvalue())
    end = 0
    for name, start, end in iterate_attributes(data):
        if name == b"dataWindow":
            sides = [int(side) for point in header["dataWindow"] for side in point]
            data[start:end] = struct.pack("<4i", *sides)
    return bytes(data[: end + 1])
