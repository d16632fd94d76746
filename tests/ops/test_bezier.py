"""Bezier: handles, corners, the circle, the true curve."""

import math

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import Bezier, Polygon
from grade.ops.bezier import LINES, ROUND

TEAR = [[0.0, 0.35], [0.22, -0.1, -0.03, -0.22], [-0.22, -0.1, 0.03, 0.22]]


def curve(points, steps):
    """The path by de Casteljau's construction, at equal steps of the parameter."""
    whole = Bezier(points).points
    t = np.arange(steps)[:, None] / steps
    pieces = []
    for here, following in zip(whole, whole[1:] + whole[:1], strict=True):
        a, d = np.array(here[:2]), np.array(following[:2])
        b, c = a + here[4:6], d + following[2:4]
        ab, bc, cd = a + t * (b - a), b + t * (c - b), c + t * (d - c)
        abc, bcd = ab + t * (bc - ab), bc + t * (cd - bc)
        pieces.append(abc + t * (bcd - abc))
    return np.concatenate(pieces)


def shoelace(points):
    (x, y), (u, v) = np.transpose(points), np.transpose(np.roll(points, -1, axis=0))
    return abs(np.sum(x * v - y * u)) / 2


def test_the_handles_of_a_quarter_circle():
    assert pytest.approx(0.25 * 4 / 3 * (math.sqrt(2) - 1), abs=1e-10) == ROUND
    distance = np.hypot(*curve(Bezier().points, LINES).T)
    assert np.abs(distance / 0.25 - 1).max() < 0.00028


def test_the_lines_stay_near_the_curve(plate):
    corners = curve(Bezier().points, LINES)
    middles = (corners + np.roll(corners, -1, axis=0)) / 2
    assert np.hypot(*middles.T).min() > 0.25 * (1 - 0.0013)
    assert plate.area(Bezier(), 400, 400) == pytest.approx(math.pi * 0.25**2, rel=2e-3)


@pytest.mark.parametrize("squeeze", [1.0, 2.0])
@pytest.mark.parametrize("points", [TEAR, Bezier().points])
def test_the_area_is_that_of_the_path(points, squeeze, plate):
    for drawn in (list(points), list(Bezier(points).points)):
        found = plate.area(Bezier(drawn), 300, 300, squeeze)
        assert found == pytest.approx(shoelace(curve(points, LINES)), rel=1e-3)
        assert found == pytest.approx(shoelace(curve(points, 500)), rel=5e-3)


def test_without_handles_it_is_a_polygon(plate):
    corners = [[-0.3, -0.31], [0.32, 0.01], [-0.29, 0.3], [-0.1, 0.0]]
    x, y, pixel = plate.places(90, 120)
    for soft in (0.0, 0.1):
        a = Bezier(corners, soft).evaluate(x, y, pixel=pixel)
        assert np.abs(a - Polygon(corners, soft).evaluate(x, y, pixel=pixel)).max() < 1e-6
    assert np.abs(plate.computed(Bezier(corners, 0.1), 90, 120) - a).max() < 1e-4


def test_a_point_is_two_four_or_six_numbers():
    points = Bezier([[0.1, 0.2], [0.3, 0.4, 0.05, -0.06], [0, 0, 1, 2, 3, 4]]).points
    assert points[0] == (0.1, 0.2, 0, 0, 0, 0)
    assert points[1] == (0.3, 0.4, -0.05, 0.06, 0.05, -0.06)
    assert points[2] == (0, 0, 1, 2, 3, 4)
    with pytest.raises(ParameterError, match=r"bezier\.points\[1\] = \[1, 2, 3\]: 3 numbers"):
        Bezier([[0, 0], [1, 2, 3], [0, 1]])
    with pytest.raises(ParameterError, match=r"bezier\.points\[0\]\.x = 'a': not a number"):
        Bezier([["a", 0, 1, 1], [1, 2], [0, 1]])


def test_moving_a_point_takes_its_handles_along(plate):
    x, y, pixel = plate.places(90, 120)
    moved = [[a + 0.05, b - 0.1, *handles] for a, b, *handles in TEAR]
    a = Bezier(TEAR, 0.05).evaluate(x, y, pixel=pixel)
    b = Bezier(moved, 0.05).evaluate(x + 0.05, y - 0.1, pixel=pixel)
    assert np.abs(a - b).max() < 1e-9
