"""The upper hull of the limiting gamut: its exponent at each hue.

The hull from the cusp to white is approximated by ``J ~ M ** gamma``. The exponent at which five
points of the hull are outside the RGB cube is searched in steps of 0.4, then bisected to 1e-5. The
arithmetic is float32, see :mod:`grade.color.aces2.appearance_float32`.

Source: OpenColorIO ``ACES2/Transform.cpp`` make_upper_hull_gamma and what it calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grade.color.aces2.appearance_float32 import (
    HUNDRED,
    ONE,
    ZERO,
    F,
    Float32Model,
    direction_of,
    lightness,
    log10,
    mix,
    power,
)
from grade.color.aces2.parameters import CUSP_MID_BLEND, FOCUS_GAIN_BLEND, SMOOTH_CUSPS, Parameters

Array = Any
HEIGHTS = np.array([0.01, 0.1, 0.5, 0.8, 0.99], dtype=F)[:, None]
_STEP, _LAST, _ACCURACY = F(0.4), 5.0, F(1e-5)
_TWO, _FOUR, _SIXTH = F(2), F(4), ONE / F(6)


def find_upper_gamma(
    parameters: Parameters, model: Float32Model, hue: Array, cusp_j: Array, cusp_m: Array
) -> Array:
    """Find the exponent of the upper hull at each hue."""
    inside = _make_test(parameters, model, hue, cusp_j, cusp_m)
    low, high = np.zeros(len(hue), F), np.full(len(hue), _STEP)
    found = np.zeros(len(hue), dtype=bool)
    while not found.all() and high[~found].max() < _LAST:
        found |= inside(high)
        low = np.where(found, low, high)
        high = np.where(found, high, high + _STEP)
    while (high - low).max() > _ACCURACY:
        middle = (high + low) / _TWO
        fits = inside(middle)
        low, high = np.where(fits, low, middle), np.where(fits, middle, high)
    return high


def _make_test(
    p: Parameters, model: Float32Model, hue: Array, cusp_j: Array, cusp_m: Array
) -> Callable[[Array], Array]:
    """Make ``fits(gamma)``: whether all points of the hull with this gamma leave the cube."""
    direction = direction_of(hue)
    log_peak = F(p.log_peak)
    limit, middle = lightness(F(p.peak)), lightness(_compute_grey(p) * HUNDRED)
    spread = F(1.35) + F(1.35) * F(1.75) * log_peak
    lower_gamma_inverse = ONE / (F(1.14) + F(0.07) * log_peak)
    test_j = mix(cusp_j, limit, HEIGHTS)
    focus = mix(cusp_j, middle, np.minimum(ONE, F(CUSP_MID_BLEND) - cusp_j / limit))
    threshold = mix(cusp_j, limit, F(FOCUS_GAIN_BLEND))
    adjust = log10((limit - threshold) / np.maximum(F(1e-4), limit - test_j))
    gain = limit * spread
    gain = np.where(test_j > threshold, gain * (adjust * adjust + ONE), gain)

    start = _meet_axis(test_j, cusp_m, focus, limit, gain)
    slope = np.where(start < focus, start, limit - start) * (start - focus) / (focus * gain)
    of_cusp = _meet_axis(cusp_j, cusp_m, focus, limit, gain)
    lower = _meet_hull(start, slope, lower_gamma_inverse, cusp_j, cusp_m, of_cusp)
    smooth = F(SMOOTH_CUSPS) * cusp_m
    peak = F(p.peak) / HUNDRED

    def fits(gamma: Array) -> Array:
        upper = _meet_hull(
            limit - start, -slope, ONE / gamma, limit - cusp_j, cusp_m, limit - of_cusp
        )
        near = np.maximum(smooth - np.abs(lower - upper), ZERO) / smooth
        m = np.minimum(lower, upper) - near * near * near * smooth * _SIXTH
        rgb = model.rgb(start + slope * m, m, direction)
        outside = (rgb[0] > peak) | (rgb[1] > peak) | (rgb[2] > peak)
        return outside.all(axis=0)

    return fits


def _compute_grey(p: Parameters) -> Any:
    """Compute the output for a scene value of 0.18, 1.0 being 100 cd/m2."""
    stops = F(p.log_peak / 0.3010299956639812)
    return F(10.013) / HUNDRED * (ONE + stops * F(0.14))


def _meet_axis(j: Array, m: Array, focus: Array, limit: Any, gain: Array) -> Array:
    """Find where the line of compression through (j, m) meets the J axis."""
    scaled = m / gain
    a = scaled / focus
    b, c = ONE - scaled, -j
    below = -_TWO * c / (b + np.sqrt(b * b - _FOUR * a * c))
    b, c = -(ONE + scaled + limit * a), limit * scaled + j
    above = -_TWO * c / (b - np.sqrt(b * b - _FOUR * a * c))
    return np.where(j < focus, below, above)


def _meet_hull(start: Array, slope: Array, exponent: Array, j: Array, m: Array, of: Array) -> Array:
    """Estimate M where the line meets the hull."""
    return of * power(start / of, exponent) * m / (j - slope * m)
