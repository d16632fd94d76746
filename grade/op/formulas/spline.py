"""Curves through control points, arranged for pixels.

Slopes and coefficients are expressions of the points alone, so they are computed once per frame
and dragging a point recompiles nothing. Per pixel there remain a chain of comparisons with the
knots and one polynomial.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from grade.ir.expression import equal, floor, fma, maximum, minimum, select
from grade.op.formulas.slopes import (
    Points,
    akima_slopes,
    harmonic_slopes,
    limited,
    monotone_slopes,
    natural_slopes,
    secants,
    steps,
)

INFINITY = float("inf")
SLOPES = {"monotone": monotone_slopes, "natural": natural_slopes, "akima": akima_slopes}
TURN = 360.0


def curve(
    x: Any, points: Points, spline: str, monotone: bool = False, extrapolation: str = "linear"
) -> Any:
    """The curve at ``x``; beyond the end points it runs on straight, with its slope there.

    Bits of ``x`` come through where all points lie on the diagonal, whatever the extrapolation.
    NaN stays NaN. An infinity stays one, and on a flat end becomes the end's value.

    Parameters
    ----------
    x
        One channel or a colour, f32.
    points
        ``(x, y)`` pairs of nodes or NumPy numbers, x ascending, at least two.
    spline
        ``linear``, or a rule of :mod:`grade.op.formulas.slopes`: ``monotone``, ``natural`` or
        ``akima``.
    monotone
        Hold the slopes so that nothing overshoots.
    extrapolation
        ``linear``, or ``constant``: beyond an end point its value.
    """
    reached = within(x, points) if extrapolation == "constant" else x
    if spline == "linear" or len(points) == 2:
        shaped = _linear(reached, points)
    else:
        shaped = _cubic(reached, points, _slopes(points, spline, monotone))
    return select(diagonal(points), x, shaped)


def diagonal(points: Points) -> Any:
    """Whether all points lie on y = x: a condition of the points alone."""
    result = equal(*points[0])
    for point in points[1:]:
        result = result & equal(*point)
    return result


def within(x: Any, points: Points) -> Any:
    """``x`` held to the end points; NaN stays NaN."""
    return minimum(points[-1][0], maximum(points[0][0], x))


def around(x: Any, points: Points) -> Any:
    """The closed curve at an angle ``x`` in degrees: monotone pieces, smooth across the seam.

    Between the last point and the first it runs on round the circle. Slopes are those of PCHIP, so
    it stays between the heights of the two points that it is between.

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
    widths, rises = steps(closed), secants(closed)
    inner = harmonic_slopes([widths[-1], *widths], [rises[-1], *rises])
    turned = x - first
    turned = fma(floor(turned * (1 / TURN)), -TURN, turned)
    return hermite(turned, closed, [*inner, inner[0]])


def leveled(x: Any, points: Points) -> Any:
    """The curve of PCHIP slopes that is level at its end points and beyond them.

    It stays between the heights of neighbouring points. NaN stays NaN if there are two points or
    more; an infinity gives the end's value.
    """
    if len(points) == 1:
        return points[0][1]
    inner = harmonic_slopes(steps(points), secants(points))
    return hermite(within(x, points), points, [0.0, *inner, 0.0])


def hermite(x: Any, points: Points, slopes: Sequence[Any]) -> Any:
    """The cubics through points with given slopes; the outer ones go on beyond the ends."""
    rows = []
    pieces = zip(pairwise(points), pairwise(slopes), secants(points), strict=True)
    for ((x0, y0), (x1, _)), (m0, m1), rise in pieces:
        over = 1 / (x1 - x0)
        c2 = (3 * rise - 2 * m0 - m1) * over
        c3 = (m0 + m1 - 2 * rise) * over * over
        rows.append((x0, y0, m0, c2, c3))
    knot, value, c1, c2, c3 = _pick(x, points, rows)
    t = x - knot
    return fma(fma(fma(c3, t, c2), t, c1), t, value)


def finite_on_flat_ends(x: Any, points: Points, first: Any, last: Any) -> Any:
    """``x`` stopped at an end whose slope is 0, because 0 times an infinity is NaN."""
    low = select(equal(first, 0.0), points[0][0], -INFINITY)
    high = select(equal(last, 0.0), points[-1][0], INFINITY)
    return minimum(high, maximum(low, x))


def _slopes(points: Points, spline: str, monotone: bool) -> list[Any]:
    slopes = SLOPES[spline](points)
    return limited(points, slopes) if monotone and spline != "monotone" else slopes


def _linear(x: Any, points: Points) -> Any:
    slopes = secants(points)
    x = finite_on_flat_ends(x, points, slopes[0], slopes[-1])
    rows = [(*point, slope) for point, slope in zip(points, slopes, strict=False)]
    knot, value, slope = _pick(x, points, rows)
    return fma(slope, x - knot, value)


def _cubic(x: Any, points: Points, slopes: Sequence[Any]) -> Any:
    low = points[0][0]
    inside = within(x, points)
    core = hermite(inside, points, slopes)
    beyond = finite_on_flat_ends(x, points, slopes[0], slopes[-1]) - inside
    return fma(select(x < low, slopes[0], slopes[-1]), beyond, core)


def _pick(x: Any, points: Points, rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The row of the segment that ``x`` lies in: one comparison per inner knot."""
    picked = rows[0]
    for (knot, _), row in zip(points[1:-1], rows[1:], strict=True):
        passed = knot <= x
        picked = tuple(select(passed, new, old) for new, old in zip(row, picked, strict=True))
    return picked
