"""The upper hull of the limiting gamut: its exponent at each hue.

The hull from cusp to white is taken for ``J ~ M ** gamma``; the largest exponent that still holds
five points of it inside is searched in steps of 0.4, then bisected to 1e-5. J is in units of the
peak's.

Source: OpenColorIO ``ACES2/Transform.cpp`` make_upper_hull_gamma.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grade.color.aces2.elementary import cosine_sine, log2, power
from grade.color.aces2.parameters import (
    CUSP_MID_BLEND,
    CZ,
    FOCUS_GAIN_BLEND,
    REFERENCE,
    SMOOTH_CUSPS,
    Model,
    Parameters,
)

Array = Any
ToRgb = Callable[[Model, Array, Array, tuple[Array, Array]], Any]
HEIGHTS = np.array([0.01, 0.1, 0.5, 0.8, 0.99])[:, None]
_STEP, _LAST, _ACCURACY = 0.4, 5.0, 1e-5
_LOG10_2 = 0.3010299956639812


def upper_gamma(
    parameters: Parameters, hue: Array, cusp_j: Array, cusp_m: Array, to_rgb: ToRgb
) -> Array:
    """The exponent of the upper hull at each hue."""
    inside = _fit(parameters, cosine_sine(hue), cusp_j / parameters.limit_j, cusp_m, to_rgb)
    high = np.full(len(hue), _STEP)
    found = np.zeros(len(hue), dtype=bool)
    while not found.all() and high[~found].max() < _LAST:
        found |= inside(high)
        high = np.where(found, high, high + _STEP)
    low = high - _STEP
    while (high - low).max() > _ACCURACY:
        middle = (high + low) / 2.0
        fits = inside(middle)
        low, high = np.where(fits, low, middle), np.where(fits, middle, high)
    return high


def _fit(
    p: Parameters, direction: tuple[Array, Array], cusp_j: Array, cusp_m: Array, to_rgb: ToRgb
) -> Callable[[Array], Array]:
    """``fits(gamma)``: whether every point of the hull with this exponent is outside the cube."""
    test_j = cusp_j + HEIGHTS * (1.0 - cusp_j)
    focus = cusp_j + np.minimum(1.0, CUSP_MID_BLEND - cusp_j) * (p.mid_j - cusp_j)
    threshold = cusp_j + FOCUS_GAIN_BLEND * (1.0 - cusp_j)
    far = np.maximum(1e-4 / p.limit_j, 1.0 - test_j)
    adjust = _LOG10_2 * np.maximum(log2((1.0 - threshold) / far), 0.0)
    gain = p.focus_gain * (1.0 + adjust * adjust)
    start = _axis(test_j, cusp_m / gain, focus)
    slope = np.where(start < focus, start, 1.0 - start) * (start - focus) / (focus * gain)
    of_cusp = _axis(cusp_j, cusp_m / gain, focus)

    lower = of_cusp * power(start / of_cusp, p.lower_gamma_inverse) / (cusp_j - slope * cusp_m)
    base, reach = (1.0 - start) / (1.0 - of_cusp), (1.0 - of_cusp)
    below = (1.0 - cusp_j) + slope * cusp_m
    white = p.limit_response
    peak = p.peak / REFERENCE

    def fits(gamma: Array) -> Array:
        upper = reach * power(base, 1.0 / gamma) / below
        near = np.maximum(SMOOTH_CUSPS - np.abs(lower - upper), 0.0) / SMOOTH_CUSPS
        edge = np.minimum(lower, upper) - near * near * near * (SMOOTH_CUSPS / 6.0)
        m = cusp_m * edge
        j = start + slope * m
        rgb = to_rgb(p.target, white * power(j, 1.0 / CZ), m, direction)
        outside = (rgb[0] > peak) | (rgb[1] > peak) | (rgb[2] > peak)
        return outside.all(axis=0)

    return fits


def _axis(j: Array, m: Array, focus: Array) -> Array:
    """Where the line of compression through (j, m) meets the axis; m over the slope gain."""
    a = m / focus
    low = j < focus
    b = np.where(low, 1.0 - m, 1.0 + m + a)
    c = np.where(low, j, m + j)
    square = b * b + np.where(low, 4.0, -4.0) * a * c
    return 2.0 * c / (b + np.sqrt(np.maximum(square, 0.0)))
