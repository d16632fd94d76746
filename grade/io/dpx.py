"""DPX of 8, 10, 12 and 16 bits, RGB and RGBA: pixels stay as they lie in the file.

The color of a frame is what was read, word for word; a kernel takes it apart, or the frame does
when somebody asks for planes. Written are the bits, the order of bytes and the filling that the
frame came with, else ten bits, big-endian, method A.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from grade.io import dpx_beside, dpx_fields, dpx_header
from grade.io.dpx_header import Structure
from grade.io.errors import LayerError, ReadError, read_failure
from grade.io.formats import Format, Store, register
from grade.io.frame import Frame
from grade.io.laid import Laid, LaidPlanes
from grade.io.layers import Channel
from grade.io.layouts import OF_BITS
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
            header = file.read(dpx_fields.SIZE)
            found = dpx_header.structure(path, header, os.fstat(file.fileno()).st_size)
            room = dpx_header.user_size(header, found.offset) + dpx_beside.LARGEST
            beside = file.read(min(found.offset - dpx_fields.SIZE, room))
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
    """The words of every line, in memory of our own; as much as the file has, and no more."""
    arrangement, size = found.arrangement, os.fstat(file.fileno()).st_size
    dtype = np.dtype(arrangement.word)
    exact = arrangement.line(found.width) * dtype.itemsize
    there = size - found.offset
    # Some writers pad lines to 32 bits and some do not: the longer way if the file is so long.
    choices = {exact + found.padding, -(-exact // 4) * 4, exact}
    fitting = [line for line in sorted(choices, reverse=True) if line * found.height <= there]
    fitting = [line for line in fitting if line % dtype.itemsize == 0]
    if not fitting:
        raise ReadError(
            f"{path}: cut short: {there} bytes of pixels, {exact * found.height} are needed"
        )
    words = np.empty((found.height, fitting[0] // dtype.itemsize), dtype)
    file.seek(found.offset)
    left = words.data.cast("B")
    while left:
        count = file.readinto(left)  # type: ignore[attr-defined]
        if not count:
            raise ReadError(f"{path}: cut short while it was read")
        left = left[count:]
    return words


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
        holds="log",
    )
)
