"""Quadratic splines through control points: the curves of OpenColorIO's grading transforms.

Points and slopes may be numbers or expressions. Numbers give knots and coefficients that are
constants of the kernel. Expressions, the uniforms of an op, give knots and coefficients that are
computed once per frame. The work per pixel is the same.

Source: OpenColorIO ops/gradingrgbcurve/GradingBSplineCurve.cpp; the fit is A. Schumaker's shape
preserving quadratic spline (SIAM J. Numer. Anal. 20, 1983): one quadratic between two points where
the slopes allow it, else two that meet at a knot between the points.

Numbers are fitted in float32 and in OpenColorIO's order of operations, because a rounding decides
the fit: the last slope of the ACES 1 tone curves is 0, float32 can give -2e-8 instead, and then the
slope before it is lowered by 0.5 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from grade.ir.expression import Node, absolute, equal, fma, maximum, minimum, select, sqrt

Points = Sequence[tuple[Any, Any]]
Interval = tuple[Any, Any, Any, Any, Any, Any]
"""``x0, y0, slope0, x1, y1, slope1`` of two neighboring points."""

FLAT = 1e-5  # where the curve is flatter than this, its inverse is the knot
SMALLEST_SLOPE = 0.01  # the least estimated slope at an end
EQUAL = 1e-6  # slopes or secants nearer than this count as equal


@dataclass(frozen=True)
class Curve:
    """Quadratic pieces, continued by straight lines with the slopes at both ends.

    Right of each knot ``y = (a * t + b) * t + c`` with ``t = x - knot``.

    Parameters
    ----------
    knots
        Ascending, one more than there are pieces.
    pieces
        ``(a, b, c)`` for each piece.
    """

    knots: tuple[Any, ...]
    pieces: tuple[tuple[Any, Any, Any], ...]

    @property
    def first(self) -> tuple[Any, Any]:
        """Slope and value at the first knot."""
        _, b, c = self.pieces[0]
        return b, c

    @property
    def last(self) -> tuple[Any, Any]:
        """Slope and value at the last knot."""
        a, b, c = self.pieces[-1]
        t = self.knots[-1] - self.knots[-2]
        return 2.0 * a * t + b, (a * t + b) * t + c

    @property
    def constant(self) -> bool:
        """Whether all knots and coefficients are numbers."""
        values = [*self.knots, *(number for piece in self.pieces for number in piece)]
        return not any(isinstance(value, Node) for value in values)


# --- the fit --------------------------------------------------------------------------------------


def estimate_slopes(points: Points) -> list[Any]:
    """Estimate the slope at each point: the mean of the two secants, weighted by their lengths.

    A run of secants of equal slope counts as one long secant. The slope at an end is half of
    (three times the secant less the slope at the next point), but at least 0.01.
    """
    secants, lengths = [], []
    for (x0, y0), (x1, y1) in pairwise(points):
        secants.append((y1 - y0) / (x1 - x0))
        lengths.append(sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)))
    if len(secants) == 1:
        return [secants[0], secants[0]]
    lengths = _join_equal_secants(secants, lengths)
    inner = [
        (l1 * s1 + l0 * s0) / (l1 + l0)
        for (s0, l0), (s1, l1) in pairwise(zip(secants, lengths, strict=True))
    ]
    first = maximum(0.5 * (3.0 * secants[0] - inner[0]), SMALLEST_SLOPE)
    last = maximum(0.5 * (3.0 * secants[-1] - inner[-1]), SMALLEST_SLOPE)
    return [_unwrap(slope) for slope in (first, *inner, last)]


def _join_equal_secants(secants: list[Any], lengths: list[Any]) -> list[Any]:
    """Compute for each secant the length of the run of equal secants that it belongs to."""
    alike = [absolute(s1 - s0) < EQUAL for s0, s1 in pairwise(secants)]
    sums = [lengths[0]]
    for same, length in zip(alike, lengths[1:], strict=True):
        sums.append(select(same, sums[-1] + length, length))
    whole = [sums[-1]]
    for same, sum_here in zip(reversed(alike), reversed(sums[:-1]), strict=True):
        whole.append(select(same, whole[-1], sum_here))
    return whole[::-1]


def find_middle_knot(interval: Interval) -> Any:
    """Find where the two quadratics between two points meet."""
    x0, y0, m0, x1, y1, m1 = interval
    width = x1 - x0
    secant = (y1 - y0) / width
    below, above = m0 - secant, m1 - secant
    central = below * above >= 0.0  # true also where the slopes are equal
    change = select(central, 1.0, m1 - m0)
    steeper = absolute(above) < absolute(below)
    moved = select(steeper, x1 + below * width / change, x0 + above * width / change)
    return select(central, (x0 + x1) * 0.5, moved)


def fit(
    points: Points,
    slopes: Sequence[Any],
    middle: Callable[[Interval], Any] = find_middle_knot,
    tolerance: float = EQUAL,
) -> Curve:
    """Fit the pieces through points with given slopes.

    Parameters
    ----------
    points
        ``(x, y)``, x ascending, at least two.
    slopes
        One for each point.
    middle
        A function that finds where the two pieces of an interval meet.
    tolerance
        An interval of numbers gets one piece if its mean slope is nearer to its secant than this.
        An interval of expressions always gets two, which may be parts of one parabola.
    """
    knots, pieces = [points[0][0]], []
    for (x0, y0, m0), (x1, y1, m1) in pairwise(
        (*point, slope) for point, slope in zip(points, slopes, strict=True)
    ):
        interval = (x0, y0, m0, x1, y1, m1)
        width = x1 - x0
        if _is_step(width):
            continue  # no value lies in the interval
        if _is_one_piece(interval, tolerance):
            pieces.append((0.5 * (m1 - m0) / width, m0, y0))
        else:
            knot = _unwrap(middle(interval))
            left, right = knot - x0, x1 - knot
            between = (2.0 * ((y1 - y0) / width) - m1) + (m1 - m0) * left / width
            bend = (between - m0) / left
            pieces.append((0.5 * bend, m0, y0))
            height = y0 + m0 * left + 0.5 * bend * left * left
            pieces.append((0.5 * (m1 - between) / right, between, height))
            knots.append(knot)
        knots.append(x1)
    return Curve(tuple(knots), tuple(pieces))


def _is_step(width: Any) -> bool:
    return not isinstance(width, Node) and bool(width == 0.0)


def _is_one_piece(interval: Interval, tolerance: float) -> bool:
    if any(isinstance(value, Node) for value in interval):
        return False
    x0, y0, m0, x1, y1, m1 = interval
    return bool(abs((m0 + m1) - 2.0 * ((y1 - y0) / (x1 - x0))) < tolerance)


def make_monotone(points: Points, slopes: Sequence[Any]) -> list[Any]:
    """Lower slopes, interval after interval, where the curve would fall between two points."""
    adjusted = list(slopes)
    for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        if _is_step(x1 - x0):
            continue
        fitted = (x0, y0, slopes[index], x1, y1, slopes[index + 1])
        knot = x1 if _is_one_piece(fitted, EQUAL) else find_middle_knot(fitted)
        width, secant = x1 - x0, (y1 - y0) / (x1 - x0)
        m0, m1 = adjusted[index], adjusted[index + 1]
        blend = ((knot - x0) * m0 + (x1 - knot) * m1) / width
        falls = (2.0 * (y1 - y0) - (knot - x0) * m0 - (x1 - knot) * m1) / width < 0.0
        aim = minimum(0.005 * (m0 + m1), secant)
        scale = select(falls, (2.0 * secant - aim) / select(falls, blend, 1.0), 1.0)
        adjusted[index], adjusted[index + 1] = _unwrap(m0 * scale), _unwrap(m1 * scale)
    return adjusted


def fit_rgb_curve(points: Points, slopes: Sequence[Any] | None = None) -> Curve:
    """Fit the curve of a GradingRGBCurve, kept monotone; slopes of None are estimated."""
    points = [(to_float32(x), to_float32(y)) for x, y in points]
    chosen = estimate_slopes(points) if slopes is None else [to_float32(slope) for slope in slopes]
    return fit(points, make_monotone(points, chosen))


def to_float32(value: Any) -> Any:
    """Convert a number to float32, so that sums and products are float32; keep an expression."""
    return value if isinstance(value, Node) else np.float32(value)


def _unwrap(value: Any) -> Any:
    """Take a number out of a NumPy array that holds one; keep an expression."""
    return value if isinstance(value, Node) else np.asarray(value)[()]


# --- the curve ------------------------------------------------------------------------------------


def forward(curve: Curve, x: Any) -> Any:
    """Evaluate the curve at ``x``.

    NaN stays NaN. An infinity on a flat end becomes NaN, as 0 * inf does.
    """
    held = minimum(maximum(x, curve.knots[0]), curve.knots[-1])
    rows = [(knot, *piece) for knot, piece in zip(curve.knots, curve.pieces, strict=False)]
    knot, a, b, c = _select_piece(held, list(curve.knots[1:-1]), rows)
    t = held - knot
    slope = select(x < curve.knots[0], curve.first[0], curve.last[0])
    return fma(slope, x - held, fma(fma(a, t, b), t, c))


def inverse(curve: Curve, y: Any) -> Any:
    """Find where a rising curve has the value ``y``.

    Beyond a flat end the answer is its knot. NaN stays NaN.
    """
    (first, low), (last, high) = curve.first, curve.last
    held = minimum(high, maximum(low, y))  # NaN stays in this order of operands
    rows = [(knot, *piece) for knot, piece in zip(curve.knots, curve.pieces, strict=False)]
    knot, a, b, c = _select_piece(held, [piece[2] for piece in curve.pieces[1:]], rows)
    rise = held - c
    root = sqrt(maximum(fma(4.0 * a, rise, b * b), 0.0))
    inside = fma(2.0 * rise, 1.0 / maximum(root + b, FLAT), knot)
    # Roundings swamp the root at a flat end; at the start it is exact.
    inside = select(high <= y, curve.knots[-1], inside)
    below, above = _rate(first), _rate(last)
    if not isinstance(below, Node) and not isinstance(above, Node) and below == above == 0.0:
        return inside
    rate = select(y < low, below, above)
    beyond = select(equal(rate, 0.0), 0.0, y - held)  # inf at a rate of 0: the knot
    return fma(beyond, rate, inside)


def _rate(slope: Any) -> Any:
    """Compute 1 / slope, or 0 for a flat slope."""
    flat = absolute(slope) < FLAT
    return _unwrap(select(flat, 0.0, 1.0 / select(flat, 1.0, slope)))


def _select_piece(
    x: Any, borders: Sequence[Any], rows: Sequence[tuple[Any, ...]]
) -> tuple[Any, ...]:
    """Select the row of the piece that ``x`` lies in, by one comparison per border."""
    picked = rows[0]
    for border, row in zip(borders, rows[1:], strict=True):
        passed = border <= x
        picked = tuple(select(passed, new, old) for new, old in zip(row, picked, strict=True))
    return picked
