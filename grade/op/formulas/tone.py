"""Formulas that several ops share."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import (
    channels,
    clamp,
    dot,
    equal,
    fma,
    maximum,
    minimum,
    select,
)
from grade.science.luma import LUMA_WEIGHTS


def hold(x: Any, low: Any, high: Any) -> Any:
    """``x`` held between two bounds; NaN stays NaN."""
    return minimum(high, maximum(low, x))


def luma(x: Any, weights: str) -> Any:
    """The weighted sum of the channels; ``weights`` is a name in :data:`LUMA_WEIGHTS`."""
    return dot(LUMA_WEIGHTS[weights], x)


def luminance(x: Any, to_xyz: Any) -> Any:
    """CIE Y of linear RGB, given the nine numbers that take it to XYZ."""
    return dot(to_xyz[3:6], x)


def smooth_ramp(x: Any, low: Any, high: Any) -> Any:
    """0 up to ``low``, 1 from ``high`` on, ``3 t**2 - 2 t**3`` between: no corner; NaN stays NaN.

    The steepest slope is ``1.5 / (high - low)``, in the middle.
    """
    scale = 1 / (high - low)
    t = hold(fma(x, scale, -low * scale), 0.0, 1.0)
    return t * t * fma(t, -2.0, 3.0)


def saturate(x: Any, saturation: Any, weights: str) -> Any:
    """``Y + saturation * (x - Y)`` where Y is the weighted sum of the channels.

    Written as ``saturation * x + (1 - saturation) * Y``: six operations, the weights scaled once
    per frame. A grey stays exactly grey. At saturation 1 Y is left out, so an infinity in one
    channel does not reach the others.
    """
    red, green, blue = channels(x)
    scaled = [weight * (1 - saturation) for weight in LUMA_WEIGHTS[weights]]
    grey = fma(blue, scaled[2], fma(green, scaled[1], red * scaled[0]))
    return fma(x, saturation, select(equal(saturation, 1.0), 0.0, grey))


def table_position(x: Any, low: Any, high: Any, top: float) -> Any:
    """Where ``x`` lies on a table over ``low..high``: held to ``0..top``, NaN at 0."""
    scale = top / (high - low)
    return clamp(fma(x, scale, -low * scale), 0.0, top)
