"""Hue, chroma and saturation of the hexagon model, for signed and unbounded RGB.

    chroma = max - min        hue = 60 (g - b)/chroma at a red maximum, 120 + 60 (b - r)/chroma at
    a green, 240 + 60 (r - g)/chroma at a blue one
    saturation = chroma / max(max, -min, chroma)

Saturation is that of HSV where no channel is negative, that of the mirrored color where none is
positive, and 1 where signs are mixed. All three are continuous except for the hue of a grey and the
saturation of black.

Source: A. R. Smith, Color gamut transform pairs, SIGGRAPH 1978.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.hue_wheel import largest, smallest, wheel
from grade.ir.expression import channels, dot, equal, floor, fma, maximum, rgb, select


@dataclass(frozen=True)
class HexagonColor:
    """Hue, chroma and saturation of a color.

    Parameters
    ----------
    hue
        Degrees, red at 0, from -60 to 300; 0 for a grey.
    chroma
        The largest channel less the smallest.
    saturation
        0 for a grey, 1 at most.
    above
        The color less its smallest channel: exactly 0 for a grey.
    """

    hue: Any
    chroma: Any
    saturation: Any
    above: Any


def to_hexagon(x: Any) -> HexagonColor:
    """Measure a color. NaN in a channel may give NaN in any part; an infinity gives NaN."""
    red, green, blue = channels(x)
    low, high = smallest(red, green, blue), largest(red, green, blue)
    grey = equal(low, high)
    chroma = high - low
    at_red, at_green = equal(red, high), equal(green, high)
    change = select(at_red, green - blue, select(at_green, blue - red, red - green))
    corner = select(at_red, 0.0, select(at_green, 120.0, 240.0))
    hue = fma(change / select(grey, 1.0, chroma), 60.0, corner)
    saturation = chroma / select(grey, 1.0, maximum(maximum(high, -low), chroma))
    return HexagonColor(hue, chroma, saturation, rgb(red - low, green - low, blue - low))


def scale_saturation(x: Any, color: HexagonColor, gain: Any, weights: Any) -> Any:
    """Scale the distance from grey by ``gain`` and keep luma: ``Y + gain (x - Y)``.

    The formula adds a change to ``x``, so a grey keeps its value, as does any color at a gain of 1.
    """
    return fma(gain - 1.0, color.above - dot(weights, color.above), x)


def rotate_hue(x: Any, color: HexagonColor, degrees: Any, weights: Any) -> Any:
    """Rotate the hue by ``degrees`` and keep chroma and luma; a grey keeps its value."""
    turns = (color.hue + degrees) * (1.0 / 360.0)
    pure = rgb(*wheel((turns - floor(turns)) * 6.0))
    change = color.chroma * pure - color.above
    return select(equal(degrees, 0.0), x, x + (change - dot(weights, change)))
