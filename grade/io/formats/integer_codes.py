"""Color as code values of 8 to 16 bits, interleaved, as the packers of stills take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grade.io import convert
from grade.io.convert import Plane
from grade.io.formats.layouts import OF_BITS, Choice, integers
from grade.io.frame import Alpha, Frame
from grade.io.native import Laid, LaidPlanes
from grade.io.window import Window
from grade.ir.storage import Layout

_IN_WORDS = ("10", "12")


def layout_of(held: Sequence[str], default: str) -> Choice:
    """The choice of a format that holds these bits, `default` for a source of another kind.

    Ten and twelve bits come from the kernel as code values, dithered if asked, and are not
    rounded a second time.
    """
    others = integers(held, default)

    def choice(source: Layout, bits: str | None, divides: bool) -> Layout:
        kept = next((name for name in held if OF_BITS[name] == source.code), default)
        wanted = bits or kept
        if wanted in _IN_WORDS and not divides:
            return Layout(3, OF_BITS[wanted])
        return others(source, wanted, divides)

    return choice


def bits_of(frame: Frame, held: Sequence[str], default: str) -> str:
    """The bits that a frame has by itself, `default` if they are not of `held`."""
    if frame.laid is not None:
        code: str = frame.laid.layout.code
    else:
        names = {frame.planes[name].dtype.name for name in frame.color}
        code = {"uint8": "u8", "uint16": "u16"}.get(names.pop(), "f32") if len(names) == 1 else ""
    return next((name for name in held if OF_BITS[name] == code), default)


def interleaved(frame: Frame, bits: str) -> Plane:
    """Return (height, width, 3 or 4) codes, uint8 for 8 bits and uint16 for more.

    Floats are held to 0..1 and rounded half up, NaN is 0; integers are scaled by their whole
    range, and come back exactly if they were so wide before.
    """
    laid = frame.laid
    if laid is not None and laid.layout.packing is None and laid.layout.storage == OF_BITS[bits]:
        colors = laid.picture
        if laid.layout.channels == len(frame.color):
            return np.ascontiguousarray(colors)
        alpha = _codes(frame.planes[frame.color[3]], bits)
        return np.concatenate([colors, alpha[..., None]], axis=-1)
    return np.stack([_codes(frame.planes[name], bits) for name in frame.color], axis=-1)


def _codes(plane: Plane, bits: str) -> Plane:
    if bits == "8":
        return convert.to_integer(plane, np.uint8)
    if bits == "16":
        return convert.to_integer(plane, np.uint16)
    top = np.float32((1 << int(bits)) - 1)
    held = np.clip(convert.to_float(plane), np.float32(0), np.float32(1))
    with np.errstate(invalid="ignore"):
        scaled = np.floor(held * top + np.float32(0.5))
    return np.where(np.isnan(scaled), np.float32(0), scaled).astype(np.uint16)


def frame_of(pixels: Plane, bits: int, alpha: Alpha, **entries: Any) -> Frame:
    """Make a frame of interleaved codes; ten and twelve bits stay codes until somebody asks.

    Parameters
    ----------
    pixels
        (height, width, 3 or 4), uint8 or uint16, values below ``2**bits``.
    bits
        8 to 16; 9, 11 and 13 to 15 are scaled to 16.
    alpha, entries
        As for `Frame.from_pixels`.
    """
    if str(bits) not in _IN_WORDS:
        if 8 < bits < 16:
            scale = np.float32(65535) / np.float32((1 << bits) - 1)
            pixels = np.floor(pixels.astype(np.float32) * scale + np.float32(0.5))
            pixels = pixels.astype(np.uint16)
        return Frame.from_pixels(pixels, alpha=alpha, **entries)
    height, width, channels = pixels.shape
    names = ("R", "G", "B", "A")[:channels]
    laid = Laid(Layout(channels, OF_BITS[str(bits)]), np.ascontiguousarray(pixels))
    window = Window.of_size(width, height)
    return Frame(
        planes=LaidPlanes(laid, names),
        color=names,
        alpha=alpha,
        data_window=entries.pop("data_window", window),
        display_window=entries.pop("display_window", window),
        **entries,
    )
