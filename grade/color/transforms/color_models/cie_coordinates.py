"""CIE xyY, u'v'Y and L*u*v*.

Source: CIE 15; OpenColorIO ``FixedFunctionTransform`` XYZ_TO_xyY, XYZ_TO_uvY and XYZ_TO_LUV, whose
L* runs to 1 and whose white is D65; ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.subnormal_divisors import enlarge
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
    total = one + two + three
    larger = enlarge(total)
    share = reciprocal_or_zero(total * larger)
    return rgb(one * larger * share, two * larger * share, two)


def from_xyy(x: Any) -> Any:
    """Convert x, y and luminance to XYZ; X = Z = 0 where y is 0."""
    small_x, small_y, luminance = channels(x)
    larger = enlarge(small_y)
    share = reciprocal_or_zero(small_y * larger)
    rest = 1.0 - small_x - small_y
    return rgb(luminance * small_x * share * larger, luminance, luminance * rest * share * larger)


def to_uvy(x: Any) -> Any:
    """Convert XYZ to u', v' and luminance; u' = v' = 0 where X + 15 Y + 3 Z is 0."""
    one, two, three = channels(x)
    total = fma(three, 3.0, fma(two, 15.0, one))
    larger = enlarge(total)
    share = reciprocal_or_zero(total * larger)
    return rgb(4.0 * one * larger * share, 9.0 * two * larger * share, two)


def from_uvy(x: Any) -> Any:
    """Convert u', v' and luminance to XYZ; X = Z = 0 where v' is 0."""
    u, v, luminance = channels(x)
    larger = enlarge(v)
    share = reciprocal_or_zero(v * larger)
    rest = fma(v, -20.0 / 3.0, 4.0 - u)
    return rgb(
        2.25 * luminance * u * share * larger,
        luminance,
        0.75 * luminance * rest * share * larger,
    )


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
    larger = enlarge(lightness)
    share = (1.0 / 13.0) * reciprocal_or_zero(lightness * larger)
    u, v = fma(first * larger, share, D65_UV[0]), fma(second * larger, share, D65_UV[1])
    root = (lightness + 0.16) * (1.0 / 1.16)
    luminance = select(lightness <= STRAIGHT_L, lightness * (1.0 / SLOPE), root * root * root)
    larger = enlarge(v)
    part = 0.25 * reciprocal_or_zero(v * larger)
    rest = fma(v, -20.0, fma(u, -3.0, 12.0))
    return rgb(9.0 * luminance * u * part * larger, luminance, luminance * rest * part * larger)


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
