"""A small font of pen strokes for labels on pictures, with the same pixels on every machine.

No font file is needed. A glyph is what a pen draws, as in SVG paths: ``M`` moves, ``L`` draws a
straight line, ``Q`` a quadratic curve. Units: the x-height is 4, ascenders reach 6.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BOWL = "M0 2Q0 4 1.5 4Q3 4 3 2Q3 0 1.5 0Q0 0 0 2"
_ARCH = "M0 4L0 0M0 2.4Q0 4 1.4 4Q2.8 4 2.8 2.6L2.8 0"
# Width of the glyph, then its strokes.
_GLYPHS: dict[str, tuple[float, str]] = {
    " ": (1.6, ""),
    "_": (2.6, "M0 -0.8L2.6 -0.8"),
    "-": (1.8, "M0 2L1.8 2"),
    ".": (0.2, "M0.1 0L0.1 0.1"),
    "a": (3.0, _BOWL + "M3 4L3 0"),
    "b": (3.0, _BOWL + "M0 6L0 0"),
    "c": (2.7, "M2.7 3.2Q2.4 4 1.5 4Q0 4 0 2Q0 0 1.5 0Q2.4 0 2.7 0.8"),
    "d": (3.0, _BOWL + "M3 6L3 0"),
    "e": (3.0, "M0 2L3 2Q3 4 1.5 4Q0 4 0 2Q0 0 1.5 0Q2.4 0 2.8 0.7"),
    "f": (2.0, "M2.1 6Q0.8 6.1 0.8 4.6L0.8 0M0 4L1.9 4"),
    "g": (3.0, _BOWL + "M3 4L3 -0.6Q3 -2 1.5 -2Q0.6 -2 0.2 -1.4"),
    "h": (2.8, "M0 6" + _ARCH.removeprefix("M0 4")),
    "i": (0.2, "M0.1 4L0.1 0M0.1 5.6L0.1 5.7"),
    "j": (0.9, "M0.8 4L0.8 -0.8Q0.8 -2 -0.3 -2M0.8 5.6L0.8 5.7"),
    "k": (2.7, "M0 6L0 0M2.5 4L0 1.5M0.9 2.4L2.7 0"),
    "l": (0.2, "M0.1 6L0.1 0"),
    "m": (4.6, "M0 4L0 0M0 2.6Q0 4 1.2 4Q2.3 4 2.3 2.7L2.3 0"
               "M2.3 2.6Q2.3 4 3.5 4Q4.6 4 4.6 2.7L4.6 0"),
    "n": (2.8, _ARCH),
    "o": (3.0, _BOWL),
    "p": (3.0, _BOWL + "M0 4L0 -2"),
    "q": (3.0, _BOWL + "M3 4L3 -2"),
    "r": (1.8, "M0 4L0 0M0 2.2Q0.1 4 1.8 4"),
    "s": (2.5, "M2.4 3.3Q2.1 4 1.2 4Q0.1 4 0.1 3Q0.1 2.2 1.3 2"
               "Q2.5 1.8 2.5 1Q2.5 0 1.2 0Q0.3 0 0 0.8"),
    "t": (2.0, "M0.8 5.4L0.8 1.3Q0.8 -0.1 2.1 0M0 4L1.9 4"),
    "u": (2.8, "M0 4L0 1.5Q0 0 1.4 0Q2.8 0 2.8 1.6M2.8 4L2.8 0"),
    "v": (2.8, "M0 4L1.4 0L2.8 4"),
    "w": (4.4, "M0 4L1.1 0L2.2 4L3.3 0L4.4 4"),
    "x": (2.6, "M0 4L2.6 0M2.6 4L0 0"),
    "y": (2.8, "M0 4L1.4 0M2.8 4L1.4 0L0.8 -1.5Q0.6 -2 0 -2"),
    "z": (2.5, "M0 4L2.5 4L0 0L2.5 0"),
    "0": (3.2, "M0 3Q0 6 1.6 6Q3.2 6 3.2 3Q3.2 0 1.6 0Q0 0 0 3"),
    "1": (1.4, "M0 4.9L1.3 6L1.3 0"),
    "2": (3.0, "M0.1 4.8Q0.4 6 1.5 6Q2.9 6 2.9 4.5Q2.9 3.4 0 0L3 0"),
    "3": (3.0, "M0.2 5.2Q0.6 6 1.5 6Q2.8 6 2.8 4.6Q2.8 3.2 1.3 3.2"
               "Q3 3.2 3 1.6Q3 0 1.5 0Q0.4 0 0 1"),
    "4": (3.2, "M2.4 0L2.4 6L0 1.7L3.2 1.7"),
    "5": (3.0, "M2.7 6L0.5 6L0.3 3.3Q0.9 3.8 1.6 3.8Q3 3.8 3 1.9Q3 0 1.4 0Q0.4 0 0 0.9"),
    "6": (3.0, "M2.6 5.4Q2.2 6 1.6 6Q0 6 0 2Q0 0 1.5 0Q3 0 3 1.8Q3 3.6 1.6 3.6Q0.2 3.6 0 2"),
    "7": (2.9, "M0 6L2.9 6L1 0"),
    "8": (3.0, "M1.5 3.2Q0.2 3.2 0.2 4.6Q0.2 6 1.5 6Q2.8 6 2.8 4.6Q2.8 3.2 1.5 3.2"
               "Q0 3.2 0 1.6Q0 0 1.5 0Q3 0 3 1.6Q3 3.2 1.5 3.2"),
    "9": (3.0, "M0.4 0.6Q0.8 0 1.4 0Q3 0 3 4Q3 6 1.5 6Q0 6 0 4.2Q0 2.4 1.4 2.4Q2.8 2.4 3 4"),
}  # fmt: skip
_UNKNOWN = (2.6, "M0 0L0 6L2.6 6L2.6 0L0 0")
_GAP = 1.15
_PEN = 0.36  # half the width of a stroke
_BEND = 6  # straight pieces per curve
_COMMAND = re.compile(r"([MLQ])([-0-9. ]+)")


def draw_text(text: str, unit: float) -> NDArray[Any]:
    """Draw a line of text as coverage 0..1, ``(height, width)``, from descender to ascender.

    Parameters
    ----------
    text
        Letters, digits, ``_ - .`` and spaces. Capitals are drawn as small letters, any other
        character as a box.
    unit
        Pixels per quarter of the x-height.
    """
    lines, width = [], _PEN
    for sign in text.lower():
        advance, strokes = _GLYPHS.get(sign, _UNKNOWN)
        lines += [(x0 + width, y0, x1 + width, y1) for x0, y0, x1, y1 in _pieces(strokes)]
        width += advance + _GAP
    rows, columns = int(9.8 * unit) + 1, int(width * unit) + 2
    y, x = np.mgrid[0:rows, 0:columns]
    x, y = (x + 0.5) / unit, 6.9 - (y + 0.5) / unit
    nearest = np.full((rows, columns), np.inf)
    for x0, y0, x1, y1 in lines:
        dx, dy = x1 - x0, y1 - y0
        along = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
        nearest = np.minimum(nearest, (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2)
    cover: NDArray[Any] = np.clip((_PEN - np.sqrt(nearest)) * unit + 0.5, 0, 1)
    return cover


def _pieces(strokes: str) -> list[tuple[float, float, float, float]]:
    """The straight pieces of a glyph."""
    pieces = []
    pen = (0.0, 0.0)
    for command, numbers in _COMMAND.findall(strokes):
        given = [float(number) for number in numbers.split()]
        if command == "Q":
            (a, b), (cx, cy, c, d) = pen, given
            way = [
                ((1 - t) ** 2 * a + 2 * t * (1 - t) * cx + t * t * c,
                 (1 - t) ** 2 * b + 2 * t * (1 - t) * cy + t * t * d)
                for t in (step / _BEND for step in range(1, _BEND + 1))
            ]  # fmt: skip
        else:
            way = [(given[0], given[1])]
        if command != "M":
            pieces += [(*start, *end) for start, end in zip([pen, *way], way, strict=False)]
        pen = way[-1]
    return pieces
