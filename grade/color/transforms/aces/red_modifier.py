"""The red modifier of the ACES 1 reference rendering: the red of saturated reds is reduced.

Source: A.M.P.A.S. ACES 1 CTL (RRT 0.3 and 1.0), OpenColorIO ``FixedFunctionTransform``
ACES_RED_MOD_03 and ACES_RED_MOD_10; ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from grade.color.formulas.aces1_saturation import saturation_parts
from grade.color.transforms.ocio_translation import is_inverse, name_primitive, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import absolute, atan2, channels, equal, fma, maximum, rgb, select, sqrt

# 1 - scale, and 4 / width of the hue window (120 and 135 degrees), per radian.
CONSTANTS = {
    "FixedFunction ACES_RED_MOD_03": (1.0 - 0.85, 1.9098593171027443),
    "FixedFunction ACES_RED_MOD_10": (1.0 - 0.82, 1.6976527263135504),
}
PIVOT = 0.03
SMALLEST = 1e-10
ROUNDING = 2.0**-24  # a weight that OpenColorIO's polynomial of 0..1 cannot tell from 0


@dataclass(frozen=True)
class RedModifier(Step):
    """``r' = r + h * s * strength * (0.03 - r)``, with h the weight of the hue, s the saturation.

    Version 03 also moves the middle channel, so that the hue stays. The inverse solves a quadratic.
    Colors outside the window of hues, and with NaN in a channel, do not change.
    """

    name: str  # type: ignore[misc]
    strength: float
    per_radian: float
    inverse: bool = False

    def __call__(self, x: Any) -> Any:
        red, green, blue = channels(x)
        weight = self._hue_weight(red, green, blue)
        least = select(green < blue, green, blue)
        if self.inverse:
            moved = self._restore(red, least, weight)
        else:
            numerator, denominator = saturation_parts(red, green, blue)
            amount = weight * self.strength * (numerator / denominator)
            moved = fma(amount, PIVOT - red, red)
        # A weight of 0 alone would turn an infinity into NaN.
        inside = weight > 0.0
        if self.inverse:  # at the edge the quadratic of a rounding may have no solution
            inside = inside & (equal(moved, moved) | (weight > ROUNDING))
        if self.name.endswith("03"):
            share = (moved - least) / maximum(red - least, SMALLEST)
            first = inside & (green >= blue)
            second = inside & (green < blue)
            green, blue = (
                select(first, fma(green - blue, share, blue), green),
                select(second, fma(blue - green, share, green), blue),
            )
        return rgb(select(inside, moved, red), green, blue)

    def _hue_weight(self, red: Any, green: Any, blue: Any) -> Any:
        """Compute the weight of the hue, a cubic B-spline: 1 at pure red, 0 outside the window."""
        hue = atan2(absolute(math.sqrt(3.0) * (green - blue)), 2.0 * red - (green + blue))
        wide = maximum(fma(hue, -self.per_radian, 2.0), 0.0)
        narrow = maximum(fma(hue, -self.per_radian, 1.0), 0.0)
        return fma(0.25 * wide * wide, wide, -(narrow * narrow * narrow))

    def _restore(self, red: Any, least: Any, weight: Any) -> Any:
        k = weight * self.strength
        a = k - 1.0
        b = fma(k, -(least + PIVOT), red)
        c = k * (PIVOT * least)
        return (b + sqrt(fma(b, b, -4.0 * a * c))) / (-2.0 * a)


@reads(*CONSTANTS)
def read(transform: Any) -> RedModifier:
    """Read the direction; there are no parameters."""
    primitive = name_primitive(transform)
    return RedModifier(primitive, *CONSTANTS[primitive], is_inverse(transform))
