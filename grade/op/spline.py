"""Curves through control points, arranged for pixels.

Slopes and coefficients are expressions of the points alone, so they are computed once per frame
and dragging a point recompiles nothing. Per pixel there remain a chain of comparisons with the
knots and one polynomial.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from grade.ir.expression import absolute, equal, fma, maximum, minimum, select

Points = Sequence[tuple[Any, Any]]
INFINITY = float("inf")


def secants(points: Points) -> list[Any]:
    """The slope of each segment."""
    return [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]


def monotone_slopes(points: Points) -> list[Any]:
    """Slopes at the points that keep the Hermite cubics monotone between monotone points (PCHIP).

    Inside: the weighted harmonic mean of the two secants, 0 where they differ in sign or one is 0.
    At the ends: the three-point slope, held to the sign of its secant, and to three times it where
    the secants differ in sign.

    Source: F. N. Fritsch and J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984); ends as in C. Moler,
    Numerical Computing with MATLAB, 3.4.
    """
    steps = [x1 - x0 for (x0, _), (x1, _) in pairwise(points)]
    rises = secants(points)
    if len(rises) == 1:
        return [rises[0], rises[0]]
    inner = []
    for (h0, h1), (s0, s1) in zip(pairwise(steps), pairwise(rises), strict=True):
        w0, w1 = h0 + 2 * h1, 2 * h0 + h1
        mean = (w0 + w1) / (w0 / s0 + w1 / s1)
        inner.append(select(s0 * s1 > 0.0, mean, 0.0))
    first = _end_slope(steps[0], steps[1], rises[0], rises[1])
    last = _end_slope(steps[-1], steps[-2], rises[-1], rises[-2])
    return [first, *inner, last]


def _end_slope(h0: Any, h1: Any, s0: Any, s1: Any) -> Any:
    slope = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1)
    steep = (s0 * s1 <= 0.0) & (absolute(3 * s0) < absolute(slope))
    return select(slope * s0 <= 0.0, 0.0, select(steep, 3 * s0, slope))


def curve(x: Any, points: Points, spline: str) -> Any:
    """The curve at ``x``; beyond the end points it runs on straight, with its slope there.

    Bits of ``x`` come through where all points lie on the diagonal. NaN stays NaN. An infinity
    stays one, and on a flat end becomes the end's value.

    Parameters
    ----------
    x
        One channel or a colour, f32.
    points
        ``(x, y)`` pairs of nodes or numbers, x ascending, at least two.
    spline
        ``monotone`` (PCHIP, see :func:`monotone_slopes`) or ``linear``.
    """
    shaped = _linear(x, points) if spline == "linear" else _cubic(x, points)
    diagonal = equal(*points[0])
    for point in points[1:]:
        diagonal = diagonal & equal(*point)
    return select(diagonal, x, shaped)


def _linear(x: Any, points: Points) -> Any:
    slopes = secants(points)
    x = _finite_on_flat_ends(x, points, slopes[0], slopes[-1])
    rows = [(*point, slope) for point, slope in zip(points, slopes, strict=False)]
    knot, value, slope = _pick(x, points, rows)
    return fma(slope, x - knot, value)


def _cubic(x: Any, points: Points) -> Any:
    slopes = monotone_slopes(points)
    if len(points) == 2:
        return _linear(x, points)
    rows = []
    pieces = zip(pairwise(points), pairwise(slopes), secants(points), strict=True)
    for ((x0, y0), (x1, _)), (m0, m1), rise in pieces:
        over = 1 / (x1 - x0)
        c2 = (3 * rise - 2 * m0 - m1) * over
        c3 = (m0 + m1 - 2 * rise) * over * over
        rows.append((x0, y0, m0, c2, c3))
    low, high = points[0][0], points[-1][0]
    inside = minimum(high, maximum(low, x))
    knot, value, c1, c2, c3 = _pick(inside, points, rows)
    t = inside - knot
    core = fma(fma(fma(c3, t, c2), t, c1), t, value)
    beyond = _finite_on_flat_ends(x, points, slopes[0], slopes[-1]) - inside
    return fma(select(x < low, slopes[0], slopes[-1]), beyond, core)


def _pick(x: Any, points: Points, rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The row of the segment that ``x`` lies in: one comparison per inner knot."""
    picked = rows[0]
    for (knot, _), row in zip(points[1:-1], rows[1:], strict=True):
        passed = knot <= x
        picked = tuple(select(passed, new, old) for new, old in zip(row, picked, strict=True))
    return picked


def _finite_on_flat_ends(x: Any, points: Points, first: Any, last: Any) -> Any:
    """``x`` stopped at an end whose slope is 0, because 0 times an infinity is NaN."""
    low = select(equal(first, 0.0), points[0][0], -INFINITY)
    high = select(equal(last, 0.0), points[-1][0], INFINITY)
    return minimum(high, maximum(low, x))
