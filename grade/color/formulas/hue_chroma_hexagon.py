"""Hue, chroma and saturation of the hexagon model, for signed and unbounded RGB.

    chroma = max - min        hue = 60 (g - b)/chroma at a red maximum, 120 + 60 (b - r)/chroma at
    a green, 240 + 60 (r - g)/chroma at a blue one
    saturation = chroma / max(max, -min, chroma)

Saturation is that of HSV where no channel is negative, 1 where signs are mixed, and that of the
mirrored colour where none is positive. All three are continuous but for the hue of a grey and the
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
    """A colour, measured.

    Parameters
    ----------
    hue
        Degrees, red at 0, from -60 to 300; 0 for a grey.
    chroma
        Largest less smallest channel.
    saturation
        0 for a grey, 1 at most.
    above
        The colour less its smallest channel: exactly 0 for a grey.
    """

    hue: Any
    chroma: Any
    saturation: Any
    above: Any


def to_hexagon(x: Any) -> HexagonColor:
    """Measure a colour. NaN in a channel may be NaN in any part; an infinity makes NaN."""
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
    """The distance from grey times ``gain``, luma kept: ``Y + gain (x - Y)``.

    Written as what is added to ``x``, so a grey, and any colour at a gain of 1, keeps its value.
    """
    return fma(gain - 1.0, color.above - dot(weights, color.above), x)


def rotate_hue(x: Any, color: HexagonColor, degrees: Any, weights: Any) -> Any:
    """The hue turned by ``degrees``, chroma and luma kept: a grey keeps its value."""
    turns = (color.hue + degrees) * (1.0 / 360.0)
    pure = rgb(*wheel((turns - floor(turns)) * 6.0))
    change = color.chroma * pure - color.above
    return select(equal(degrees, 0.0), x, x + (change - dot(weights, change)))
