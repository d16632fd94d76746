"""Curves through control points, arranged for pixels.

Slopes and coefficients are expressions of the points alone, so they are computed once per frame,
and dragging a point recompiles nothing. What remains per pixel is a chain of comparisons with the
knots and one polynomial.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from grade.ir.expression import equal, floor, fma, maximum, minimum, select
from grade.op.formulas.spline_slopes import (
    Points,
    akima_slopes,
    harmonic_slopes,
    limit_slopes,
    monotone_slopes,
    natural_slopes,
    secants,
    segment_widths,
)

INFINITY = float("inf")
SLOPES = {"monotone": monotone_slopes, "natural": natural_slopes, "akima": akima_slopes}
TURN = 360.0


def evaluate_curve(
    x: Any, points: Points, spline: str, monotone: bool = False, extrapolation: str = "linear"
) -> Any:
    """The curve at ``x``; beyond the end points it goes on straight, with its slope there.

    Where all points lie on the diagonal the result has the bits of ``x``, whatever the
    extrapolation. NaN stays NaN. An infinity stays one, and on a flat end becomes the end's value.

    Parameters
    ----------
    x
        One channel or a color, f32.
    points
        ``(x, y)`` pairs of nodes or NumPy numbers, x ascending, at least two.
    spline
        ``linear``, or a rule for slopes: ``monotone``, ``natural`` or ``akima``.
    monotone
        Limit the slopes so that nothing overshoots.
    extrapolation
        ``linear``; or ``constant``, the value of the end point beyond it.
    """
    reached = limit_to_ends(x, points) if extrapolation == "constant" else x
    if spline == "linear" or len(points) == 2:
        shaped = _linear(reached, points)
    else:
        shaped = _cubic(reached, points, _slopes(points, spline, monotone))
    return select(is_diagonal(points), x, shaped)


def is_diagonal(points: Points) -> Any:
    """Whether all points lie on y = x: a condition of the points alone."""
    result = equal(*points[0])
    for point in points[1:]:
        result = result & equal(*point)
    return result


def limit_to_ends(x: Any, points: Points) -> Any:
    """``x`` limited to the end points; NaN stays NaN."""
    return minimum(points[-1][0], maximum(points[0][0], x))


def evaluate_closed_curve(x: Any, points: Points) -> Any:
    """The closed curve at an angle ``x`` in degrees: monotone pieces, smooth across the seam.

    From the last point it goes on round the circle to the first. Slopes are those of PCHIP, so the
    curve stays between the heights of the two points beside it.

    Parameters
    ----------
    x
        Degrees, any number of turns. NaN stays NaN if there are two points or more.
    points
        ``(x, y)``, x ascending by less than a turn, at least one.
    """
    first, start = points[0]
    if len(points) == 1:
        return start
    closed = [(x - first, y) for x, y in points] + [(TURN, start)]
    widths, rises = segment_widths(closed), secants(closed)
    inner = harmonic_slopes([widths[-1], *widths], [rises[-1], *rises])
    turned = x - first
    turned = fma(floor(turned * (1 / TURN)), -TURN, turned)
    return evaluate_hermite(turned, closed, [*inner, inner[0]])


def evaluate_level_curve(x: Any, points: Points) -> Any:
    """The curve with PCHIP slopes that is level at its end points and beyond them.

    It stays between the heights of neighboring points. NaN stays NaN if there are two points or
    more; an infinity gives the end's value.
    """
    if len(points) == 1:
        return points[0][1]
    inner = harmonic_slopes(segment_widths(points), secants(points))
    return evaluate_hermite(limit_to_ends(x, points), points, [0.0, *inner, 0.0])


def evaluate_hermite(x: Any, points: Points, slopes: Sequence[Any]) -> Any:
    """The cubics through points with given slopes; the outer two go on beyond the ends."""
    segments = []
    pieces = zip(pairwise(points), pairwise(slopes), secants(points), strict=True)
    for ((x0, y0), (x1, _)), (m0, m1), rise in pieces:
        over = 1 / (x1 - x0)
        c2 = (3 * rise - 2 * m0 - m1) * over
        c3 = (m0 + m1 - 2 * rise) * over * over
        segments.append((x0, y0, m0, c2, c3))
    knot, value, c1, c2, c3 = _pick_segment(x, points, segments)
    t = x - knot
    return fma(fma(fma(c3, t, c2), t, c1), t, value)


def stop_at_flat_ends(x: Any, points: Points, first: Any, last: Any) -> Any:
    """``x`` limited at an end whose slope is 0, because 0 times an infinity is NaN."""
    low = select(equal(first, 0.0), points[0][0], -INFINITY)
    high = select(equal(last, 0.0), points[-1][0], INFINITY)
    return minimum(high, maximum(low, x))


def _slopes(points: Points, spline: str, monotone: bool) -> list[Any]:
    slopes = SLOPES[spline](points)
    return limit_slopes(points, slopes) if monotone and spline != "monotone" else slopes


def _linear(x: Any, points: Points) -> Any:
    slopes = secants(points)
    x = stop_at_flat_ends(x, points, slopes[0], slopes[-1])
    segments = [(*point, slope) for point, slope in zip(points, slopes, strict=False)]
    knot, value, slope = _pick_segment(x, points, segments)
    return fma(slope, x - knot, value)


def _cubic(x: Any, points: Points, slopes: Sequence[Any]) -> Any:
    low = points[0][0]
    inside = limit_to_ends(x, points)
    core = evaluate_hermite(inside, points, slopes)
    beyond = stop_at_flat_ends(x, points, slopes[0], slopes[-1]) - inside
    return fma(select(x < low, slopes[0], slopes[-1]), beyond, core)


def _pick_segment(x: Any, points: Points, segments: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The coefficients of the segment that ``x`` lies in: one comparison per inner knot."""
    picked = segments[0]
    for (knot, _), segment in zip(points[1:-1], segments[1:], strict=True):
        passed = knot <= x
        picked = tuple(select(passed, new, old) for new, old in zip(segment, picked, strict=True))
    return picked
