"""Vibrance: weak colours first, luma and greys kept, skin only on request."""

import colorsys

import numpy as np
import pytest

from grade.ops import Saturation, Vibrance
from grade.science.luma import LUMA_WEIGHTS

DARK_SKIN, LIGHT_SKIN = (0.173, 0.082, 0.058), (0.557, 0.301, 0.222)  # ColorChecker in light


@pytest.mark.parametrize("weights", LUMA_WEIGHTS)
def test_luma_is_kept(weights):
    x = np.random.default_rng(22).uniform(-1, 20, (300, 3))
    w = np.array(LUMA_WEIGHTS[weights])
    assert np.allclose(Vibrance(0.8, weights=weights).evaluate(x) @ w, x @ w, atol=1e-8)


def test_it_is_a_saturation_by_how_weak_the_colour_is():
    for saturation in (0.1, 0.4, 0.9):
        colour = colorsys.hsv_to_rgb(0.55, saturation, 0.7)
        expected = Saturation(1 + 0.6 * (1 - saturation)).evaluate(colour)
        assert np.allclose(Vibrance(0.6).evaluate(colour), expected, atol=1e-12)


@pytest.mark.parametrize("vibrance", [-1, -0.5, 0.5, 1])
def test_the_order_of_saturations_stays(vibrance):
    grey, pure = np.full(3, 0.5), np.array([0.5, 0.1, 0.0])
    line = np.linspace(0, 1, 400)[:, None]
    colours = Vibrance(vibrance).evaluate(grey + line * (pure - grey))
    spread = colours.max(axis=1) - colours.min(axis=1)
    assert (np.diff(spread) > -1e-12).all()


def test_strong_and_negative_colours_stay(run):
    x = np.array([[1, 0, 0], [1, 3, 1.5], [0.5, -0.1, 2], [-0.5, -0.5, -0.5]], np.float32)
    changed = run(Vibrance(1.0), x)
    assert np.allclose(changed[[0, 2, 3]], x[[0, 2, 3]], atol=1e-6)
    assert abs(changed[1] - x[1]).max() > 0.05


def test_skin_is_spared_only_when_asked():
    for skin in (DARK_SKIN, LIGHT_SKIN):
        assert abs(Vibrance(1.0).evaluate(skin) - skin).max() > 0.01
        assert np.allclose(Vibrance(1.0, skin=1.0).evaluate(skin), skin, atol=1e-9)
    for other in ((0.3, 0.5, 0.4), (0.3, 0.2, 0.4), (0.2, 0.3, 0.5)):
        asked = Vibrance(1.0, skin=1.0).evaluate(other)
        assert np.array_equal(asked, Vibrance(1.0).evaluate(other))


def test_black_has_no_colour(run):
    assert np.array_equal(run(Vibrance(1.0), [[0, 0, 0]]), [[0, 0, 0]])
