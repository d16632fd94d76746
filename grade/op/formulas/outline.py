"""Closed outlines of straight lines: what is inside, and how far away the edge is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from grade.ir.expression import clamp, fma, select, sqrt
from grade.op.formulas.coverage import covered
from grade.op.position import Position

Places = Sequence[tuple[Any, Any]]


def enclosed(places: Places, position: Position, soft: Any, falloff: str) -> Any:
    """How much of a pixel a closed outline covers.

    Inside is by the even-odd rule, so where the outline crosses itself there is a hole, and every
    line has the inside on one side. The edge is that of the line that is nearest.

    Parameters
    ----------
    places
        The corners, three or more; the last is joined to the first.
    position, soft, falloff
        As for :func:`grade.op.formulas.coverage.covered`.

    Source: the crossings test of Shimrat 1962 (CACM algorithm 112) in half-open form.
    """
    x, y = position.x, position.y
    nearest: Any = None
    for (ax, ay), (bx, by) in pairwise([*places, places[0]]):
        ex, ey = bx - ax, by - ay
        px, py = x - ax, y - ay
        length = fma(ey, ey, ex * ex)
        scale = select(length > 0.0, 1.0 / length, 0.0)  # two corners at one place: a point
        along = clamp(fma(py, ey, px * ex) * scale, 0.0, 1.0)
        vx, vy = px - along * ex, py - along * ey
        square = fma(vy, vy, vx * vx)
        low, high = ay <= y, by <= y
        left = (py * ex < px * ey) ^ low  # of a line that goes up, or right of one that goes down
        crossed = (low ^ high) & left
        if nearest is None:
            nearest, dx, dy, inside = square, vx, vy, crossed
            continue
        closer = square < nearest
        nearest = select(closer, square, nearest)
        dx, dy = select(closer, vx, dx), select(closer, vy, dy)
        inside = inside ^ crossed
    away = sqrt(nearest)
    scale = 1.0 / away
    # On the outline itself there is no direction, and what follows needs none but its length.
    normal = select(away > 0.0, dx * scale, 1.0), select(away > 0.0, dy * scale, 0.0)
    return covered(select(inside, -away, away), normal, position, soft, falloff)


def flattened(points: Sequence[tuple[Any, ...]], lines: int) -> list[tuple[Any, Any]]:
    """A closed path of cubic Bezier segments as straight lines, ``lines`` to the segment.

    Parameters
    ----------
    points
        x, y, then the handles before and after, relative to the point.
    lines
        Each segment is cut at equal steps of its parameter.

    Source: the Bernstein form of de Casteljau's curve.
    """
    places = []
    for here, following in pairwise([*points, points[0]]):
        for i in range(lines):
            t, r = i / lines, (lines - i) / lines
            before = r * r * (r + 3.0 * t)  # of the point itself, for its handle is relative
            after = t * t * (t + 3.0 * r)
            places.append(
                tuple(
                    fma(
                        3.0 * t * t * r,
                        following[2 + axis],
                        fma(
                            3.0 * r * r * t,
                            here[4 + axis],
                            fma(after, following[axis], before * here[axis]),
                        ),
                    )
                    for axis in (0, 1)
                )
            )
    return [(x, y) for x, y in places]
