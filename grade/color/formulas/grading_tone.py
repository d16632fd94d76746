"""OpenColorIO's GradingTone: five tonal zones, and an S-curve about the middle of the scale.

The curve of a zone has quadratic pieces and continues as straight lines. Each is written in the
distance from where the zone starts. So whites and blacks share one curve, seen from either end, as
do highlights and shadows, and the two halves of the S-curve.

Parameters are numbers in an OpenColorIO transform and expressions in the op. What does not depend
on the pixel is a constant of the kernel, or is computed once per frame.

Source: OpenColorIO ops/gradingtone/GradingTone.cpp and GradingToneOpCPU.cpp. Differs: the constants
here come from closed forms of the same curves; the logarithm of linear light is exact here and good
to 1e-4 there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grade.color.formulas.grading_log_encoding import linear_to_log, log_to_linear
from grade.color.formulas.grading_primary import Four, Style
from grade.color.formulas.parameter_math import all_equal, choose, greater, lesser
from grade.color.formulas.quadratic_spline import Curve
from grade.color.formulas.quadratic_spline import forward as along
from grade.color.formulas.quadratic_spline import inverse as back
from grade.ir.expression import absolute, channels, equal, fma, maximum, minimum, rgb, select, sqrt

MOST = 65504.0  # the largest half float: no output is above it
HALO = 0.4
LEAST_WIDTH = 0.01


@dataclass(frozen=True)
class ToneZone:
    """The control of one zone: its value (1 is neutral), its start, and its width or pivot."""

    value: Four
    start: Any
    width: Any


@dataclass(frozen=True)
class ToneRange:
    """The ends and the middle of the tone scale, in the values that the zones work on."""

    top: float
    top_of_s: float
    bottom: float
    pivot: float


RANGES: dict[Style, ToneRange] = {
    "log": ToneRange(1.0, 1.0, 0.0, 0.4),
    "linear": ToneRange(7.5, 6.5, -5.5, 0.0),
    "video": ToneRange(1.0, 1.0, 0.0, 0.4),
}
ZONES = ("blacks", "shadows", "midtones", "highlights", "whites")
# The default start, and width or pivot, of each zone.
PLACES: dict[Style, dict[str, tuple[float, float]]] = {
    "log": {
        "blacks": (0.4, 0.4), "shadows": (0.5, 0.0), "midtones": (0.4, 0.6),
        "highlights": (0.3, 1.0), "whites": (0.4, 0.5),
    },
    "linear": {
        "blacks": (0.0, 4.0), "shadows": (2.0, -7.0), "midtones": (0.0, 8.0),
        "highlights": (-2.0, 9.0), "whites": (0.0, 8.0),
    },
    "video": {
        "blacks": (0.4, 0.4), "shadows": (0.6, 0.0), "midtones": (0.4, 0.7),
        "highlights": (0.2, 1.0), "whites": (0.5, 0.5),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Tone:
    """The controls. The width of shadows and highlights is their pivot, the far end of the zone."""

    style: Style
    blacks: ToneZone
    shadows: ToneZone
    midtones: ToneZone
    highlights: ToneZone
    whites: ToneZone
    s_contrast: Any = 1.0

    def neutral(self) -> Any:
        """Whether the grade changes nothing, wherever the zones are."""
        zones = (self.blacks, self.shadows, self.midtones, self.highlights, self.whites)
        result = equal(self.s_contrast, 1.0)
        for zone in zones:
            result = result & all_equal(zone.value, 1.0)
        return result


ZoneFunction = Callable[[Any, Any, bool], Any]
"""``function(x, value, inverse)`` applies one zone with one value."""


def apply_tone(x: Any, tone: Tone, inverse: bool) -> Any:
    """Apply the tone grade or its inverse. NaN stays NaN; no output is above 65504."""
    linear = tone.style == "linear"
    x = linear_to_log(x) if linear else x
    zones = _list_zones(tone)
    if inverse:
        x = _apply_s_curve(x, tone, True)
        for zone, function in reversed(zones):
            x = function(x, zone.value[3], True) if _is_active(zone.value[3]) else x
            x = _apply_by_channel(x, zone, function, True)
    else:
        for zone, function in zones:
            x = _apply_by_channel(x, zone, function, False)
            x = function(x, zone.value[3], False) if _is_active(zone.value[3]) else x
        x = _apply_s_curve(x, tone, False)
    return minimum(MOST, log_to_linear(x) if linear else x)


def _list_zones(tone: Tone) -> list[tuple[ToneZone, ZoneFunction]]:
    """List the zones in order.

    Whites and blacks start where the masters of highlights and shadows have moved their start to.
    """
    high, low = tone.highlights, tone.shadows
    foot, far = lesser(high.start, high.width - LEAST_WIDTH), high.width
    near, pivot = greater(low.start, low.width + LEAST_WIDTH), low.width

    def highlights(x: Any, value: Any, inverse: bool) -> Any:
        return foot + _bend_zone(x - foot, far - foot, 2.0 - value, inverse)

    def shadows(x: Any, value: Any, inverse: bool) -> Any:
        return near - _bend_zone(near - x, near - pivot, value, inverse)

    def moved(function: ZoneFunction, zone: ToneZone, place: Any) -> Any:
        return function(place, zone.value[3], False) if _is_active(zone.value[3]) else place

    white = moved(highlights, high, tone.whites.start)
    reach = moved(highlights, high, tone.whites.start + tone.whites.width) - white
    black = moved(shadows, low, tone.blacks.start)
    depth = black - moved(shadows, low, tone.blacks.start - tone.blacks.width)

    def whites(x: Any, value: Any, inverse: bool) -> Any:
        return white + _bend_end(x - white, reach, value, inverse, extended=True)

    def blacks(x: Any, value: Any, inverse: bool) -> Any:
        return black - _bend_end(black - x, depth, 2.0 - value, inverse, extended=False)

    def midtones(x: Any, value: Any, inverse: bool) -> Any:
        curve = _fit_midtones(tone.midtones, value, RANGES[tone.style])
        return (back if inverse else along)(curve, x)

    return [
        (tone.midtones, midtones),
        (tone.highlights, highlights),
        (tone.whites, whites),
        (tone.shadows, shadows),
        (tone.blacks, blacks),
    ]


def _is_active(value: Any) -> bool:
    return not (isinstance(value, int | float) and value == 1.0)


def _apply_by_channel(x: Any, zone: ToneZone, function: ZoneFunction, inverse: bool) -> Any:
    own = zone.value[:3]
    if not any(map(_is_active, own)):
        return x
    if own[0] is own[1] is own[2]:
        return function(x, own[0], inverse)
    pairs = zip(channels(x), own, strict=True)
    return rgb(*(function(c, v, inverse) if _is_active(v) else c for c, v in pairs))


def fit_slopes(knots: list[Any], slopes: list[Any], first: Any) -> Curve:
    """Fit the quadratic pieces with these slopes at these knots; ``first`` is the first value."""
    pieces, height = [], first
    for (x0, m0), (x1, m1) in pairwise(zip(knots, slopes, strict=True)):
        pieces.append((0.5 * (m1 - m0) / (x1 - x0), m0, height))
        height = height + 0.5 * (m0 + m1) * (x1 - x0)
    return Curve(tuple(knots), tuple(pieces))


# --- the zones ------------------------------------------------------------------------------------


def _fit_midtones(zone: ToneZone, value: Any, scale: ToneRange) -> Curve:
    """Fit the curve of the midtones: steeper below the center and flatter above it, or vice versa.

    Outside the zone nothing changes. One outer slope follows from the others, so that the
    deviations cancel from end to end.
    """
    low, high = scale.bottom, scale.top
    width = lesser(greater(zone.width, LEAST_WIDTH), 0.95 * (high - low))
    margin = 0.51 * width
    center = lesser(greater(zone.start, low + margin), high - margin)
    left, right = center - 0.5 * width, center + 0.5 * width
    inner_left, inner_right = center - 0.25 * width, center + 0.25 * width
    change = 0.9 * (value - 1.0)
    is_low = center <= 0.5 * (low + high)
    rest_low = (HALO * (left - low) + 0.1 * width) / (high - inner_right)
    rest_high = (HALO * (high - right) + 0.1 * width) / (inner_left - low)
    slopes = [
        1.0,
        1.0 + change * choose(is_low, HALO, rest_high),
        1.0 + change,
        1.0 - change,
        1.0 - change * choose(is_low, rest_low, HALO),
        1.0,
    ]
    return fit_slopes([low, left, inner_left, inner_right, right, high], slopes, low)


def _bend_zone(u: Any, span: Any, value: Any, inverse: bool) -> Any:
    """Bend a zone: slope 1 at 0, slope ``value`` at ``span``, where the diagonal is met again.

    Above 1 the curve is the inverse of the one for ``2 - value``.
    """
    end = 1.0 - absolute(value - 1.0)
    curve = fit_slopes([0.0, 0.5 * span, span], [1.0, 1.5 - 0.5 * end, end], 0.0)
    other_way = value > 1.0
    if isinstance(other_way, bool):
        return (back if other_way is not inverse else along)(curve, u)
    there, opposite = along(curve, u), back(curve, u)
    if inverse:
        there, opposite = opposite, there
    return select(other_way, opposite, there)


def _bend_end(u: Any, width: Any, value: Any, inverse: bool, extended: bool) -> Any:
    """Bend an end of the scale: slope 1 at 0, slope ``value`` at ``width``, unchanged below 0.

    A falling slope continues straight. A rising one is the inverse of the falling one for
    ``2 - value``, scaled so that it too begins with slope 1. If ``extended``, it continues with the
    curvature that it has near its end.
    """
    slope = 1.0 - absolute(value - 1.0)
    curvature = 0.5 * (slope - 1.0) / width
    gain = 0.5 * (1.0 + slope)
    falling = _invert_fall if inverse else _fall
    rising = _invert_rise if inverse else _rise
    below = minimum(u, 0.0)
    above = maximum(0.0, u)
    rises = value > 1.0
    if isinstance(rises, bool):
        if rises:
            return below + rising(above, width, slope, curvature, gain, extended)
        return below + falling(above, width, slope, curvature, gain)
    return below + select(
        rises,
        rising(above, width, slope, curvature, gain, extended),
        falling(above, width, slope, curvature, gain),
    )


def _fall(u: Any, width: Any, slope: Any, curvature: Any, gain: Any) -> Any:
    inside = minimum(width, u)
    return fma(slope, u - inside, inside * fma(curvature, inside, 1.0))


def _invert_fall(y: Any, width: Any, slope: Any, curvature: Any, gain: Any) -> Any:
    inside = minimum(width * gain, y)
    return fma(1.0 / slope, y - inside, _solve(inside, curvature))


def _rise(u: Any, width: Any, slope: Any, curvature: Any, gain: Any, extended: bool) -> Any:
    inside = minimum(width, u)
    beyond = u - inside
    more = beyond * (1.0 / slope)
    if extended:
        more = beyond * fma(_find_extension(width, slope), beyond, 1.0 / slope)
    return more + _solve(inside, curvature * gain)


def _invert_rise(y: Any, width: Any, slope: Any, curvature: Any, gain: Any, extended: bool) -> Any:
    inside = minimum(width / gain, y)
    beyond = y - inside
    more = beyond * slope
    if extended:
        rate = 1.0 / slope
        root = sqrt(fma(4.0 * _find_extension(width, slope), beyond, rate * rate))
        # The quotient would be NaN for an infinity.
        more = select(beyond <= 3e38, 2.0 * beyond / (root + rate), beyond)
    return more + inside * fma(curvature * gain, inside, 1.0)


def _find_extension(width: Any, slope: Any) -> Any:
    """Find half the second derivative beyond the end: its mean over the last hundredth before."""
    near = 1.0 + 0.99 * (slope - 1.0)
    return 0.5 * (1.0 - slope) / (slope * near * width)


def _solve(y: Any, curvature: Any) -> Any:
    """Solve ``u * (1 + curvature * u) = y`` for ``u``."""
    return 2.0 * y / (1.0 + sqrt(maximum(fma(4.0 * curvature, y, 1.0), 0.0)))


# --- the S-curve ----------------------------------------------------------------------------------


def _apply_s_curve(x: Any, tone: Tone, inverse: bool) -> Any:
    """Apply the S-curve: contrast about the pivot that eases out toward both ends of the scale.

    Both halves use one curve of the distance from the pivot, relative to the distance of the end.
    """
    if not _is_active(tone.s_contrast):
        return x
    scale = RANGES[tone.style]
    amount = tone.s_contrast
    more = 1.0 / (1.8125 - 0.8125 * lesser(amount, 1.99))
    slope = choose(amount > 1.0, more, 0.28125 + 0.71875 * greater(amount, 0.01))
    start = 0.25 / slope
    half = greater(1.0 / (1.0 + slope) - start, 0.15 * (1.0 - start))
    middle = start + half
    end = (1.0 - middle * slope) / (1.0 - middle)
    curve = fit_slopes([start, start + 2.0 * half], [slope, end], 0.25)
    away = x - scale.pivot
    below = away < 0.0
    up, down = scale.top_of_s - scale.pivot, scale.pivot - scale.bottom
    size = down if up == down else select(below, down, up)
    part = absolute(away) * (1.0 / size if up == down else select(below, 1.0 / down, 1.0 / up))
    moved = (back if inverse else along)(curve, part) * size
    return scale.pivot + select(below, -moved, moved)
