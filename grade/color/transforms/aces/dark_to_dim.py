"""Dark to dim surround of ACES 1: a power of the luminance; the hue stays.

Source: A.M.P.A.S. ACES 1 CTL (``darkSurround_to_dimSurround``), OpenColorIO
``FixedFunctionTransform`` ACES_DARK_TO_DIM_10; ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import dot, maximum, power
from grade.science.luma import AP1_OPENCOLORIO

GAMMA = 0.9811
BACK = 1.0192640913260627
DARKEST = 1e-10


@dataclass(frozen=True)
class DarkToDim(Step):
    """``y = x * Y ** (gamma - 1)``, with Y the AP1 luminance, at least 1e-10, also for NaN."""

    gamma: float
    name = "FixedFunction ACES_DARK_TO_DIM_10"

    def __call__(self, x: Any) -> Any:
        return x * power(maximum(dot(AP1_OPENCOLORIO, x), DARKEST), self.gamma - 1.0)


@reads("FixedFunction ACES_DARK_TO_DIM_10")
def read(transform: Any) -> DarkToDim:
    """Read the direction; there are no parameters."""
    return DarkToDim(BACK if is_inverse(transform) else GAMMA)
