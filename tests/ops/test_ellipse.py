"""Ellipse: its area, its turn, its softness."""

import math
from itertools import product

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import Ellipse

from ..draw import some

CENTERS = [(0.0, 0.0), (0.0013, -0.0021), (0.0101, 0.0077)]


@pytest.mark.parametrize(
    ("squeeze", "pixels"), some(product([1.0, 2.0, 0.5], [20, 20.5, 33.3, 90]), 5)
)
def test_a_circle_has_its_area_within_a_thousandth(pixels, squeeze, plate):
    height, width = 400, int(400 / squeeze)
    radius = pixels * max(squeeze, 1) / height
    for center in CENTERS:
        for angle in (0, 17, 45):
            window = Ellipse(center, 2 * radius, angle)
            assert plate.area(window, height, width, squeeze) == pytest.approx(
                math.pi * radius**2, rel=1e-3
            )
    matte = plate.computed(window, height, width, squeeze).sum(dtype=np.float64)
    assert matte * squeeze / height**2 == pytest.approx(math.pi * radius**2, rel=1e-3)


@pytest.mark.parametrize("angle", [0, 30, 90, -45])
def test_an_ellipse_has_its_area_within_a_thousandth(angle, plate):
    for squeeze in (1.0, 2.0):
        window = Ellipse((0.001, 0.002), (0.6, 0.2), angle)
        assert plate.area(window, 400, 400, squeeze) == pytest.approx(math.pi * 0.3 * 0.1, rel=1e-3)


def test_angles_are_counter_clockwise_and_y_is_up():
    window = Ellipse((0.1, 0.2), (0.6, 0.1), 30)
    tip = 0.29 * math.cos(math.radians(30)), 0.29 * math.sin(math.radians(30))
    assert window.evaluate(0.1 + tip[0], 0.2 + tip[1]) == 1
    assert window.evaluate(0.1 + tip[0], 0.2 - tip[1]) == 0


def test_a_soft_edge_reaches_out_by_its_width():
    window = Ellipse(size=0.5, soft=0.1, falloff="linear")
    assert window.evaluate([0.25, 0.275, 0.3, 0.35], 0.0) == pytest.approx([1, 0.75, 0.5, 0])
    long = Ellipse(size=(0.8, 0.2), soft=0.1)
    assert long.evaluate([0.45, 0.0], [0.0, 0.15]) == pytest.approx([0.5, 0.5])
    smooth = window.copy(falloff="smooth")
    assert smooth.evaluate([0.275, 0.3], 0.0) == pytest.approx([0.84375, 0.5])


def test_a_soft_circle_has_the_area_of_its_cone(plate):
    radius, soft = 0.25, 0.1
    cone = math.pi * (radius**2 + radius * soft + soft**2 / 3)
    assert plate.area(
        Ellipse(size=2 * radius, soft=soft, falloff="linear"), 400, 400
    ) == pytest.approx(cone, rel=1e-3)


def test_the_middle_is_inside_to_the_last_pixel(plate):
    x, y, pixel = plate.places(5, 5)
    assert Ellipse(size=0.9).evaluate(x, y, pixel=pixel)[2, 2] == 1
    assert Ellipse(size=(1e-4, 1e-4)).evaluate(0.0, 0.0) == 1


def test_a_growing_soft_edge_takes_nothing_away(plate):
    x, y, pixel = plate.places(90, 120)
    before = Ellipse(size=(0.5, 0.3), angle=20).evaluate(x, y, pixel=pixel)
    for soft in (0.001, 0.01, 0.1, 0.4):
        after = Ellipse(size=(0.5, 0.3), angle=20, soft=soft).evaluate(x, y, pixel=pixel)
        assert (after >= before - 1e-12).all()
        before = after


def test_a_place_is_two_numbers_and_a_size_may_be_one():
    assert Ellipse(size=0.3).size == (0.3, 0.3)
    with pytest.raises(ParameterError, match=r"spot\.center = 0\.2: takes 2 numbers \(x, y\)"):
        Ellipse(center=0.2, name="spot")
    with pytest.raises(ParameterError, match=r"spot\.size\.height = 0: outside 0\.0001\.\.100"):
        Ellipse(size=(0.1, 0), name="spot")
