"""Cineon of 10 bits, film scans in printing density: read, not written (DPX is its successor).

Source: G. Kennel, "Cineon Image File Format Draft", Kodak, 1994: the blocks of generic file
information, image information and data format; three samples to a word of 32 bits, as in DPX.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from grade.io.errors import LayerError, ReadError, UnsupportedError, read_failure
from grade.io.formats import size_limits
from grade.io.formats.dpx.sample_packing import METHOD_A, METHOD_B, SamplePacking
from grade.io.formats.layers import refuse_layer
from grade.io.formats.registry import Format, register
from grade.io.formats.uncompressed_rows import read_rows
from grade.io.frame import Frame
from grade.io.header_text import decode_text
from grade.io.native_pixels import NativePlanes
from grade.io.window import Window

SIZE = 1024
_MAGIC = {b"\x80\x2a\x5f\xd7": ">", b"\xd7\x5f\x2a\x80": "<"}
_TEXTS = {"file_name": (32, 100), "source_file_name": (720, 100), "input_device": (844, 64),
          "input_serial": (940, 32)}  # fmt: skip


def read_cineon(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a Cineon file, for `grade.io.read`.

    The color stays packed as it is in the file, like that of a DPX of 10 bits. The tags say
    printing density, which is what the format holds.

    Raises
    ------
    MissingError, LayerError
        No such file; there is no red, green and blue, or a layer was asked for.
    UnsupportedError
        Channels plane by plane, or samples other than 10 bits in words of 32.
    ReadError
        Not a Cineon file, cut short, or damaged.
    """
    refuse_layer(path, layer, "Cineon")
    try:
        with path.open("rb", buffering=0) as file:
            header = file.read(SIZE)
            order = _check_magic(path, header)
            width, height, packing, padding = _read_structure(path, header, order)
            (offset,) = struct.unpack_from(f"{order}I", header, 4)
            size = os.fstat(file.fileno()).st_size
            if not SIZE <= offset <= size:
                raise ReadError(f"{path}: cut short or damaged: pixels at {offset} of {size} bytes")
            exact = packing.words_per_row(width) * 4
            words = read_rows(path, file, (offset, height), [exact + padding, exact], np.uint32)
    except OSError as error:
        raise read_failure(path, error) from error
    window = Window.of_size(width, height)
    return Frame(
        planes=NativePlanes(packing.unpack(words, width), ("R", "G", "B")),
        color=("R", "G", "B"),
        alpha="none",
        data_window=window,
        display_window=window,
        attributes=_read_attributes(header) | {"dpx:bits": 10},
        tags={"dpx:transfer": "printing density", "dpx:colorimetric": "printing density"},
    )


def _check_magic(path: Path, header: bytes) -> str:
    """Return the byte order of the file; raise if it is no Cineon file."""
    order = _MAGIC.get(header[:4])
    if order is None:
        raise ReadError(f"{path}: {'is no Cineon file' if header else 'is empty'}")
    if len(header) < SIZE:
        raise ReadError(f"{path}: cut short: it ends within its header")
    return order


def _read_structure(path: Path, header: bytes, order: str) -> tuple[int, int, SamplePacking, int]:
    """Return width, height, the packing of the samples, and the bytes behind each row."""
    orientation, channels = header[192], header[193]
    designators, bits = [header[196 + 28 * c + 1] for c in range(3)], header[198]
    width, height = struct.unpack_from(f"{order}II", header, 200)
    size_limits.check_size(path, width, height)
    if channels != 3:
        raise LayerError(f"{path}: no R, G, B to grade; it holds {channels} channels")
    if designators not in ([1, 2, 3], [0, 0, 0]):  # some writers leave them out
        raise LayerError(f"{path}: no R, G, B to grade; its channels are {designators}")
    interleave, packing, signed = header[680], header[681] & 0x7F, header[682]
    if interleave != 0:
        raise UnsupportedError(f"{path}: its channels are not pixel by pixel; convert it to DPX")
    if bits != 10 or packing not in (5, 6) or signed:
        raise UnsupportedError(
            f"{path}: {bits} bits in packing {packing}; ten bits in words of 32 are read"
        )
    if orientation != 0:
        raise UnsupportedError(f"{path}: it is rotated or flipped; turn it upright first")
    (padding,) = struct.unpack_from(f"{order}I", header, 684)
    method = METHOD_A if packing == 5 else METHOD_B
    packed = SamplePacking(10, method, order == ">")
    return width, height, packed, 0 if padding > 1 << 20 else padding


def _read_attributes(header: bytes) -> dict[str, Any]:
    """Return the attributes that a DPX has fields for, too."""
    found: dict[str, Any] = {}
    for name, (offset, count) in _TEXTS.items():
        text = decode_text(header[offset : offset + count].partition(b"\0")[0])
        if text.strip() and text.isprintable():
            found[f"dpx:{name}"] = text.strip()
    return found


register(
    Format(
        name="Cineon",
        extensions=(".cin",),
        bits=(),
        compressions=(),
        read=read_cineon,
        write=None,
        holds="log",
        instead="DPX, which holds the same numbers",
    )
)
