"""Exponent with a linear toe: the shape of sRGB, Rec.709 and L*.

Source: OpenColorIO ``ExponentWithLinearTransform`` (CLF: monCurve); ops/gamma/GammaOpUtils.cpp for
the constants, GammaOpCPU.cpp for the order of operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from grade.color.errors import UntranslatedTransform
from grade.color.transforms.curves.exponent import negative_style
from grade.color.transforms.transform import Step, each, per_channel
from grade.color.transforms.translation import is_inverse, reads
from grade.ir.expression import absolute, copysign, fma, maximum, power, select
from grade.science.correctly_rounded_math import power as exact_power

# Gamma 1 and offset 0 have no line that touches the curve: both are moved a little.
SMALLEST = 1e-6
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class ExponentWithLinear(Step):
    """A power above a break point, below it the line that touches it there.

    Forward, towards linear: ``((x + offset) / (1 + offset)) ** gamma`` above ``offset / (gamma -
    1)``. Backward: the inverse of both parts. ``mirror`` applies this to the absolute value and
    gives the sign back; otherwise the line goes on below zero. NaN stays NaN.
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
        y = self._decoded(value) if not self.inverse else self._encoded(value)
        return copysign(y, x) if self.negative == "mirror" else y

    def _decoded(self, x: Any) -> Any:
        gamma, offset = self._parameters()
        edge = per_channel(each(lambda g, o: o / (g - 1.0), gamma, offset))
        slope = per_channel(each(_slope, gamma, offset))
        scale = per_channel(each(lambda o: 1.0 / (1.0 + o), offset))
        shift = per_channel(each(lambda o: o / (1.0 + o), offset))
        # Held above zero where the line is taken anyway: a base that is proved normal costs less.
        floor = per_channel(each(lambda g, o: 0.5 * _knee(g, o), gamma, offset))
        curve = power(maximum(floor, fma(x, scale, shift)), per_channel(gamma))
        return select(x <= edge, x * slope, curve)

    def _encoded(self, x: Any) -> Any:
        gamma, offset = self._parameters()
        edge = per_channel(each(lambda g, o: exact_power(_knee(g, o), g), gamma, offset))
        slope = per_channel(each(lambda g, o: 1.0 / _slope(g, o), gamma, offset))
        scale = per_channel(each(lambda o: 1.0 + o, offset))
        shift = per_channel(each(lambda o: -o, offset))
        floor = per_channel(each(lambda g, o: 0.5 * exact_power(_knee(g, o), g), gamma, offset))
        root = per_channel(each(lambda g: 1.0 / g, gamma))
        curve = fma(power(maximum(floor, x), root), scale, shift)
        return select(x <= edge, x * slope, curve)

    def _parameters(self) -> tuple[Triple, Triple]:
        gamma = each(lambda g: max(g, 1.0 + SMALLEST), self.gamma)
        return gamma, each(lambda o: max(o, SMALLEST), self.offset)


def _knee(gamma: float, offset: float) -> float:
    """The base of the power at the break point."""
    return offset * gamma / ((gamma - 1.0) * (1.0 + offset))


def _slope(gamma: float, offset: float) -> float:
    """The slope of the line, towards linear."""
    return (gamma - 1.0) / offset * exact_power(_knee(gamma, offset), gamma)


@reads("ExponentWithLinear")
def read(transform: Any) -> ExponentWithLinear:
    """Three channels; alpha keeps gamma 1 and offset 0."""
    gamma, offset = list(transform.getGamma()), list(transform.getOffset())
    if (gamma[3], offset[3]) != (1.0, 0.0):
        raise UntranslatedTransform("ExponentWithLinear", "it changes alpha")
    known = {"NEGATIVE_LINEAR": "linear", "NEGATIVE_MIRROR": "mirror"}
    negative = negative_style(transform, known, "ExponentWithLinear")
    return ExponentWithLinear(
        (gamma[0], gamma[1], gamma[2]),
        (offset[0], offset[1], offset[2]),
        is_inverse(transform),
        negative,
    )
