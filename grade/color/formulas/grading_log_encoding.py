"""The logarithm in which OpenColorIO's grading transforms work on linear light.

It counts stops from 0.18, and is a straight line from 5.5 stops below that on down.

Source: OpenColorIO ops/gradingrgbcurve/GradingRGBCurveOpCPU.cpp, LogLinConstants. Differs: the
logarithm there is a polynomial of about 15 bits, here it has full precision.
"""

from __future__ import annotations

from typing import Any

from grade.ir.expression import exp2, fma, log2, maximum, select

LINEAR_BREAK = 0.0041318374739483946
LOG_BREAK = -5.5
SHIFT = -0.000157849851665374
GREY = 0.18 + SHIFT
GAIN = 363.034608563
OFFSET = -7.0


def linear_to_log(x: Any) -> Any:
    """Compute ``log2((x + shift) / grey)`` above the break, a line below it. NaN stays NaN."""
    held = maximum(x, LINEAR_BREAK)
    curve = log2(fma(held, 1.0 / GREY, SHIFT / GREY))
    return select(x > LINEAR_BREAK, curve, fma(x, GAIN, OFFSET))


def log_to_linear(y: Any) -> Any:
    """Undo :func:`linear_to_log`: ``2**y * grey - shift`` above the break. NaN stays NaN."""
    curve = fma(exp2(maximum(y, LOG_BREAK)), GREY, -SHIFT)
    # The difference comes first, so that black comes back as 0 and not as a rounding with a hue.
    return select(y > LOG_BREAK, curve, (y - OFFSET) * (1.0 / GAIN))
