"""Exposure and contrast of a viewport: OpenColorIO's ExposureContrast in three styles.

Source: OpenColorIO ops/exposurecontrast/ExposureContrastOpCPU.cpp. Differs: the power there is a
polynomial of 15 bits, and the inverse of the logarithmic style there uses 0.088 per stop whatever
the step is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.parameter_math import choose, greater
from grade.ir.expression import equal, fma, maximum, power

VIDEO_POWER = 1.0 / 1.83  # the exponent that encodes gain and pivot in style video
LEAST = 0.001  # of pivot and contrast
GREY = 0.18


@dataclass(frozen=True)
class Controls:
    """The numbers that a pixel is computed with; each is a number or an expression.

    Parameters
    ----------
    gain
        The factor of the exposure; in style log the shift in code values.
    pivot
        The value that contrast leaves unchanged, before exposure.
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
        """Compute them from the parameters; ``maths`` provides exp2, log2 and power."""
        contrast, pivot = greater(contrast, LEAST), greater(pivot, LEAST)
        if style == "log":
            place = fma(maths.log2(pivot * (1.0 / GREY)), step, grey)
            return cls(exposure * step, greater(place, 0.0), contrast, True)
        if style == "video":
            gain = maths.exp2(exposure * VIDEO_POWER)
            return cls(gain, maths.power(pivot, VIDEO_POWER), contrast)
        return cls(maths.exp2(exposure), pivot, contrast)


def forward(x: Any, c: Controls) -> Any:
    """Apply ``pivot * (gain * x / pivot) ** contrast``; a plain gain where contrast is 1.

    The power gives 0 for values below 0 and for NaN. Style log computes
    ``(x + shift - pivot) * contrast + pivot``.
    """
    if c.log:
        return fma(x, c.contrast, fma(c.gain - c.pivot, c.contrast, c.pivot))
    curve = power(maximum(x * (c.gain / c.pivot), 0.0), c.contrast) * c.pivot
    return choose(equal(c.contrast, 1.0), x * c.gain, curve)


def inverse(y: Any, c: Controls) -> Any:
    """Undo :func:`forward`; values that the power has lost come back as 0."""
    over = 1.0 / c.contrast
    if c.log:
        return fma(y, over, c.pivot - c.pivot * over - c.gain)
    curve = power(maximum(y * (1.0 / c.pivot), 0.0), over) * (c.pivot / c.gain)
    return choose(equal(c.contrast, 1.0), y * (1.0 / c.gain), curve)
