"""Pictures for an sRGB screen: the view, the size, and the PNG for a notebook or a browser.

The bytes of PNG are written here with zlib alone. Files of pictures are written by `grade.io`.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.errors import RequestError
from grade.graph.model.connect import load_op
from grade.graph.model.graph import Graph
from grade.graph.model.picture import Picture, place
from grade.graph.tracing.spaces import space_of

WIDEST = 1024
SCREEN = "sRGB - Display"
VIEW = "ACES 2.0 - SDR 100 nits (Rec.709)"

Codes = NDArray[np.uint8]


def view_on_screen(graph: Graph, picture: Picture) -> Picture:
    """Convert a picture of a look for an sRGB screen.

    A scene-referred picture is shown through ACES 2.0, or through the default view of a config that
    has no ACES 2.0. A picture for another display is converted so that the screen emits the same
    light. Data, and numbers of no known space, stay as they are.
    """
    name = space_of(graph, picture)
    if name is None:
        return picture
    config = graph.configuration
    space = config.space(name)
    if space.is_data or name == SCREEN:
        return picture
    if space.is_display:
        return _place("convert", picture, dst=SCREEN) if _has_space(config) else picture
    display, view = SCREEN, VIEW
    if view not in list(config.raw.getViews(display)):
        display = config.raw.getDefaultDisplay()
        view = config.raw.getDefaultView(display)
    return _place("display", picture, display=display, view=view)


def _place(kind: str, picture: Picture, **values: str) -> Picture:
    return place(load_op(kind)(**values), picture)  # type: ignore[no-any-return]


def _has_space(config: Any) -> bool:
    try:
        config.space(SCREEN)
    except RequestError:
        return False
    return True


def to_codes(planes: Any, pixel_aspect: float = 1.0) -> Codes:
    """8-bit code values of a picture, at most 1024 wide, with square pixels.

    Each pixel is the mean of a box of whole pixels. Boxes at the right and lower edge repeat the
    last column and row.

    Parameters
    ----------
    planes
        Red, green and blue, 0..1, or integers that are 0..1 over their range. Values outside are
        clamped, NaN is 0.
    pixel_aspect
        Width of a pixel over its height. Boxes are higher or wider by it, in whole pixels.
    """
    clamped = [_clamp(plane) for plane in planes]
    across = -(-clamped[0].shape[1] // WIDEST)
    down = max(1, int(across * pixel_aspect + 0.5))
    if pixel_aspect < 1:
        across = max(across, int(down / pixel_aspect + 0.5))
    small = [_average_boxes(plane, across, down) for plane in clamped]
    return np.stack([np.floor(p * 255 + 0.5).astype(np.uint8) for p in small], axis=-1)


def _clamp(plane: Any) -> Any:
    values = np.asarray(plane)
    if values.dtype.kind == "u":
        values = values / np.float32(np.iinfo(values.dtype).max)
    values = values.astype(np.float32)
    return np.where(values > 0, np.minimum(values, np.float32(1)), np.float32(0))


def _average_boxes(plane: Any, across: int, down: int) -> Any:
    """The mean of every box of so many columns and rows, added up in this order on every host."""
    if across == down == 1:
        return plane
    height, width = plane.shape
    plane = np.pad(plane, ((0, -height % down), (0, -width % across)), mode="edge")
    total = np.zeros((plane.shape[0] // down, plane.shape[1] // across), np.float32)
    for row in range(down):
        for column in range(across):
            total = total + plane[row::down, column::across]
    return total / np.float32(across * down)


def encode_png(pixels: Codes) -> bytes:
    """The bytes of a PNG file tagged sRGB, from code values (height, width, 3)."""
    height, width, _ = pixels.shape
    rows = pixels.reshape(height, width * 3).copy()
    rows[1:] -= rows[:-1].copy()  # filter 2: a row minus the row above, modulo 256
    lines = np.concatenate([np.full((height, 1), 2, np.uint8), rows], axis=1)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"sRGB", b"\0"),
            (b"tEXt", b"colorInteropID\0srgb_rec709_display"),
            (b"IDAT", zlib.compress(lines.tobytes(), 6)),
            (b"IEND", b""),
        )
    )
