"""Gamut compression: a color moves along a line toward a focus, so that the reach maps to the hull.

J is in units of the J of the peak, so the hull ends at 1. Estimates of where the line meets a
boundary are sums of logarithms: ``b * (a / b) ** g = exp2(g log2 a + (1 - g) log2 b)``. That form
shares each logarithm and needs no division.

Source: ACES 2 CTL; OpenColorIO ``ACES2/Transform.cpp`` compressGamut and what it calls.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from grade.color.aces2.hue_tables import Cusp
from grade.color.aces2.parameters import (
    COMPRESSION_THRESHOLD,
    CUSP_MID_BLEND,
    CZ,
    FOCUS_GAIN_BLEND,
    SMOOTH_CUSPS,
    Parameters,
)
from grade.ir.expression import absolute, exp2, fma, log2, maximum, minimum, select, sqrt

SMALLEST = 2.0**-40  # of J: nothing is darker, and its logarithm is a moderate number
_LOG10_2 = 0.3010299956639812


class Hull(NamedTuple):
    """The part of the gamut that depends on the hue alone."""

    cusp: Cusp
    reach: Any
    focus: Any
    over_focus: Any


def make_hull(p: Parameters, cusp: Cusp, reach: Any) -> Hull:
    """Find the focus of the lines of compression at a hue."""
    blend = minimum(CUSP_MID_BLEND - cusp.j, 1.0)
    focus = fma(blend, p.mid_j - cusp.j, cusp.j)
    return Hull(cusp, reach, focus, 1.0 / focus)


def compress(p: Parameters, hull: Hull, j: Any, m: Any) -> tuple[Any, Any]:
    """Compress J and M into the gamut; above the peak M is 0."""
    return _move(p, hull, j, m, _clamp_j(j), inverse=False)


def expand(p: Parameters, hull: Hull, j: Any, m: Any) -> tuple[Any, Any]:
    """Undo :func:`compress` approximately; where the gain depends on J, J is estimated."""
    threshold = fma(hull.cusp.j, 1.0 - FOCUS_GAIN_BLEND, FOCUS_GAIN_BLEND)
    held = _clamp_j(j)
    first, _ = _move(p, hull, j, m, held, inverse=True)
    return _move(p, hull, j, m, select(threshold < j, first, held), inverse=True)


def _clamp_j(j: Any) -> Any:
    return minimum(maximum(j, SMALLEST), 1.0)


def _move(
    p: Parameters, hull: Hull, whole_j: Any, m: Any, gain_j: Any, *, inverse: bool
) -> tuple[Any, Any]:
    """Move the color along its line, whose slope gain is that of ``gain_j``."""
    j = _clamp_j(whole_j)
    over_gain = _inverse_gain(p, hull.cusp.j, gain_j)
    start = _meet_axis(hull, j, m * over_gain)
    of_cusp = _meet_axis(hull, hull.cusp.j, hull.cusp.m * over_gain)
    over_both = hull.over_focus * over_gain
    side = select(start < hull.focus, start, 1.0 - start)
    slope = side * ((start - hull.focus) * over_both)

    low, high = log2(start), log2(maximum(1.0 - start, SMALLEST))
    cusp_low, cusp_high = log2(of_cusp), log2(maximum(1.0 - of_cusp, SMALLEST))
    edge = _meet_hull(p, hull, slope, (low, high), (cusp_low, cusp_high))
    # Only the reciprocal of the reach is needed.
    reach_j = exp2(low * (1.0 / CZ)) * hull.reach
    over_reach = fma(-slope, hull.reach, 1.0) / reach_j
    moved = _remap(m, edge, over_reach, inverse=inverse)
    moved = select(edge <= 0.0, 0.0, moved)
    kept = select(edge <= 0.0, j, fma(moved, slope, start))
    beyond = whole_j > 1.0
    return select(beyond, whole_j, kept), select(beyond, 0.0, moved)


def _inverse_gain(p: Parameters, cusp_j: Any, j: Any) -> Any:
    """Compute one over the slope gain, which grows above the analytical threshold."""
    far = maximum(1.0 - j, 1e-4 / p.limit_j)
    room = (1.0 - FOCUS_GAIN_BLEND) * (1.0 - cusp_j)  # from the threshold up
    adjust = maximum(log2(room / far) * _LOG10_2, 0.0)
    return 1.0 / fma(adjust, adjust * p.focus_gain, p.focus_gain)


def _meet_axis(hull: Hull, j: Any, m: Any) -> Any:
    """Find where the line through a color meets the J axis; ``m`` is over the slope gain."""
    a = m * hull.over_focus
    low = j < hull.focus
    b = select(low, 1.0 - m, (1.0 + m) + a)
    c = select(low, j, m + j)
    quarter = select(low, a, -a)
    square = fma(4.0 * quarter, c, b * b)
    root = sqrt(maximum(square, 0.0))
    return minimum(maximum((c + c) / (b + root), SMALLEST), 1.0)


def _meet_hull(p: Parameters, hull: Hull, slope: Any, at: Any, of_cusp: Any) -> Any:
    """Find M of the hull along the line: the smooth minimum of lower and upper hull."""
    (low, high), (cusp_low, cusp_high) = at, of_cusp
    cusp, g = hull.cusp, p.lower_gamma_inverse
    lower = exp2(fma(low, g, cusp_low * (1.0 - g))) / fma(-slope, cusp.m, cusp.j)
    upper = exp2(fma(high - cusp_high, cusp.gamma_inverse, cusp_high))
    upper = upper / fma(slope, cusp.m, 1.0 - cusp.j)
    near = maximum(SMOOTH_CUSPS - absolute(lower - upper), 0.0)
    cubed = near * near * near
    least = select(upper < lower, upper, lower)
    return cusp.m * fma(cubed, -1.0 / (6.0 * SMOOTH_CUSPS * SMOOTH_CUSPS), least)


def _remap(m: Any, edge: Any, over_reach: Any, *, inverse: bool) -> Any:
    """Apply the curve that maps the reach to the edge; below the threshold nothing changes."""
    proportion = maximum(edge * over_reach, COMPRESSION_THRESHOLD)
    threshold = proportion * edge
    # With o = m - t the scale of the curve is P / Q, and its value is t + o P / (P + o Q).
    room = fma(-threshold, over_reach, 1.0)
    gamut = edge - threshold
    beyond = m - threshold
    whole = room * gamut
    rest = fma(-gamut, over_reach, room)
    if inverse:
        left = fma(-beyond, rest, whole)
        last = left <= 0.0
        moved = select(last, whole, beyond * whole) / select(last, rest, left)
    else:
        moved = (beyond * whole) / fma(beyond, rest, whole)
    same = (beyond <= 0.0) | (proportion >= 1.0)
    return select(same, m, threshold + moved)
