"""Slopes at control points: the rules by which cubic splines differ.

Everything is an expression of the points alone, so it is computed once per frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from grade.ir.expression import absolute, equal, maximum, minimum, select

Points = Sequence[tuple[Any, Any]]
SMALLEST = 1e-30  # least divisor; the dividend is 0 wherever it is needed


def segment_widths(points: Points) -> list[Any]:
    """The width of each segment."""
    return [x1 - x0 for (x0, _), (x1, _) in pairwise(points)]


def secants(points: Points) -> list[Any]:
    """The slope of each segment."""
    return [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]


# --- monotone -------------------------------------------------------------------------------------


def monotone_slopes(points: Points) -> list[Any]:
    """Slopes at the points that keep the Hermite cubics monotone between monotone points (PCHIP).

    Inside: the weighted harmonic mean of the two secants, 0 where they differ in sign or one is 0.
    At the ends: the three-point slope, limited to the sign of its secant, and to three times the
    secant where the secants differ in sign.

    Source: F. N. Fritsch and J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984); ends as in C. Moler,
    Numerical Computing with MATLAB, 3.4.
    """
    widths = segment_widths(points)
    rises = secants(points)
    if len(rises) == 1:
        return [rises[0], rises[0]]
    inner = []
    for (h0, h1), (s0, s1) in zip(pairwise(widths), pairwise(rises), strict=True):
        w0, w1 = h0 + 2 * h1, 2 * h0 + h1
        mean = (w0 + w1) / (w0 / s0 + w1 / s1)
        inner.append(select(s0 * s1 > 0.0, mean, 0.0))
    first = _end_slope(widths[0], widths[1], rises[0], rises[1])
    last = _end_slope(widths[-1], widths[-2], rises[-1], rises[-2])
    return [first, *inner, last]


def harmonic_slopes(widths: Sequence[Any], rises: Sequence[Any]) -> list[Any]:
    """The PCHIP slope between each two neighboring segments, from their widths and secants.

        m = (w0 + w1) s0 s1 / (w0 s1 + w1 s0),  0 unless s0 s1 > 0

    The mean of :func:`monotone_slopes` in a form that divides by no secant. So it is finite and its
    rounding is bounded where a curve is flat, as curves of gains mostly are.
    """
    slopes = []
    for (h0, h1), (s0, s1) in zip(pairwise(widths), pairwise(rises), strict=True):
        w0, w1 = h0 + 2 * h1, 2 * h0 + h1
        product = maximum(s0 * s1, 0.0)
        size = w0 * absolute(s1) + w1 * absolute(s0)
        slope = (w0 + w1) * product / maximum(size, SMALLEST)
        slopes.append(select(s0 < 0.0, -slope, slope))
    return slopes


def _end_slope(h0: Any, h1: Any, s0: Any, s1: Any) -> Any:
    slope = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1)
    steep = (s0 * s1 <= 0.0) & (absolute(3 * s0) < absolute(slope))
    return select(slope * s0 <= 0.0, 0.0, select(steep, 3 * s0, slope))


def limit_slopes(points: Points, slopes: Sequence[Any]) -> list[Any]:
    """Limit slopes so that the Hermite cubics stay monotone between monotone points.

    A slope keeps the sign of the secants beside it and is at most three times the smaller; it is 0
    where they differ in sign.

    Source: C. de Boor and B. Swartz, J. Approx. Theory 21 (1977); F. N. Fritsch and R. E. Carlson,
    SIAM J. Numer. Anal. 17 (1980).
    """
    rises = secants(points)
    beside = pairwise([rises[0], *rises, rises[-1]])
    return [_limit_slope(slope, *pair) for slope, pair in zip(slopes, beside, strict=True)]


def _limit_slope(slope: Any, s0: Any, s1: Any) -> Any:
    most = 3 * minimum(absolute(s0), absolute(s1))
    falls = s0 < 0.0
    upward = select(falls, -slope, slope)
    limited = minimum(most, maximum(0.0, upward))
    return select(s0 * s1 > 0.0, select(falls, -limited, limited), 0.0)


# --- natural --------------------------------------------------------------------------------------


def natural_slopes(points: Points) -> list[Any]:
    """Slopes of the natural cubic spline: twice smooth at every point, unbent at the ends.

        h1 m0 + 2 (h0 + h1) m1 + h0 m2 = 3 (h1 s0 + h0 s1)     2 m0 + m1 = 3 s0 at an end

    with widths h and secants s; the tridiagonal equations are solved without pivoting, which their
    dominant diagonal allows.

    Source: C. de Boor, A Practical Guide to Splines (1978), chapter IV.
    """
    widths, rises = segment_widths(points), secants(points)
    ratios, values = [0.5], [1.5 * rises[0]]
    for (h0, h1), (s0, s1) in zip(pairwise(widths), pairwise(rises), strict=True):
        pivot = 2 * (h0 + h1) - h1 * ratios[-1]
        values.append((3 * (h1 * s0 + h0 * s1) - h1 * values[-1]) / pivot)
        ratios.append(h0 / pivot)
    slopes = [(3 * rises[-1] - values[-1]) / (2 - ratios[-1])]
    for ratio, value in zip(reversed(ratios), reversed(values), strict=True):
        slopes.append(value - ratio * slopes[-1])
    return slopes[::-1]


# --- Akima ----------------------------------------------------------------------------------------


def akima_slopes(points: Points) -> list[Any]:
    """Akima slopes: of the two secants beside a point, the one that changes less counts more.

        m = (|s3 - s2| s1 + |s1 - s0| s2) / (|s3 - s2| + |s1 - s0|)

    where s0..s3 are the four secants about the point; two more at each end are extrapolated. Where
    both changes are 0 it is the mean of s1 and s2.

    Source: H. Akima, J. ACM 17 (1970), 589-602.
    """
    rises = secants(points)
    if len(rises) == 1:
        return [rises[0], rises[0]]
    before = 2 * rises[0] - rises[1]
    after = 2 * rises[-1] - rises[-2]
    rises = [2 * before - rises[0], before, *rises, after, 2 * after - rises[-1]]
    slopes = []
    for s0, s1, s2, s3 in zip(rises, rises[1:], rises[2:], rises[3:], strict=False):
        left, right = absolute(s3 - s2), absolute(s1 - s0)
        total = left + right
        straight = equal(total, 0.0)
        mean = (left * s1 + right * s2) / select(straight, 1.0, total)
        slopes.append(select(straight, 0.5 * (s1 + s2), mean))
    return slopes
