"""Polygon: concave shapes, holes, area, and the distance to the nearest line."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import Ellipse, Polygon, Rectangle

L_SHAPE = [[-0.2, -0.2], [0.25, -0.2], [0.25, 0.0], [0.0, 0.02], [0.01, 0.3], [-0.2, 0.3]]
ARROW = [[-0.3, -0.31], [0.32, 0.01], [-0.29, 0.3], [-0.1, 0.0]]


def shoelace(points):
    (x, y), (u, v) = np.transpose(points), np.transpose(np.roll(points, -1, axis=0))
    return abs(np.sum(x * v - y * u)) / 2


@pytest.mark.parametrize("squeeze", [1.0, 2.0])
@pytest.mark.parametrize("points", [L_SHAPE, ARROW, [[0, 0], [0.4, 0.1], [0.1, 0.37]]])
def test_a_concave_shape_has_its_area_whichever_way_it_is_drawn(points, squeeze, plate):
    for drawn in (points, points[::-1], points[2:] + points[:2]):
        found = plate.area(Polygon(drawn), 400, 400, squeeze)
        assert found == pytest.approx(shoelace(points), rel=1e-3)
    matte = plate.computed(Polygon(points), 400, 400, squeeze).sum(dtype=np.float64)
    assert matte * squeeze / 400**2 == pytest.approx(shoelace(points), rel=1e-3)


def test_where_it_crosses_itself_there_is_a_hole(plate):
    star = [[0, 0.4], [-0.24, -0.32], [0.38, 0.12], [-0.38, 0.12], [0.24, -0.32]]
    assert Polygon(star).evaluate([0, 0, 0.25], [0.25, 0, 0.1]).tolist() == [1, 0, 1]
    bow = [[-0.2, -0.2], [0.2, 0.2], [0.2, -0.2], [-0.2, 0.2]]
    assert plate.area(Polygon(bow), 400, 400) == pytest.approx(0.08, rel=1e-3)


def test_the_softness_is_by_distance_and_round_at_corners():
    window = Polygon([[-0.2, -0.1], [0.2, -0.1], [0.2, 0.1], [-0.2, 0.1]], soft=0.1)
    assert window.evaluate([0.25, 0.0, 0.23], [0.0, 0.2, 0.14]) == pytest.approx([0.5, 0, 0.5])


def test_four_corners_are_a_rectangle_and_many_a_circle(plate):
    x, y, pixel = plate.places(120, 160)
    corners = [[-0.2, -0.15], [0.2, -0.15], [0.2, 0.15], [-0.2, 0.15]]
    for soft in (0.0, 0.1):
        a = Polygon(corners, soft).evaluate(x, y, pixel=pixel)
        b = Rectangle(size=(0.4, 0.3), soft=soft).evaluate(x, y, pixel=pixel)
        assert np.abs(a - b).max() < (0.26 if soft == 0 else 0.05)  # the pixels of the corners
        assert np.mean(np.abs(a - b) > 0.001) < 0.01
    turn = np.arange(32) / 32 * 2 * np.pi
    many = Polygon(np.stack([0.3 * np.cos(turn), 0.3 * np.sin(turn)], axis=-1).tolist())
    c = Ellipse(size=0.6).evaluate(x, y, pixel=pixel)
    assert np.abs(many.evaluate(x, y, pixel=pixel) - c).max() < 0.3


def test_a_line_through_a_corner_is_counted_once():
    """Rows at the very height of a corner: the classic fault of crossing tests."""
    diamond = Polygon([[0.25, 0], [0, 0.25], [-0.25, 0], [0, -0.25]])
    x = np.linspace(-0.5, 0.5, 101)
    assert diamond.evaluate(x, 0.0).tolist() == (np.abs(x) <= 0.25).tolist()
    assert diamond.evaluate(x[np.abs(x) > 1e-9], 0.25).max() == 0


def test_two_corners_at_one_place_change_nothing(plate):
    x, y, pixel = plate.places(60, 80)
    doubled = Polygon([*ARROW[:2], ARROW[1], *ARROW[2:]], soft=0.05)
    once = Polygon(ARROW, soft=0.05)
    assert np.array_equal(doubled.evaluate(x, y, pixel=pixel), once.evaluate(x, y, pixel=pixel))
    assert np.array_equal(plate.computed(doubled, 60, 80), plate.computed(once, 60, 80))


def test_what_is_no_list_of_corners_is_refused():
    with pytest.raises(ParameterError, match=r"2 places; it takes 3\.\.32"):
        Polygon([[0, 0], [1, 1]])
    with pytest.raises(ParameterError, match=r"polygon\.points\[1\] = \[1\]: 1 numbers"):
        Polygon([[0, 0], [1], [1, 1]])
    with pytest.raises(ParameterError, match=r"polygon\.points\[2\]\.y = 101: outside -100\.\.100"):
        Polygon([[0, 0], [1, 0], [1, 101]])
    with pytest.raises(ParameterError, match=r"takes places \[\[x, y\], \.\.\.\]"):
        Polygon("square")


def test_one_number_of_a_corner_can_be_set():
    setting = Polygon.points
    moved = setting.with_number(Polygon(ARROW).points, ".1.x", 0.4)
    assert moved[1] == (0.4, 0.01) and moved[0] == tuple(ARROW[0])
