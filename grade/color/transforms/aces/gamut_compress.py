"""Gamut compression of ACES 1.3.

Source: OpenColorIO ``FixedFunctionTransform`` ACES_GAMUT_COMP_13; see
:mod:`grade.color.formulas.gamut_compression`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.gamut_compression import compressed, scale_for, uncompressed
from grade.color.transforms.transform import Step, each
from grade.color.transforms.translation import is_inverse, reads
from grade.science.correctly_rounded_math import power

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class GamutCompress(Step):
    """Distances beyond the thresholds compressed so that those at the limits become 1."""

    limits: Triple
    thresholds: Triple
    exponent: float
    inverse: bool = False
    name = "FixedFunction ACES_GAMUT_COMP_13"

    def __call__(self, x: Any) -> Any:
        scales = each(
            lambda limit, threshold: scale_for(limit, threshold, self.exponent, power),
            self.limits, self.thresholds,
        )  # fmt: skip
        curve = uncompressed if self.inverse else compressed
        return curve(x, self.thresholds, scales, self.exponent)


@reads("FixedFunction ACES_GAMUT_COMP_13")
def read(transform: Any) -> GamutCompress:
    """Seven parameters: three limits, three thresholds, the exponent; cyan, magenta, yellow."""
    values = [float(v) for v in transform.getParams()]
    limits, thresholds = (values[0], values[1], values[2]), (values[3], values[4], values[5])
    return GamutCompress(limits, thresholds, values[6], is_inverse(transform))
