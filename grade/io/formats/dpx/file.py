"""DPX of 8, 10, 12 and 16 bits, RGB and RGBA: pixels stay as they lie in the file.

The color of a frame is what was read, word for word; a kernel takes it apart, or the frame does
when somebody asks for planes. Written are the bits, the order of bytes and the filling that the
frame came with, else ten bits, big-endian, method A.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from grade.io.convert import Plane
from grade.io.errors import LayerError, read_failure
from grade.io.formats.dpx import extra_attributes, header_fields
from grade.io.formats.dpx import header as dpx_header
from grade.io.formats.dpx.header import Structure
from grade.io.formats.layers import Channel
from grade.io.formats.layouts import OF_BITS
from grade.io.formats.read_rows import read_lines
from grade.io.formats.registry import Format, Store, register
from grade.io.frame import Frame
from grade.io.native import Laid, LaidPlanes
from grade.io.window import Window
from grade.ir.storage import Layout

_BITS = ("8", "10", "12", "16")
_NEW = {
    "8": Layout(3, "u8"),
    "10": Layout.packed("10a_big"),
    "12": Layout.packed("12a_big"),
    "16": Layout.packed("16_big"),
}


def read_dpx(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a DPX file; `grade.io.read` is the face of this.

    Alpha is straight. Fields of the header are attributes named ``dpx:``; timecode, keycode, frame
    rate and pixel aspect are also those that OpenEXR has.

    Raises
    ------
    MissingError, LayerError
        No such file; no red, green and blue, or a layer was asked for.
    UnsupportedError
        Several elements, run-length encoding, signed samples, other bits.
    ReadError
        Not a DPX, cut short, or damaged.
    """
    if layer is not None and not isinstance(layer, Channel):
        raise LayerError(f"{path}: DPX has no layers, {layer!r} was asked for")
    try:
        with path.open("rb", buffering=0) as file:
            header = file.read(header_fields.SIZE)
            found = dpx_header.structure(path, header, os.fstat(file.fileno()).st_size)
            room = dpx_header.user_size(header, found.offset) + extra_attributes.LARGEST
            beside = file.read(min(found.offset - header_fields.SIZE, room))
            words = _lines(path, file, found)
    except OSError as error:
        raise read_failure(path, error) from error
    laid = _upright(found.arrangement.laid(words, found.width), header)
    names = ("R", "G", "B", "A")[: found.arrangement.channels]
    window = Window.of_size(found.width, found.height)
    return Frame(
        planes=LaidPlanes(laid, names),
        color=names,
        alpha="straight" if len(names) == 4 else "none",
        data_window=window,
        display_window=window,
        **dpx_header.entries(header, beside, found.arrangement, found.offset),
    )


def write_dpx(frame: Frame, path: Path, how: Store) -> None:
    """Write a DPX file of the display window; `Frame.write` is the face of this.

    Floats are held to 0..1 and rounded half up. Same frame, same settings: same bytes.

    Raises
    ------
    FrameError
        A plane or an attribute that DPX cannot hold.
    OSError
        The file could not be written.
    """
    frame = frame.filling_display().with_alpha("straight")
    arrangement = dpx_header.arrangement_of(frame, how.bits)
    words = arrangement.words(frame)
    header = dpx_header.header_of(frame, arrangement, words.nbytes)
    with path.open("wb") as file:
        file.write(header)
        file.write(words.data.cast("B"))


def decoded(frame: Frame, how: Store) -> Mapping[str, Plane] | None:
    """The planes that a reader will get of a frame whose words go into the file as they are."""
    frame = frame.filling_display()
    arrangement = dpx_header.arrangement_of(frame, how.bits)
    laid = frame.laid
    if laid is None or laid.layout.code != arrangement.code:
        return None
    return frame.planes if len(frame.color) == laid.layout.channels else None


def layout(source: Layout, bits: str | None, divides: bool) -> Layout:
    """What a kernel shall make: the words of the file, so that the writer only writes them.

    The bits and words of a plate from DPX, or of the bits that are asked for.
    """
    if divides:  # the writer divides by alpha once more, and rounds once
        return Layout(3, "f32", planar=True)
    kept = source.code if source.code in OF_BITS.values() and source.code[0] == "u" else "u10"
    wanted = bits or kept[1:]
    if kept == OF_BITS[wanted] == source.code and not source.planar:
        return source
    return _NEW[wanted]


def _lines(path: Path, file: BinaryIO, found: Structure) -> Any:
    """The words of every line."""
    word = found.arrangement.word
    exact = found.arrangement.line(found.width) * np.dtype(word).itemsize
    # Lines begin with a new word of 32 bits, say some writers, and some do not.
    lengths = (exact + found.padding, -(-exact // 4) * 4, exact)
    return read_lines(path, file, (found.offset, found.height), lengths, word)


def _upright(laid: Laid, header: bytes) -> Laid:
    """The picture from left to right and from top to bottom."""
    across, down = dpx_header.flips(header)
    if not across and not down:
        return laid
    turned = laid.picture[:: -1 if down else 1, :: -1 if across else 1]
    return Laid(laid.layout, np.ascontiguousarray(turned))


register(
    Format(
        name="DPX",
        extensions=(".dpx",),
        bits=_BITS,
        compressions=(),
        read=read_dpx,
        write=write_dpx,
        layout=layout,
        decoded=decoded,
        holds="log",
    )
)
