"""Exposure and contrast as a viewport has them: OpenColorIO's ExposureContrast in three styles.

Source: OpenColorIO ops/exposurecontrast/ExposureContrastOpCPU.cpp. Differs: there the power is a
polynomial of 15 bits, and style logarithmic goes back by 0.088 per stop whatever its step is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.parameter_math import choose, greater
from grade.ir.expression import equal, fma, maximum, power

VIDEO_POWER = 1.0 / 1.83  # what light is raised to for gain and pivot of style video
LEAST = 0.001  # of pivot and contrast
GREY = 0.18


@dataclass(frozen=True)
class Controls:
    """What the pixels see, numbers or expressions.

    Parameters
    ----------
    gain
        The factor of the exposure; the shift in code for style log.
    pivot
        The value that contrast leaves alone, before exposure.
    contrast
        Contrast times gamma.
    log
        Whether the style is log.
    """

    gain: Any
    pivot: Any
    contrast: Any
    log: bool = False

    @classmethod
    def of(
        cls, style: str, exposure: Any, contrast: Any, pivot: Any, step: Any, grey: Any, maths: Any
    ) -> Controls:
        """From the parameters; ``maths`` has exp2, log2 and power for them."""
        contrast, pivot = greater(contrast, LEAST), greater(pivot, LEAST)
        if style == "log":
            place = fma(maths.log2(pivot * (1.0 / GREY)), step, grey)
            return cls(exposure * step, greater(place, 0.0), contrast, True)
        if style == "video":
            gain = maths.exp2(exposure * VIDEO_POWER)
            return cls(gain, maths.power(pivot, VIDEO_POWER), contrast)
        return cls(maths.exp2(exposure), pivot, contrast)


def forward(x: Any, c: Controls) -> Any:
    """``pivot * (gain * x / pivot) ** contrast``, 0 below 0 and for NaN; the gain at contrast 1.

    Style log: ``(x + shift - pivot) * contrast + pivot``.
    """
    if c.log:
        return fma(x, c.contrast, fma(c.gain - c.pivot, c.contrast, c.pivot))
    curve = power(maximum(x * (c.gain / c.pivot), 0.0), c.contrast) * c.pivot
    return choose(equal(c.contrast, 1.0), x * c.gain, curve)


def inverse(y: Any, c: Controls) -> Any:
    """The inverse; 0 where the power has lost the value."""
    over = 1.0 / c.contrast
    if c.log:
        return fma(y, over, c.pivot - c.pivot * over - c.gain)
    curve = power(maximum(y * (1.0 / c.pivot), 0.0), over) * (c.pivot / c.gain)
    return choose(equal(c.contrast, 1.0), y * (1.0 / c.gain), curve)
