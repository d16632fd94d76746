"""Rec.2100 surround, the system gamma of HLG: a power of the luminance; the hue stays.

Source: ITU-R BT.2100, OpenColorIO ``FixedFunctionTransform`` REC2100_SURROUND.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import absolute, dot, maximum, power
from grade.science.correctly_rounded_math import power as exact_power
from grade.science.luma import REC2020

DARKEST = 1e-4


@dataclass(frozen=True)
class Surround(Step):
    """``y = x * Y ** (gamma - 1)``, with Y the absolute Rec.2020 luminance, at least 1e-4."""

    gamma: float
    inverse: bool = False
    name = "FixedFunction REC2100_SURROUND"

    def __call__(self, x: Any) -> Any:
        gamma = 1.0 / self.gamma if self.inverse else self.gamma
        darkest = exact_power(DARKEST, self.gamma) if self.inverse else DARKEST
        return x * power(maximum(absolute(dot(REC2020, x)), darkest), gamma - 1.0)


@reads("FixedFunction REC2100_SURROUND")
def read(transform: Any) -> Surround:
    """Read one parameter: gamma."""
    (gamma,) = transform.getParams()
    return Surround(float(gamma), is_inverse(transform))
