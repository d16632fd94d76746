"""Pictures for an sRGB screen: which view they are seen through, how small, and as PNG.

A notebook and a browser take bytes of PNG. They are made here with zlib alone; files of pictures
are the business of `grade.io`.
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
    """A picture of a look as it is on an sRGB screen.

    A scene-referred one is seen through ACES 2.0, or where the config has not got that through its
    default view; one for another display is brought to the screen with the same light. Data, and
    numbers of no known space, stay as they are.
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
    """8-bit code values of a picture, at most 1024 wide, its pixels square.

    Parameters
    ----------
    planes
        Red, green and blue, 0..1, or integers that count 0..1 over their range. What is outside is
        held, NaN is 0. Every pixel is the mean of a box of whole pixels; boxes at the right and
        lower edge go on with the last column and row.
    pixel_aspect
        Width of a pixel over its height. Boxes are higher or wider by it, in whole pixels.
    """
    held = [_clamp(plane) for plane in planes]
    across = -(-held[0].shape[1] // WIDEST)
    down = max(1, int(across * pixel_aspect + 0.5))
    if pixel_aspect < 1:
        across = max(across, int(down / pixel_aspect + 0.5))
    small = [_average_boxes(plane, across, down) for plane in held]
    return np.stack([np.floor(p * 255 + 0.5).astype(np.uint8) for p in small], axis=-1)


def _clamp(plane: Any) -> Any:
    values = np.asarray(plane)
    if values.dtype.kind == "u":
        values = values / np.float32(np.iinfo(values.dtype).max)
    values = values.astype(np.float32)
    return np.where(values > 0, np.minimum(values, np.float32(1)), np.float32(0))


def _average_boxes(plane: Any, across: int, down: int) -> Any:
    """The mean of every box of so many columns and rows, added up in written order."""
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
    """A picture of (height, width, 3) code values as a PNG file that says it is sRGB."""
    height, width, _ = pixels.shape
    rows = pixels.reshape(height, width * 3).copy()
    rows[1:] -= rows[:-1].copy()  # filter 2: what a row has more than the one above, modulo 256
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
