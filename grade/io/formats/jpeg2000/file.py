"""JPEG 2000 of 8, 12 and 16 bits, lossless, through imagecodecs: OpenJPEG and OpenJPH.

``.jp2`` and ``.j2k`` have the classic coding, which every reader knows and which takes seconds for
a frame of 4096x2160. ``.j2c`` is high throughput (HTJ2K): ten times as fast, of 8 or 16 bits.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from grade.io.errors import LayerError, ReadError, UnsupportedError, WriteError, read_failure
from grade.io.formats import integer_codes, size_limits, text_attributes
from grade.io.formats.jpeg2000 import codestream
from grade.io.formats.jpeg2000.codestream import CodestreamError
from grade.io.formats.layers import Channel, refuse_layer
from grade.io.formats.pixel_layouts import code_value_rule
from grade.io.formats.registry import Format, WriteOptions, register
from grade.io.frame import Frame

_BITS = ("8", "12", "16")
_HIGH_BITS = ("8", "16")
_SYCC, _CMYK = 18, 12
# Samples of one byte in a large picture that is not flat; beyond this the header is wrong.
_MOST_SAMPLES = 1 << 14
_MOST_TILES = 65535


def read_jpeg2000(path: Path, layer: str | None = None, threads: int = 0) -> Frame:
    """Read a JPEG 2000 file or codestream, for `grade.io.read`.

    Kernels take 12 bits as they are. A fourth component is straight alpha.

    Raises
    ------
    MissingError, LayerError
        No such file; the picture is grey, or a layer was asked for.
    UnsupportedError
        Signed or subsampled components, components of different bits, YCC, CMYK.
    ReadError
        Not a JPEG 2000 file, cut short, or damaged.
    """
    refuse_layer(path, layer, "JPEG 2000")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise read_failure(path, error) from error
    try:
        head = codestream.read_main_header(data)
    except CodestreamError as error:
        reason = "is empty" if not data else f"is no JPEG 2000 file, or damaged: {error}"
        raise ReadError(f"{path}: {reason}") from error
    _check(path, head, len(data), isinstance(layer, Channel))
    shape = (head.height, head.width, len(head.bits))
    pixels = _decode(path, data, head, threads).reshape(shape)
    if shape[2] < 3:
        pixels = np.repeat(pixels[..., :1], 3, axis=-1)
    attributes, tags, timecode = text_attributes.entries_of(head.comment)
    return integer_codes.make_frame(
        pixels,
        abs(head.bits[0]),
        "straight" if shape[2] == 4 else "none",
        attributes=attributes,
        tags=tags,
        timecode=timecode,
    )


def _check(path: Path, head: codestream.MainHeader, size: int, one_channel: bool) -> None:
    """Refuse a file by its header, before any pixel is decoded."""
    size_limits.check_size(path, head.width, head.height)
    if not 1 <= head.tiles <= _MOST_TILES:
        raise ReadError(f"{path}: damaged: it claims {head.tiles} tiles that do not fit")
    count = len(head.bits)
    if count not in (1, 2, 3, 4) or any(not 1 <= abs(bits) <= 38 for bits in head.bits):
        raise ReadError(f"{path}: damaged: it claims {count} components of {head.bits} bits")
    samples = head.width * head.height * count
    size_limits.check_bytes(path, samples, size, _MOST_SAMPLES, size_limits.FLAT)
    if set(head.steps) != {(1, 1)}:
        raise UnsupportedError(f"{path}: its components are subsampled; convert it to full ones")
    if len(set(head.bits)) != 1 or not 8 <= head.bits[0] <= 16:
        raise UnsupportedError(
            f"{path}: its components are of {', '.join(map(str, head.bits))} bits "
            "(below 0: signed); 8 to 16 bits, all alike, are read"
        )
    if head.color in (_SYCC, _CMYK):
        raise UnsupportedError(f"{path}: is {'YCC' if head.color == _SYCC else 'CMYK'}, not RGB")
    if count < 3 and not one_channel:
        raise LayerError(f"{path}: no R, G, B to grade; its channels are Y")


def _decode(path: Path, data: bytes, head: codestream.MainHeader, threads: int) -> Any:
    import imagecodecs

    try:
        # OpenJPEG decodes high throughput too. OpenJPH is twice as fast, but its binding returns a
        # damaged picture without an error.
        pixels = imagecodecs.jpeg2k_decode(data, numthreads=max(1, threads))
    except Exception as error:  # the codec has an error type of its own
        raise ReadError(f"{path}: cut short or damaged: {error}") from error
    samples = head.width * head.height * len(head.bits)
    wanted = np.uint8 if head.bits[0] == 8 else np.uint16
    if pixels.size != samples or pixels.dtype != wanted:
        raise ReadError(f"{path}: damaged: decoded to {pixels.shape} samples of {pixels.dtype}")
    if pixels.ndim == 3 and pixels.shape[0] == len(head.bits) != pixels.shape[2]:
        return np.moveaxis(pixels, 0, -1)
    return pixels


def write_jpeg2000(frame: Frame, path: Path, options: WriteOptions, coding: str) -> None:
    """Write a JPEG 2000 file of the display window, for `Frame.write`.

    Floats are clipped to 0..1 and rounded half up; alpha is stored straight.

    Parameters
    ----------
    frame, path, options
        As `Format.write` takes them.
    coding
        ``jp2``, ``j2k`` or ``htj2k``.

    Raises
    ------
    WriteError, OSError
        The file could not be written.
    """
    import imagecodecs

    if frame.data_window != frame.display_window:
        frame = frame.filling_display()
    frame = frame.with_alpha("straight")
    supported = _HIGH_BITS if coding == "htj2k" else _BITS
    bits = options.bits or integer_codes.bits_of(frame, supported, "16")
    pixels = integer_codes.interleave(frame, bits)
    try:
        if coding == "htj2k":
            data = imagecodecs.htj2k_encode(pixels, rgb=True, reversible=True)
        else:
            data = imagecodecs.jpeg2k_encode(
                pixels,
                0,
                codecformat=coding,
                bitspersample=int(bits),
                reversible=True,
                numthreads=max(1, options.threads),
            )
    except Exception as error:
        raise WriteError(f"JPEG 2000 refuses this frame: {error}") from error
    text = text_attributes.text_of(frame)
    path.write_bytes(codestream.add_comment(bytes(data), text) if text else data)


for _name, _extensions, _coding, _supported in (
    ("JPEG 2000", (".jp2",), "jp2", _BITS),
    ("JPEG 2000 codestream", (".j2k",), "j2k", _BITS),
    ("HTJ2K", (".j2c",), "htj2k", _HIGH_BITS),
):
    register(
        Format(
            name=_name,
            extensions=_extensions,
            bits=_supported,
            compressions=(),
            read=read_jpeg2000,
            write=partial(write_jpeg2000, coding=_coding),
            choose_layout=code_value_rule(_supported, default="16"),
            holds="log",
        )
    )
