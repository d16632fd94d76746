"""SaturationLumaCurve: a gain by HSV's saturation, greys included."""

import colorsys

import numpy as np
from scipy.interpolate import PchipInterpolator

from grade.ops import SaturationLumaCurve

EXAMPLES = (
    SaturationLumaCurve([[0, 2], [0.25, 1.25], [0.75, 1], [1, 0.5]]),
    SaturationLumaCurve([[0.5, 0.25]]),
    SaturationLumaCurve([[0.125, 1], [0.25, 1.5]]),
    SaturationLumaCurve([[0, 2], [0.5, 1]], amount=0.5, channels="rb"),
)


def test_each_saturation_has_its_gain(run):
    """Between two points and two level ends far away the slopes are SciPy's PCHIP slopes."""
    points = [[-2, 2], [-1, 2], [0, 2], [0.25, 1.5], [0.5, 0.75], [1, 0.5], [2, 0.5], [3, 0.5]]
    x = np.random.default_rng(1).uniform(0, 3, (300, 3)).astype(np.float32)
    saturation = np.array([colorsys.rgb_to_hsv(*map(float, p))[1] for p in x])
    expected = np.float64(x) * PchipInterpolator(*np.transpose(points))(saturation)[:, None]
    assert np.allclose(SaturationLumaCurve(points).evaluate(x), expected, atol=1e-12)
    assert np.allclose(run(SaturationLumaCurve(points), x), expected, rtol=2e-6, atol=1e-7)


def test_a_grey_takes_the_value_at_zero(run):
    x = np.repeat(np.float32([[0.0], [0.18], [1], [500]]), 3, axis=1)
    assert np.array_equal(run(SaturationLumaCurve([[0, 0.5], [1, 1]]), x), 0.5 * x)


def test_colours_darken_and_greys_stay(run):
    op = SaturationLumaCurve([[0.25, 1], [1, 0.5]])
    x = np.float32([[0.9, 0.8, 0.75], [4, 4, 4], [1, 0, 0]])
    y = run(op, x)
    assert np.array_equal(y[:2], x[:2]) and np.allclose(y[2], [0.5, 0, 0], atol=1e-7)
