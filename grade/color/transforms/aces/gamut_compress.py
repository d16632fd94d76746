"""Gamut compression of ACES 1.3.

Source: OpenColorIO ``FixedFunctionTransform`` ACES_GAMUT_COMP_13; the formula is in
:mod:`grade.color.formulas.aces1_gamut_compression`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.aces1_gamut_compression import compress, find_scale, uncompress
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step, map_channels
from grade.science.correctly_rounded_math import power

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class GamutCompress(Step):
    """Compression of distances beyond the thresholds, so that those at the limits become 1."""

    limits: Triple
    thresholds: Triple
    exponent: float
    inverse: bool = False
    name = "FixedFunction ACES_GAMUT_COMP_13"

    def __call__(self, x: Any) -> Any:
        scales = map_channels(
            lambda limit, threshold: find_scale(limit, threshold, self.exponent, power),
            self.limits, self.thresholds,
        )  # fmt: skip
        curve = uncompress if self.inverse else compress
        return curve(x, self.thresholds, scales, self.exponent)


@reads("FixedFunction ACES_GAMUT_COMP_13")
def read(transform: Any) -> GamutCompress:
    """Read seven parameters: limits and thresholds of cyan, magenta, yellow, and the exponent."""
    values = [float(v) for v in transform.getParams()]
    limits, thresholds = (values[0], values[1], values[2]), (values[3], values[4], values[5])
    return GamutCompress(limits, thresholds, values[6], is_inverse(transform))
