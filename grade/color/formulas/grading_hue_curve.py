"""OpenColorIO's GradingHueCurve: eight splines over hue, saturation and luma.

Points are numbers or expressions, as in :mod:`grade.color.formulas.quadratic_spline`.

Source: OpenColorIO ops/gradingrgbcurve/GradingBSplineCurve.cpp (hue curves) and
ops/gradinghuecurve/GradingHueCurveOpCPU.cpp. In style video, OpenColorIO 2.5 adds a tenth of the
luma gains, as in log; 2.6.0 multiplies by them, as in linear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from grade.color.formulas.grading_log_encoding import linear_to_log, log_to_linear
from grade.color.formulas.grading_primary import Style
from grade.color.formulas.hsy import from_hsy, to_hsy
from grade.color.formulas.parameter_math import all_equal, choose, greater, lesser
from grade.color.formulas.quadratic_spline import Curve, estimate_slopes, fit
from grade.color.formulas.quadratic_spline import forward as along
from grade.color.formulas.quadratic_spline import inverse as back
from grade.ir.expression import (
    absolute,
    channels,
    equal,
    floor,
    fma,
    maximum,
    minimum,
    rgb,
    select,
    sqrt,
)

Points = Sequence[tuple[Any, Any]]
Variant = Literal["ocio26", "ocio25"]
NAMES = ("hue_hue", "hue_sat", "hue_lum", "lum_sat", "sat_sat", "lum_lum", "sat_lum", "hue_fx")
PERIODIC = ("hue_hue", "hue_sat", "hue_lum", "hue_fx")
# The height at which a curve changes nothing; None stands for the diagonal.
LEVELS: dict[str, float | None] = {
    "hue_hue": None, "hue_sat": 1.0, "hue_lum": 1.0, "lum_sat": 1.0,
    "sat_sat": None, "lum_lum": None, "sat_lum": 1.0, "hue_fx": 0.0,
}  # fmt: skip
CLOSEST = 2e-3  # of the span: points nearer than this are moved apart
PARABOLA = 1e-5
FLAT = 1e-6
FLATTEST = 1e-5
LUMA_STEP = 0.1
LEAST_GAIN = 0.01


@dataclass(frozen=True)
class HueCurve:
    """A fitted curve, and the condition under which it changes nothing."""

    curve: Curve
    neutral: Any = False


# --- the fit --------------------------------------------------------------------------------------


def fit_curve(name: str, points: Points, slopes: Sequence[float] | None = None) -> HueCurve:
    """Fit the curve of this name through its points: x ascending, hues within 0..1."""
    level = LEVELS[name]
    if level is None:
        neutral: Any = True
        for x, y in points:
            neutral = equal(x, y) & neutral
    else:
        neutral = all_equal([y for _, y in points], level)
    spaced = _move_apart(points, level is None)
    if name in PERIODIC:
        turn = 1.0 if level is None else 0.0
        (x0, y0), (x1, y1) = spaced[0], spaced[-1]
        spaced = [(x1 - 1.0, y1 - turn), *spaced, (x0 + 1.0, y0 + turn)]
    if slopes is None:
        fitted = _estimate_slopes(spaced, name in PERIODIC, level is not None or name == "hue_hue")
    else:
        # As in OpenColorIO, the last slope is used at both ends.
        fitted = [slopes[-1], *slopes, slopes[-1]] if name in PERIODIC else list(slopes)
    curve = fit(spaced, fitted, _find_middle_knot, PARABOLA)
    return HueCurve(curve, neutral & (slopes is None))


def _move_apart(points: Points, rising: bool) -> list[tuple[Any, Any]]:
    """Move points apart that are too near: in x, and also in y if the curve must rise."""
    least_x = (points[-1][0] - points[0][0]) * CLOSEST
    least_y = (points[-1][1] - points[0][1]) * CLOSEST
    result = [points[0]]
    for x, y in points[1:]:
        before_x, before_y = result[-1]
        x = choose(x - before_x < least_x, before_x + least_x, x)
        if rising:
            y = choose(y - before_y < least_y, before_y + least_y, y)
        result.append((x, y))
    return result


def _estimate_slopes(points: Points, periodic: bool, harmonic: bool) -> list[Any]:
    secants = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    if len(secants) == 1:
        return [secants[0], secants[0]]
    if harmonic:
        inner = [_harmonic_mean(s0, s1) for s0, s1 in pairwise(secants)]
        first = 0.5 * (3.0 * secants[0] - inner[0])
        last = 0.5 * (3.0 * secants[-1] - inner[-1])
        slopes = [first, *inner, last]
    else:
        slopes = list(estimate_slopes(points))
    for index, secant in enumerate(secants):
        scale = _find_shape_scale(slopes[index], slopes[index + 1], secant)
        slopes[index] = slopes[index] * scale
        slopes[index + 1] = slopes[index + 1] * scale
    if periodic:
        slopes[0] = slopes[-2]
        slopes[-1] = slopes[1]
    return slopes


def _harmonic_mean(s0: Any, s1: Any) -> Any:
    """Compute the harmonic mean of two secants; 0 at an extremum and beside a flat secant."""
    total, product = s0 + s1, s0 * s1
    small = choose(total < 0.0, -1e-3, 1e-3)
    divisor = choose(absolute(total) < 1e-3, small, total)
    return choose(product <= 0.0, 0.0, 2.0 * product / divisor)


def _find_shape_scale(m0: Any, m1: Any, secant: Any) -> Any:
    """Find the factor, 1 at most, for both slopes of an interval that keeps its shape."""
    share = choose(absolute(m1) < absolute(m0), 0.8, 0.2)
    near = m0 + share * (m1 - m0)
    flat = absolute(near) < FLAT  # its sign is only a rounding there
    scale = choose(flat, 1.0, 1.5 * secant / choose(flat, 1.0, near))
    return lesser(scale, 1.0)


def _find_middle_knot(interval: tuple[Any, Any, Any, Any, Any, Any]) -> Any:
    """Find where the two quadratics of an interval meet: near the flatter end of a bend."""
    x0, y0, m0, x1, y1, m1 = interval
    width = x1 - x0
    secant = (y1 - y0) / width
    falls = secant < 0.0
    m0, m1 = choose(falls, -m0, m0), choose(falls, -m1, m1)
    secant = absolute(secant)
    center, left, right = x0 + 0.5 * width, x0 + 0.2 * width, x1 - 0.2 * width
    flattens = m1 < m0
    least, most = lesser(m0, m1), greater(m0, m1)
    top, bottom = choose(flattens, right, left), choose(flattens, left, right)
    change = most - least
    bend = _fraction(change / greater(most, 0.01) - 0.05, 0.7)
    top, bottom = center + bend * (top - center), center + bend * (bottom - center)
    low = least + 0.1 * change
    knot = bottom + _fraction(secant - low, 0.8 * change) * (top - bottom)
    return knot + _fraction(secant - 1.1 * most, 2.9 * most) * (center - knot)


def _fraction(part: Any, whole: Any) -> Any:
    """Compute ``part / whole``, clamped to 0..1."""
    return greater(lesser(part / greater(whole, 1e-9), 1.0), 0.0)


# --- pixels ---------------------------------------------------------------------------------------


def apply_curves(
    x: Any,
    curves: Mapping[str, HueCurve],
    style: Style,
    variant: Variant,
    inverse: bool,
    plain: bool = False,
) -> Any:
    """Apply the given curves to a color, or their approximate inverse.

    The inverse is best effort: gains below 0.01 count as 0.01, and what a curve folds stays folded.
    If ``plain``, ``x`` is hue, saturation and luma already.
    """
    hue, saturation, luma = channels(x if plain else to_hsy(x, style))
    way = _apply_backward if inverse else _apply_forward
    result = rgb(*way(hue, saturation, luma, curves, style, variant))
    return result if plain else from_hsy(result, style)


def _apply_forward(
    hue: Any, saturation: Any, luma: Any, curves: Mapping[str, HueCurve], style: Style, variant: str
) -> tuple[Any, Any, Any]:
    luma = linear_to_log(luma) if style == "linear" else luma
    hue_sat = _read_gain(curves, "hue_sat", hue)
    hue_lum = _read_gain(curves, "hue_lum", hue)
    hue = _read_curve(curves, "hue_hue", hue, hue)
    saturation = _hold_positive(_read_curve(curves, "sat_sat", saturation, saturation))
    saturation = saturation * (_read_gain(curves, "lum_sat", luma) * hue_sat)
    sat_lum = _read_gain(curves, "sat_lum", saturation)
    luma = _read_curve(curves, "lum_lum", luma, luma)
    luma = log_to_linear(luma) if style == "linear" else luma
    hue_lum = _fade_for_greys(hue_lum, saturation)
    if _multiplies(style, variant):
        luma = luma * (hue_lum * sat_lum)
    else:
        luma = fma(hue_lum + sat_lum - 2.0, LUMA_STEP, luma)
    hue = hue - floor(hue)
    return hue + _read_curve(curves, "hue_fx", hue, 0.0), saturation, luma


def _apply_backward(
    hue: Any, saturation: Any, luma: Any, curves: Mapping[str, HueCurve], style: Style, variant: str
) -> tuple[Any, Any, Any]:
    for name in ("hue_fx", "hue_hue"):
        hue = _invert_hue(curves, name, hue)
    hue = hue - floor(hue)
    hue_sat = _read_gain(curves, "hue_sat", hue)
    saturation = _hold_positive(saturation)
    sat_lum = _read_gain(curves, "sat_lum", saturation)
    hue_lum = _fade_for_greys(_read_gain(curves, "hue_lum", hue), saturation)
    if _multiplies(style, variant):
        luma = luma / greater(hue_lum * sat_lum, LEAST_GAIN)
    else:
        luma = fma(hue_lum + sat_lum - 2.0, -LUMA_STEP, luma)
    luma = linear_to_log(luma) if style == "linear" else luma
    if "lum_lum" in curves:
        luma = _choose_neutral(curves["lum_lum"], back(curves["lum_lum"].curve, luma), luma)
    gain = _read_gain(curves, "lum_sat", luma) * hue_sat
    luma = log_to_linear(luma) if style == "linear" else luma
    saturation = saturation / greater(gain, LEAST_GAIN)
    if "sat_sat" in curves:
        sat_sat = curves["sat_sat"]
        saturation = _hold_positive(
            _choose_neutral(sat_sat, back(sat_sat.curve, saturation), saturation)
        )
    return hue, saturation, luma


def _multiplies(style: Style, variant: str) -> bool:
    return style == "linear" or (style == "video" and variant == "ocio26")


def _fade_for_greys(gain: Any, saturation: Any) -> Any:
    """Fade a gain that depends on hue to 1 for greys, which have no hue."""
    if isinstance(gain, float):
        return gain
    return fma(gain - 1.0, minimum(1.0, saturation), 1.0)


def _read_gain(curves: Mapping[str, HueCurve], name: str, x: Any) -> Any:
    return _hold_positive(_read_curve(curves, name, x, 1.0)) if name in curves else 1.0


def _read_curve(curves: Mapping[str, HueCurve], name: str, x: Any, neutral: Any) -> Any:
    if name not in curves:
        return neutral
    return _choose_neutral(curves[name], along(curves[name].curve, x), neutral)


def _choose_neutral(curve: HueCurve, value: Any, neutral: Any) -> Any:
    return choose(curve.neutral, neutral, value)


def _hold_positive(x: Any) -> Any:
    return greater(0.0, x)  # NaN stays in this order of operands


def _invert_hue(curves: Mapping[str, HueCurve], name: str, hue: Any) -> Any:
    """Invert a periodic curve over hue; ``hue_fx`` is inverted together with the hue it adds to."""
    if name not in curves:
        return hue
    curve = curves[name].curve
    rows = [(knot, *piece) for knot, piece in zip(curve.knots, curve.pieces, strict=False)]
    low, high = curve.first[1], curve.last[1]
    if name == "hue_fx":
        rows = [(knot, a, b + 1.0, c + knot) for knot, a, b, c in rows]
        low, high = low + curve.knots[0], high + curve.knots[-1]
    up, down = -floor(hue - low), -floor(high - hue)
    turned = select(hue < low, hue + up, select(high < hue, hue - down, hue))
    return _choose_neutral(curves[name], _solve(turned, rows), hue)


def _solve(y: Any, rows: Sequence[tuple[Any, Any, Any, Any]]) -> Any:
    """Solve the quadratics for a value, in the first piece whose end is above it."""
    picked = rows[-1]
    for row, after in reversed(list(pairwise(rows))):
        before = y < after[3]
        picked = tuple(select(before, new, old) for new, old in zip(row, picked, strict=True))
    knot, a, b, c = picked
    rise = y - c
    root = sqrt(maximum(fma(4.0 * a, rise, b * b), 0.0)) + b
    shallow = absolute(root) < FLATTEST
    flat = absolute(b) < FLATTEST
    line = select(flat, 0.0, rise / select(flat, 1.0, b))
    return knot + select(shallow, line, 2.0 * rise / select(shallow, 1.0, root))
