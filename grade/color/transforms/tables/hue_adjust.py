"""Hue adjustment of 1D LUTs (DW3): the middle channel keeps its place between the others.

It is the hue restore of the reference rendering transform of ACES 0.2 to 0.7: a curve per channel
changes the hue, and this restores it. Source: OpenColorIO ``Lut1DTransform`` with ``HUE_DW3``;
ops/lut1d/Lut1DOpCPU.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.transform import Step
from grade.ir.expression import channels, equal, fma, rgb, select


@dataclass(frozen=True)
class HueAdjustedLut1D(Step):
    """A curve per channel, then the middle channel moved back to its place between the others.

        hue = (middle - least) / (largest - least)           of the input; 0 for a grey
        middle' = hue * (largest' - least') + least'         of the output

    The input decides which channel is which. A NaN or an infinity in the input makes the middle
    channel NaN.
    """

    curve: Step
    name = "Lut1D"

    def __call__(self, x: Any) -> Any:
        return restore_hue(x, self.curve(x))


def restore_hue(before: Any, after: Any) -> Any:
    """Give ``after`` the hue of ``before``."""
    r, g, b = channels(before)
    green_falls, blue_falls, red_leads = r > g, g > b, r > b
    largest, middle, least = _sort((r, g, b), green_falls, blue_falls, red_leads)
    chroma = largest - least
    hue = select(equal(chroma, 0.0), 0.0, (middle - least) / chroma)
    r, g, b = channels(after)
    high, _, low = _sort((r, g, b), green_falls, blue_falls, red_leads)
    moved = fma(hue, high - low, low)
    green_between = ~(green_falls ^ blue_falls)  # green lies between red and blue
    red_between = ~green_between & ~(blue_falls ^ red_leads)
    blue_between = ~green_between & (blue_falls ^ red_leads)
    return rgb(
        select(red_between, moved, r),
        select(green_between, moved, g),
        select(blue_between, moved, b),
    )


def _sort(color: Any, green_falls: Any, blue_falls: Any, red_leads: Any) -> tuple[Any, ...]:
    """Sort three channels into largest, middle and least, by three comparisons of the input."""
    r, g, b = color
    high, low = select(red_leads, r, b), select(red_leads, b, r)
    green_least, green_largest = green_falls & ~blue_falls, ~green_falls & blue_falls
    largest = select(green_largest, g, high)
    least = select(green_least, g, low)
    middle = select(green_least, low, select(green_largest, high, g))
    return largest, middle, least
