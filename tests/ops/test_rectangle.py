"""Rectangle: its area, each side on its own, corners."""

import math
from itertools import pairwise

import numpy as np
import pytest

from grade.ops import Rectangle


@pytest.mark.parametrize("squeeze", [1.0, 2.0])
@pytest.mark.parametrize("angle", [0, 13, 45, 90])
def test_the_area_is_width_times_height(angle, squeeze, plate):
    window = Rectangle((0.0012, 0.0033), (0.3, 0.21), angle)
    assert plate.area(window, 400, 400, squeeze) == pytest.approx(0.063, rel=1e-5)
    rounded = window.copy(radius=0.05)
    assert plate.area(rounded, 400, 400, squeeze) == pytest.approx(
        0.063 - (4 - math.pi) * 0.05**2, rel=2e-4
    )


@pytest.mark.parametrize("angle", [0, 30])
def test_one_thinner_than_a_pixel_keeps_its_area(angle, plate):
    window = Rectangle((0.0001, 0.0002), (0.3, 0.001), angle)
    assert plate.area(window, 400, 400) == pytest.approx(0.0003, rel=1e-3)


def test_each_side_has_its_softness():
    window = Rectangle(size=(0.4, 0.2), soft=(0.1, 0.2, 0.05, 0))
    x = [-0.25, 0.3, 0.0, 0.0, 0.0]
    y = [0.0, 0.0, 0.125, -0.1001, -0.0999]
    assert window.evaluate(x, y) == pytest.approx([0.5, 0.5, 0.5, 0, 1])
    assert Rectangle(soft=0.1).soft == (0.1,) * 4


def test_sides_turn_with_the_window():
    window = Rectangle(size=(0.4, 0.2), soft=(0, 0.1, 0, 0), angle=90)  # right is now up
    assert window.evaluate([0.0, 0.0, 0.25], [0.25, -0.25, 0.0]) == pytest.approx([0.5, 0, 0])


def test_a_hard_side_cuts_the_softness_of_its_neighbour():
    window = Rectangle(size=0.4, soft=(0.2, 0.2, 0.0, 0.2))
    assert window.evaluate(0.3, 0.1999) == pytest.approx(0.5)
    assert window.evaluate([0.21, 0.3], [0.2001, 0.21]).tolist() == [0, 0]


def test_round_corners_follow_their_arc(plate):
    window = Rectangle(size=(0.6, 0.4), radius=0.1)
    diagonal = 0.1 * math.sqrt(0.5)
    for sx in (-1, 1):
        for sy in (-1, 1):
            for step, want in ((-1e-4, 1), (1e-4, 0)):
                place = 0.2 + diagonal + step, 0.1 + diagonal + step
                assert window.evaluate(sx * place[0], sy * place[1]) == want
    circle = Rectangle(size=0.4, radius=100)  # held to half the side
    assert plate.area(circle, 400, 400) == pytest.approx(math.pi * 0.04, rel=1e-3)


def test_a_soft_corner_falls_along_an_ellipse():
    window = Rectangle(size=0.4, soft=(0, 0.2, 0.1, 0))
    angle = np.linspace(0.01, 1.56, 50)
    x, y = 0.2 + 0.2 * np.cos(angle) / 2, 0.2 + 0.1 * np.sin(angle) / 2
    assert window.evaluate(x, y) == pytest.approx(0.5, abs=1e-9)


def test_the_matte_has_no_seams_but_its_hard_edges(plate):
    """Between neighbouring pixels a soft matte changes by what its softness says."""
    x, y, pixel = plate.places(300, 300)
    window = Rectangle(
        size=(0.5, 0.3), angle=20, soft=(0.2, 0.1, 0.15, 0.12), radius=0.04, falloff="linear"
    )
    matte = window.evaluate(x, y, pixel=pixel)
    step = max(np.abs(np.diff(matte, axis=0)).max(), np.abs(np.diff(matte, axis=1)).max())
    assert step < 1.3 * pixel[1] / 0.1
    assert len(np.unique(matte)) > 1000


def test_from_sharp_to_round_in_small_steps(plate):
    x, y, pixel = plate.places(100, 100)
    mattes = [
        Rectangle(size=0.5, soft=soft, radius=radius).evaluate(x, y, pixel=pixel)
        for soft, radius in [(0, 0), (0, 0.001), (0.001, 0.001), (0.002, 0.002), (0.003, 0.003)]
    ]
    steps = [np.abs(b - a).max() for a, b in pairwise(mattes)]
    assert max(steps) < 0.15
