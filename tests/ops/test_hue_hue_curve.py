"""HueHueCurve: the hexagon of HSV turned, luma and chroma kept."""

import colorsys

import numpy as np
import pytest

from grade.ops import HueHueCurve

EXAMPLES = (
    HueHueCurve([[0, 30], [60, -15], [180, 0], [270, 45]]),
    HueHueCurve([[90, 75]], weights="ap1"),
    HueHueCurve([[-20, 0], [0, 12.5], [25, 0]], weights="equal"),
    HueHueCurve([[10, -180], [200, 180]], amount=0.5, channels="rb"),
)


@pytest.mark.parametrize("degrees", [-150, -60, 15, 120])
def test_a_turn_is_a_turn_of_hsv(degrees):
    draw = np.random.default_rng(1)
    for colour in draw.uniform(0, 1, (100, 3)):
        h, s, v = colorsys.rgb_to_hsv(*colour)
        turned = np.array(colorsys.hsv_to_rgb((h + degrees / 360) % 1, s, v))
        y = HueHueCurve([[0, degrees]], weights="equal").evaluate(colour)
        assert np.allclose(y, turned + (colour.mean() - turned.mean()), atol=1e-12)


def test_red_turned_by_sixty_degrees_is_yellow_of_the_luma_of_red(run):
    y = run(HueHueCurve([[0, 60], [180, 60]]), [[1.0, 0.0, 0.0]])[0]
    assert np.allclose(y, np.array([1, 1, 0]) - 0.7152, atol=1e-6)


def test_only_the_drawn_hues_turn(run):
    op = HueHueCurve([[350, 0], [360, 40], [370, 0]])
    x = np.float32([[0.1, 0.7, 0.3], [0.2, 0.3, 0.9], [1.0, 0.1, 0.1]])
    y = run(op, x)
    assert np.array_equal(y[:2], x[:2]) and np.abs(y[2] - x[2]).max() > 0.1
