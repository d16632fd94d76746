"""LinearGradient: from 1 at its start to 0 at its end."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import LinearGradient


def test_it_is_the_projection_on_its_way():
    window = LinearGradient((0.1, 0.4), (0.3, -0.2), falloff="linear")
    x, y = np.random.default_rng(1).uniform(-1, 1, (2, 500))
    along = ((x - 0.1) * 0.2 + (y - 0.4) * -0.6) / (0.2**2 + 0.6**2)
    assert window.evaluate(x, y) == pytest.approx(1 - np.clip(along, 0, 1), abs=1e-12)
    eased = 1 - np.clip(along, 0, 1)
    eased = eased * eased * (3 - 2 * eased)
    assert window.copy(falloff="smooth").evaluate(x, y) == pytest.approx(eased, abs=1e-12)


def test_it_is_1_behind_its_start_and_0_beyond_its_end():
    window = LinearGradient((0, 0.1), (0, -0.1))
    assert window.evaluate([-5.0, 5.0, 0.0, 3.0], [0.1, 9.0, -0.1, -9.0]).tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("squeeze", [1.0, 2.0])
def test_a_steep_one_is_an_anti_aliased_half_of_the_picture(squeeze, plate):
    x, y, pixel = plate.places(200, 200, squeeze)
    for turn in np.linspace(0.2, 6.1, 13):  # along an axis it may lie between pixels
        end = 1e-6 * np.cos(turn), 1e-6 * np.sin(turn)
        matte = LinearGradient((0, 0), end).evaluate(x, y, pixel=pixel)
        assert 0 < ((matte > 0.01) & (matte < 0.99)).sum() < 600
        assert matte.mean() == pytest.approx(0.5, abs=1e-4)


def test_half_of_a_gradient_over_the_whole_picture_is_covered(plate):
    assert plate.area(LinearGradient((0, -0.5), (0, 0.5)), 90, 90) == pytest.approx(0.5, abs=1e-12)


def test_start_and_end_at_one_place_are_refused():
    with pytest.raises(ParameterError, match=r"sky\.end = \[0\.5, 0\.5\]: the same place as start"):
        LinearGradient((0.5, 0.5), (0.5, 0.5), name="sky")
