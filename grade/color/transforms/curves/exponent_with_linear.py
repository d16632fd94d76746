"""Exponent with a linear toe: the shape of sRGB, Rec.709 and L*.

Source: OpenColorIO ``ExponentWithLinearTransform`` (CLF: monCurve); ops/gamma/GammaOpUtils.cpp for
the constants, GammaOpCPU.cpp for the order of operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from grade.color.errors import UntranslatedTransform
from grade.color.transforms.curves.exponent import read_negative_style
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step, collapse, map_channels
from grade.ir.expression import absolute, copysign, fma, maximum, power, select
from grade.science.correctly_rounded_math import power as exact_power

# There is no tangent line for a gamma of 1 or an offset of 0: both are raised a little.
SMALLEST = 1e-6
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class ExponentWithLinear(Step):
    """A power above a break point, and below it the line that is tangent there.

    The forward direction, to linear, is ``((x + offset) / (1 + offset)) ** gamma`` above ``offset /
    (gamma - 1)``. ``mirror`` applies the curve to the absolute value and restores the sign;
    otherwise the line continues below zero. NaN stays NaN.
    """

    gamma: Triple
    offset: Triple
    inverse: bool = False
    negative: Literal["linear", "mirror"] = "linear"
    name = "ExponentWithLinear"

    @property
    def bijective(self) -> bool:
        return True

    def __call__(self, x: Any) -> Any:
        value = absolute(x) if self.negative == "mirror" else x
        y = self._decode(value) if not self.inverse else self._encode(value)
        return copysign(y, x) if self.negative == "mirror" else y

    def _decode(self, x: Any) -> Any:
        gamma, offset = self._limit_parameters()
        edge = collapse(map_channels(lambda g, o: o / (g - 1.0), gamma, offset))
        slope = collapse(map_channels(_slope, gamma, offset))
        scale = collapse(map_channels(lambda o: 1.0 / (1.0 + o), offset))
        shift = collapse(map_channels(lambda o: o / (1.0 + o), offset))
        # Raised above zero where the line is taken anyway: a base known to be normal costs less.
        floor = collapse(map_channels(lambda g, o: 0.5 * _knee(g, o), gamma, offset))
        curve = power(maximum(floor, fma(x, scale, shift)), collapse(gamma))
        return select(x <= edge, x * slope, curve)

    def _encode(self, x: Any) -> Any:
        gamma, offset = self._limit_parameters()
        edge = collapse(map_channels(lambda g, o: exact_power(_knee(g, o), g), gamma, offset))
        slope = collapse(map_channels(lambda g, o: 1.0 / _slope(g, o), gamma, offset))
        scale = collapse(map_channels(lambda o: 1.0 + o, offset))
        shift = collapse(map_channels(lambda o: -o, offset))
        floor = collapse(
            map_channels(lambda g, o: 0.5 * exact_power(_knee(g, o), g), gamma, offset)
        )
        root = collapse(map_channels(lambda g: 1.0 / g, gamma))
        curve = fma(power(maximum(floor, x), root), scale, shift)
        return select(x <= edge, x * slope, curve)

    def _limit_parameters(self) -> tuple[Triple, Triple]:
        gamma = map_channels(lambda g: max(g, 1.0 + SMALLEST), self.gamma)
        return gamma, map_channels(lambda o: max(o, SMALLEST), self.offset)


def _knee(gamma: float, offset: float) -> float:
    """Compute the base of the power at the break point."""
    return offset * gamma / ((gamma - 1.0) * (1.0 + offset))


def _slope(gamma: float, offset: float) -> float:
    """Compute the slope of the line in the direction to linear."""
    return (gamma - 1.0) / offset * exact_power(_knee(gamma, offset), gamma)


@reads("ExponentWithLinear")
def read(transform: Any) -> ExponentWithLinear:
    """Read gamma and offset of three channels; those of alpha must be 1 and 0."""
    gamma, offset = list(transform.getGamma()), list(transform.getOffset())
    if (gamma[3], offset[3]) != (1.0, 0.0):
        raise UntranslatedTransform("ExponentWithLinear", "it changes alpha")
    known = {"NEGATIVE_LINEAR": "linear", "NEGATIVE_MIRROR": "mirror"}
    negative = read_negative_style(transform, known, "ExponentWithLinear")
    return ExponentWithLinear(
        (gamma[0], gamma[1], gamma[2]),
        (offset[0], offset[1], offset[2]),
        is_inverse(transform),
        negative,
    )
