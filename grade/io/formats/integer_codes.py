"""Interleaved code values of 8 to 16 bits, as the packers of still formats take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grade.io import convert
from grade.io.formats.pixel_layouts import CODE_BITS, STORAGE_OF_BITS
from grade.io.frame import Alpha, Frame
from grade.io.native_pixels import NativePixels, NativePlanes
from grade.io.plane import Plane
from grade.io.window import Window
from grade.ir.storage import STORAGE_OF_DTYPE, Layout


def bits_of(frame: Frame, supported: Sequence[str], default: str) -> str:
    """Return the bits that a frame has, or `default` if they are not among `supported`."""
    if frame.native is not None:
        code: str | None = frame.native.layout.code
    else:
        names = {frame.planes[name].dtype.name for name in frame.color}
        code = STORAGE_OF_DTYPE.get(names.pop()) if len(names) == 1 else None
    return next((name for name in supported if STORAGE_OF_BITS[name] == code), default)


def interleave(frame: Frame, bits: str) -> Plane:
    """Return (height, width, 3 or 4) code values: uint8 for 8 bits and uint16 for more.

    Floats are clipped to 0..1 and rounded half up, NaN is 0. Integers are scaled by their whole
    range; those that were made from as many bits come back exactly.
    """
    native, storage = frame.native, STORAGE_OF_BITS[bits]
    if native is None or native.layout.packing is not None or native.layout.storage != storage:
        planes = [convert.to_codes(frame.planes[name], storage) for name in frame.color]
        return np.stack(planes, axis=-1)
    if native.layout.channels == len(frame.color):
        return np.ascontiguousarray(native.picture)
    alpha = convert.to_codes(frame.planes[frame.color[3]], storage)
    return np.concatenate([native.picture, alpha[..., None]], axis=-1)


def make_frame(pixels: Plane, bits: int, alpha: Alpha, **entries: Any) -> Frame:
    """Make a frame of interleaved code values; those of 10 and 12 bits become native pixels.

    Parameters
    ----------
    pixels
        (height, width, 3 or 4), uint8 or uint16, values below ``2**bits``.
    bits
        8 to 16; 9, 11 and 13 to 15 bits are scaled to 16.
    alpha, **entries
        As for `Frame.from_pixels`.
    """
    if str(bits) not in CODE_BITS:
        if 8 < bits < 16:
            scale = np.float32(65535) / np.float32((1 << bits) - 1)
            pixels = np.floor(pixels.astype(np.float32) * scale + np.float32(0.5))
            pixels = pixels.astype(np.uint16)
        return Frame.from_pixels(pixels, alpha=alpha, **entries)
    height, width, channels = pixels.shape
    names = ("R", "G", "B", "A")[:channels]
    layout = Layout(channels, STORAGE_OF_BITS[str(bits)])
    window = Window.of_size(width, height)
    return Frame(
        planes=NativePlanes(NativePixels(layout, np.ascontiguousarray(pixels)), names),
        color=names,
        alpha=alpha,
        data_window=entries.pop("data_window", window),
        display_window=entries.pop("display_window", window),
        **entries,
    )
