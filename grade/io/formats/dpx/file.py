"""DPX of 8, 10, 12 and 16 bits, RGB and RGBA: pixels stay packed as they are in the file.

A frame holds the words that were read. A kernel unpacks them, or the frame does when planes are
asked for. A file is written with the bits, byte order and packing that the frame was read with,
else with 10 bits, big-endian, method A.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from grade.io.errors import read_failure
from grade.io.formats.dpx import extra_attributes, header_fields
from grade.io.formats.dpx import header as dpx_header
from grade.io.formats.dpx.header import Structure
from grade.io.formats.layers import refuse_layer
from grade.io.formats.pixel_layouts import STORAGE_OF_BITS
from grade.io.formats.registry import HEADER_ENTRIES, Format, WriteOptions, register
from grade.io.formats.uncompressed_rows import read_rows
from grade.io.frame import Frame
from grade.io.native_pixels import NativePixels, NativePlanes
from grade.io.plane import Plane
from grade.io.window import Window
from grade.ir.storage import Layout

_BITS = ("8", "10", "12", "16")
_USUAL_LAYOUTS = {
    "8": Layout(3, "u8"),
    "10": Layout.packed("10a_big"),
    "12": Layout.packed("12a_big"),
    "16": Layout.packed("16_big"),
}


def read_dpx(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a DPX file, for `grade.io.read`.

    Alpha is straight. Header fields become attributes named ``dpx:``. Timecode, keycode, frame rate
    and pixel aspect are given as OpenEXR has them, too.

    Raises
    ------
    MissingError, LayerError
        No such file; there is no red, green and blue, or a layer was asked for.
    UnsupportedError
        Several elements, run-length encoding, signed samples, other bits.
    ReadError
        Not a DPX, cut short, or damaged.
    """
    refuse_layer(path, layer, "DPX")
    try:
        with path.open("rb", buffering=0) as file:
            header, found, gap = _read_header(path, file)
            words = _read_words(path, file, found)
    except OSError as error:
        raise read_failure(path, error) from error
    pixels = _turn_upright(found.packing.unpack(words, found.width), header)
    names = ("R", "G", "B", "A")[: found.packing.channels]
    window = Window.of_size(found.width, found.height)
    return Frame(
        planes=NativePlanes(pixels, names),
        color=names,
        alpha="straight" if len(names) == 4 else "none",
        data_window=window,
        display_window=window,
        **dpx_header.entries(header, gap, found.packing, found.offset),
    )


def read_dpx_header(path: Path) -> dict[str, Any]:
    """Read the header of a frame, for `Format.read_header`."""
    try:
        with path.open("rb", buffering=0) as file:
            header, found, gap = _read_header(path, file)
    except OSError as error:
        raise read_failure(path, error) from error
    entries = dpx_header.entries(header, gap, found.packing, found.offset)
    entries["display_window"] = Window.of_size(found.width, found.height)
    return {name: entries[name] for name in HEADER_ENTRIES if name in entries}


def _read_header(path: Path, file: BinaryIO) -> tuple[bytes, Structure, bytes]:
    """Read the header, what it says of the pixels, and the bytes before them."""
    header = file.read(header_fields.SIZE)
    found = dpx_header.read_structure(path, header, os.fstat(file.fileno()).st_size)
    room = dpx_header.user_data_size(header, found.offset) + extra_attributes.LARGEST
    return header, found, file.read(min(found.offset - header_fields.SIZE, room))


def write_dpx(frame: Frame, path: Path, options: WriteOptions) -> None:
    """Write a DPX file of the display window, for `Frame.write`.

    Floats are clipped to 0..1 and rounded half up. The same frame and options give the same bytes.

    Raises
    ------
    FrameError
        DPX cannot hold a plane or an attribute.
    OSError
        The file could not be written.
    """
    frame = frame.filling_display().with_alpha("straight")
    packing = dpx_header.packing_of(frame, options.bits)
    words = packing.pack(frame)
    header = dpx_header.make_header(frame, packing, words.nbytes)
    with path.open("wb") as file:
        file.write(header)
        file.write(words.data.cast("B"))


def predict_planes(frame: Frame, options: WriteOptions) -> Mapping[str, Plane] | None:
    """Return the planes that a reader gets, if the words of the frame are written unchanged."""
    frame = frame.filling_display()
    packing = dpx_header.packing_of(frame, options.bits)
    native = frame.native
    if native is None or native.layout.code != packing.code:
        return None
    return frame.planes if len(frame.color) == native.layout.channels else None


def choose_layout(source: Layout, bits: str | None, divides: bool) -> Layout:
    """Return the packed words of the file, which need no work from the writer.

    They are those of a plate from DPX, unless other bits are asked for.
    """
    if divides:  # the writer divides by alpha once more, and rounds once
        return Layout(3, "f32", planar=True)
    is_integer = source.code in ("u8", "u10", "u12", "u16")
    kept = source.code if is_integer else "u10"
    wanted = bits or kept[1:]
    if kept == STORAGE_OF_BITS[wanted] == source.code and not source.planar:
        return source
    return _USUAL_LAYOUTS[wanted]


def _read_words(path: Path, file: BinaryIO, found: Structure) -> Any:
    """Read the words of every row."""
    word = found.packing.word
    exact = found.packing.words_per_row(found.width) * np.dtype(word).itemsize
    # Some writers begin each row with a new word of 32 bits, and some do not.
    lengths = (exact + found.padding, -(-exact // 4) * 4, exact)
    return read_rows(path, file, (found.offset, found.height), lengths, word)


def _turn_upright(pixels: NativePixels, header: bytes) -> NativePixels:
    """Return the picture from left to right and from top to bottom."""
    across, down = dpx_header.find_flips(header)
    if not across and not down:
        return pixels
    turned = pixels.picture[:: -1 if down else 1, :: -1 if across else 1]
    return NativePixels(pixels.layout, np.ascontiguousarray(turned))


register(
    Format(
        name="DPX",
        extensions=(".dpx",),
        bits=_BITS,
        compressions=(),
        read=read_dpx,
        read_header=read_dpx_header,
        write=write_dpx,
        choose_layout=choose_layout,
        predict_planes=predict_planes,
        holds="log",
    )
)
