"""The hexagon against Python's colorsys, and what it does with negatives, greys and seams."""

import colorsys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grade.color.formulas.hue_chroma_hexagon import rotate_hue, scale_saturation, to_hexagon

W = (0.2126, 0.7152, 0.0722)


def test_hue_and_saturation_are_those_of_hsv():
    draw = np.random.default_rng(1)
    x = draw.uniform(0, 3, (500, 3))
    measured = to_hexagon(x)
    theirs = np.array([colorsys.rgb_to_hsv(*pixel) for pixel in x])
    assert np.allclose(measured.hue[:, 0] % 360, theirs[:, 0] * 360, atol=1e-10)
    assert np.allclose(measured.saturation[:, 0], theirs[:, 1], atol=1e-14)


def test_the_hue_does_not_depend_on_what_is_added():
    x = np.random.default_rng(2).uniform(0, 1, (200, 3))
    assert np.allclose(to_hexagon(x).hue, to_hexagon(x - 5).hue, atol=1e-9)
    assert (to_hexagon(x - [2, 0, 0]).saturation == 1).all()
    assert np.allclose(to_hexagon(-x).saturation, to_hexagon(x).saturation, atol=1e-15)


def test_a_grey_has_no_chroma_and_a_hue_of_zero():
    for grey in (0.0, -0.0, 0.18, -3.0, 65504.0, 1e-45):
        measured = to_hexagon(np.full(3, grey))
        parts = (measured.hue, measured.chroma, measured.saturation, *measured.above)
        assert all(float(np.squeeze(part)) == 0 for part in parts)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.floats(-2, 8), min_size=3, max_size=3), st.floats(-720, 720))
def test_a_rotation_keeps_chroma_and_luma(color, degrees):
    x = np.array(color)
    y = rotate_hue(x, to_hexagon(x), degrees, W)
    assert np.isclose(np.dot(W, y), np.dot(W, x), atol=1e-12)
    assert np.isclose(np.ptp(y), np.ptp(x), atol=1e-12)
    if np.ptp(x) > 1e-3:
        turned = (to_hexagon(y).hue - to_hexagon(x).hue - degrees + 180) % 360 - 180
        assert np.allclose(turned, 0, atol=1e-6)


@pytest.mark.parametrize("degrees", [0.0, 30.0, -100.0])
def test_nothing_jumps_round_the_circle(degrees):
    """Seams of the sectors, and the seam of the circle at magenta."""
    from grade.color.formulas.hue_wheel import wheel

    turn = np.linspace(0, 6, 60001)
    pure = np.stack(wheel(turn), axis=-1) * 2 - 0.5
    for y in (
        rotate_hue(pure, to_hexagon(pure), degrees, W),
        scale_saturation(pure, to_hexagon(pure), degrees / 50, W),
    ):
        assert np.abs(np.diff(y, axis=0)).max() < 2e-3
