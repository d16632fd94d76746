"""The saturation that the ACES 1 red modifier and glow measure, safe near black."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import maximum, minimum

DARKEST = 1e-10
NOISE = 1e-2  # below this light level noise would count as saturation


def saturation_parts(red: Any, green: Any, blue: Any) -> tuple[Any, Any]:
    """Compute numerator and denominator of the saturation (max - min) / max.

    Maximum and minimum are kept above small limits.

    Source: ACES 1 CTL ``rgb_2_saturation``, with the limits of OpenColorIO
    ops/fixedfunction/FixedFunctionOpCPU.cpp, CalcSatWeight.
    """
    least = minimum(minimum(blue, green), red)
    most = maximum(maximum(blue, green), red)
    difference = maximum(most, DARKEST) - maximum(least, DARKEST)
    return difference, maximum(most, NOISE)
