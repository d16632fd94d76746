"""Limits and smooth ramps."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma, maximum, minimum


def limit(x: Any, low: Any, high: Any) -> Any:
    """``x`` limited to a range; NaN stays NaN."""
    return minimum(high, maximum(low, x))


def smooth_ramp(x: Any, low: Any, high: Any) -> Any:
    """A smooth step: 0 up to ``low``, 1 from ``high`` on, ``3 t**2 - 2 t**3`` between.

    The steepest slope is ``1.5 / (high - low)``, in the middle. NaN stays NaN.
    """
    scale = 1 / (high - low)
    t = limit(fma(x, scale, -low * scale), 0.0, 1.0)
    return t * t * fma(t, -2.0, 3.0)
