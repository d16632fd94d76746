"""Control points of OpenColorIO's splines: as numbers by name, and from these numbers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

CLOSEST = 1e-6  # in x: the fit divides by the distance of two points

Point = tuple[float, float]


def name_numbers(curve: str, points: list[Point], slopes: list[float] | None) -> dict[str, float]:
    """Name the numbers of points: ``red.0.x``, ``red.0.y``, and with slopes ``red.0.slope``.

    >>> numbers_of("red", [(0.0, 0.1), (1.0, 0.9)], None)
    {'red.0.x': 0.0, 'red.0.y': 0.1, 'red.1.x': 1.0, 'red.1.y': 0.9}
    """
    found = {}
    for i, (x, y) in enumerate(points):
        found[f"{curve}.{i}.x"], found[f"{curve}.{i}.y"] = x, y
        if slopes is not None:
            found[f"{curve}.{i}.slope"] = slopes[i]
    return found


def collect_points(curve: str, values: Mapping[str, Any]) -> tuple[list[Any], list[Any] | None]:
    """Collect the points of a curve, and its slopes or None, from numbers by name."""
    points: list[Any] = []
    slopes: list[Any] = []
    while f"{curve}.{len(points)}.x" in values:
        label = f"{curve}.{len(points)}"
        points.append((values[f"{label}.x"], values[f"{label}.y"]))
        if f"{label}.slope" in values:
            slopes.append(values[f"{label}.slope"])
    return points, slopes or None


def make_spline(before: Any, points: list[Point], slopes: list[float] | None) -> Any:
    """Make an OpenColorIO spline through points, of the type of another one.

    Raises
    ------
    PyOpenColorIO.Exception
        If OpenColorIO refuses the points, for example because x does not ascend.
    """
    import PyOpenColorIO as ocio

    flat = [number for point in points for number in point]
    made = ocio.GradingBSplineCurve(flat)
    made.setSplineType(before.getSplineType())
    if slopes is not None:
        made.setSlopes(slopes)
    made.validate()
    return made


def find_too_near(curve: str, points: list[Point]) -> str:
    """Say which points are too near to each other or out of order; empty if none are."""
    for i, ((before, _), (x, _)) in enumerate(pairwise(points), 1):
        if not x - before >= CLOSEST:
            return f"{curve}.{i}.x = {x:g}: not {CLOSEST:g} above {before:g} before it"
    return ""
