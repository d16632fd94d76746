"""CIE xyY, u'v'Y and L*u*v*.

Source: CIE 15; OpenColorIO ``FixedFunctionTransform`` XYZ_TO_xyY, XYZ_TO_uvY and XYZ_TO_LUV, whose
L* runs to 1 and whose white is D65; ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.ocio_translation import is_inverse, name_primitive, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import channels, equal, fma, maximum, power, rgb, select
from grade.science.white_points import D65_UV

STRAIGHT = 0.008856451679  # L* is a line up to this Y
SLOPE = 9.0329629629629608
STRAIGHT_L = 0.08


def reciprocal_or_zero(x: Any) -> Any:
    """Compute ``1 / x``, and 0 for 0."""
    zero = equal(x, 0.0)
    return select(zero, 0.0, 1.0 / x)


def to_xyy(x: Any) -> Any:
    """Convert XYZ to x, y and luminance; x = y = 0 where X + Y + Z is 0."""
    one, two, three = channels(x)
    share = reciprocal_or_zero(one + two + three)
    return rgb(one * share, two * share, two)


def from_xyy(x: Any) -> Any:
    """Convert x, y and luminance to XYZ; X = Z = 0 where y is 0."""
    small_x, small_y, luminance = channels(x)
    share = reciprocal_or_zero(small_y)
    rest = 1.0 - small_x - small_y
    return rgb(luminance * small_x * share, luminance, luminance * rest * share)


def to_uvy(x: Any) -> Any:
    """Convert XYZ to u', v' and luminance; u' = v' = 0 where X + 15 Y + 3 Z is 0."""
    one, two, three = channels(x)
    share = reciprocal_or_zero(fma(three, 3.0, fma(two, 15.0, one)))
    return rgb(4.0 * one * share, 9.0 * two * share, two)


def from_uvy(x: Any) -> Any:
    """Convert u', v' and luminance to XYZ; X = Z = 0 where v' is 0."""
    u, v, luminance = channels(x)
    share = reciprocal_or_zero(v)
    rest = fma(v, -20.0 / 3.0, 4.0 - u)
    return rgb(2.25 * luminance * u * share, luminance, 0.75 * luminance * rest * share)


def to_luv(x: Any) -> Any:
    """Convert XYZ to L*, u*, v*, each a hundredth of the CIE's."""
    u, v, luminance = channels(to_uvy(x))
    root = power(maximum(luminance, STRAIGHT), 1.0 / 3.0)
    curve = fma(root, 1.16, -0.16)
    lightness = select(luminance <= STRAIGHT, luminance * SLOPE, curve)
    lightness = select(equal(luminance, luminance), lightness, luminance)
    scale = 13.0 * lightness
    return rgb(lightness, scale * (u - D65_UV[0]), scale * (v - D65_UV[1]))


def from_luv(x: Any) -> Any:
    """Convert L*, u*, v* to XYZ; black where L* or v' is 0."""
    lightness, first, second = channels(x)
    share = (1.0 / 13.0) * reciprocal_or_zero(lightness)
    u, v = fma(first, share, D65_UV[0]), fma(second, share, D65_UV[1])
    root = (lightness + 0.16) * (1.0 / 1.16)
    luminance = select(lightness <= STRAIGHT_L, lightness * (1.0 / SLOPE), root * root * root)
    part = 0.25 * reciprocal_or_zero(v)
    rest = fma(v, -20.0, fma(u, -3.0, 12.0))
    return rgb(9.0 * luminance * u * part, luminance, luminance * rest * part)


FORMULAS = {
    "FixedFunction XYZ_TO_xyY": (to_xyy, from_xyy),
    "FixedFunction XYZ_TO_uvY": (to_uvy, from_uvy),
    "FixedFunction XYZ_TO_LUV": (to_luv, from_luv),
}


@dataclass(frozen=True)
class Chromaticity(Step):
    """One of the formulas above, or its inverse. NaN and infinities give NaN or infinities."""

    name: str  # type: ignore[misc]
    inverse: bool = False

    def __call__(self, x: Any) -> Any:
        return FORMULAS[self.name][self.inverse](x)


@reads(*FORMULAS)
def read(transform: Any) -> Chromaticity:
    """Read the direction; there are no parameters."""
    return Chromaticity(name_primitive(transform), is_inverse(transform))
