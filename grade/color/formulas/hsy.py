"""HSY: hue, saturation and the luma of Rec.709, in three styles for three encodings.

Hue is 0 at magenta. Saturation is a multiple of the distance d = |r - Y| + |g - Y| + |b - Y|. In
style linear it is relative to the amount of light, but absolute near black.

Source: OpenColorIO ``FixedFunctionTransform`` RGB_TO_HSY_LIN, _LOG and _VID, and the hue curves;
ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

from typing import Any, Literal

from grade.color.formulas.hue_wheel import largest, smallest, wheel
from grade.color.formulas.subnormal_divisors import enlarge
from grade.ir.expression import (
    absolute,
    channels,
    clamp,
    dot,
    equal,
    floor,
    fma,
    maximum,
    rgb,
    select,
    sqrt,
)
from grade.science.luma import REC709

Style = Literal["linear", "log", "video"]
GAIN = {"log": 4.0, "video": 1.25}
LINEAR_GAIN = 1.4
DARK_GAIN = 5.0
BASE = 0.15  # added to the amount of light that saturation is relative to
DARK, BRIGHT = 0.001, 0.01  # luma: saturation is absolute below the first, relative above
LARGEST_GAIN = 50.0


def to_hsy(x: Any, style: Style) -> Any:
    """Convert RGB to hue, saturation and luma. A grey has hue 0."""
    red, green, blue = channels(x)
    low, high = smallest(red, green, blue), largest(red, green, blue)
    luma = dot(REC709, x)
    distance = _distance_from_grey(red, green, blue, luma)
    if style == "linear":
        total = red + green + blue
        bright = distance / maximum(total + BASE, fma(distance, 0.07, 1e-6))
        dark = distance * DARK_GAIN
        saturation = LINEAR_GAIN * fma(_bright_fraction(luma), bright - dark, dark)
    else:
        saturation = distance * GAIN[style]
    larger = enlarge(high - low)
    over = 1.0 / ((high - low) * larger)
    hue = select(
        equal(red, high),
        fma((green - blue) * larger, over, 1.0),
        select(
            equal(green, high),
            fma((blue - red) * larger, over, 3.0),
            fma((red - green) * larger, over, 5.0),
        ),
    )
    return rgb(select(equal(low, high), 0.0, hue * (1.0 / 6.0)), saturation, luma)


def from_hsy(x: Any, style: Style) -> Any:
    """Convert hue, saturation and luma to RGB.

    The hue wraps around; for a negative luma it is turned by half a circle.
    """
    hue, saturation, luma = channels(x)
    hue = hue - 1.0 / 6.0
    hue = select(luma < 0.0, hue + 0.5, hue)
    pure = rgb(*wheel((hue - floor(hue)) * 6.0))
    red, green, blue = channels(pure * (luma / dot(REC709, pure)))
    distance = _distance_from_grey(red, green, blue, luma)
    if style == "linear":
        gain = _linear_gain(red + green + blue, distance, saturation / LINEAR_GAIN, luma)
    else:
        gain = saturation / maximum(distance * GAIN[style], 1e-10)
    return rgb(*(fma(gain, channel - luma, luma) for channel in (red, green, blue)))


def _distance_from_grey(red: Any, green: Any, blue: Any, luma: Any) -> Any:
    return absolute(red - luma) + absolute(green - luma) + absolute(blue - luma)


def _bright_fraction(luma: Any) -> Any:
    return clamp((luma - DARK) * (1.0 / (BRIGHT - DARK)), 0.0, 1.0)


def _linear_gain(total: Any, distance: Any, saturation: Any, luma: Any) -> Any:
    """Find the factor for the distance from grey that gives a color this saturation."""
    above = fma(luma, -3.0, total)
    base = fma(luma, 3.0, BASE)
    bright = saturation * base / maximum(fma(-saturation, above, distance), 1e-6)
    dark = saturation / maximum(distance * DARK_GAIN, 1e-10)
    part = _bright_fraction(luma)
    # Between dark and bright both saturations are mixed, and the factor solves a quadratic.
    weight = distance * DARK_GAIN * (1.0 - part)
    a = weight * above
    b = weight * base + distance * part - saturation * above
    c = -saturation * base
    root = sqrt(b * b - 4.0 * a * c)
    mixed = 2.0 * c / (-root - b)
    mixed = select(mixed >= 0.0, mixed, 2.0 * c / (root - b))
    bounded = select(bright > LARGEST_GAIN, LARGEST_GAIN, bright)
    return select(equal(part, 1.0), bounded, select(equal(part, 0.0), dark, mixed))
