"""Hue, saturation and value, extended to negative light.

Source: A. R. Smith, SIGGRAPH 1978; OpenColorIO ``FixedFunctionTransform`` RGB_TO_HSV for
negative values; ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.hue_wheel import largest, smallest, wheel
from grade.color.formulas.subnormal_divisors import enlarge
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import channels, clamp, equal, floor, fma, rgb, select

MOST_SATURATED = 1.999  # the inverse has a pole at 2


@dataclass(frozen=True)
class ToHSV(Step):
    """RGB to hue 0..1 from red, saturation 0..1, and value max + min(min, 0).

    Saturation is up to 2 where channels have both signs. Grey has hue and saturation 0. NaN gives
    what comparisons with it give.
    """

    name = "FixedFunction RGB_TO_HSV"

    def __call__(self, x: Any) -> Any:
        red, green, blue = channels(x)
        low, high = smallest(red, green, blue), largest(red, green, blue)
        span = high - low
        larger = enlarge(span)
        over = 1.0 / (span * larger)
        first, second = equal(red, high), equal(green, high)
        hue = select(
            first,
            (green - blue) * larger * over,
            select(
                second,
                fma((blue - red) * larger, over, 2.0),
                fma((red - green) * larger, over, 4.0),
            ),
        )
        hue = select(hue < 0.0, hue + 6.0, hue) * (1.0 / 6.0)
        grey = equal(low, high)
        saturation = select(grey | equal(high, 0.0), 0.0, span / high)
        saturation = select(high < -low, span / -low, saturation)
        value = select(low < 0.0, high + low, high)
        return rgb(select(grey, 0.0, hue), saturation, value)


@dataclass(frozen=True)
class FromHSV(Step):
    """HSV to RGB; the hue wraps around, the saturation is clamped to 0..1.999."""

    name = "FixedFunction RGB_TO_HSV"

    def __call__(self, x: Any) -> Any:
        hue, saturation, value = channels(x)
        red, green, blue = wheel((hue - floor(hue)) * 6.0)
        saturation = clamp(saturation, 0.0, MOST_SATURATED)
        low = value * (1.0 - saturation)
        beyond = saturation > 1.0
        over = 1.0 / (2.0 - saturation)
        low = select(beyond, low * over, low)
        low = select(value < 0.0, value * over, low)
        high = select(beyond | (value < 0.0), value - low, value)
        span = high - low
        return rgb(*(fma(part, span, low) for part in (red, green, blue)))


@reads("FixedFunction RGB_TO_HSV")
def read(transform: Any) -> Step:
    """Read the direction; there are no parameters."""
    return FromHSV() if is_inverse(transform) else ToHSV()
