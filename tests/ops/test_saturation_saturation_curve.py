"""SaturationSaturationCurve: the saturation of a CDL, as much as the curve says at HSV's own."""

import colorsys

import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline

from grade.ops import CDL, SaturationSaturationCurve

EXAMPLES = (
    SaturationSaturationCurve([[0, 2], [0.25, 1.25], [0.75, 1], [1, 0.5]]),
    SaturationSaturationCurve([[0.5, 0.25]], weights="ap1"),
    SaturationSaturationCurve([[0.125, 1], [0.25, 1.5]], weights="equal"),
    SaturationSaturationCurve([[0, 2], [0.5, 1]], amount=0.5, channels="rb"),
)


def test_each_saturation_has_its_gain(run):
    op = SaturationSaturationCurve([[0.25, 2.0], [0.75, 1.0]])
    x = np.random.default_rng(1).uniform(0, 3, (300, 3)).astype(np.float32)
    level = CubicHermiteSpline([0.25, 0.75], [2, 1], [0, 0])
    gains = [level(np.clip(colorsys.rgb_to_hsv(*map(float, p))[1], 0.25, 0.75)) for p in x]
    expected = [CDL(saturation=float(g)).evaluate(p) for g, p in zip(gains, x, strict=True)]
    assert np.allclose(op.evaluate(x), expected, atol=1e-12)
    assert np.allclose(run(op, x), expected, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1000.0])
def test_the_exposure_does_not_matter(scale):
    x = np.random.default_rng(2).uniform(0, 1, (100, 3))
    op = SaturationSaturationCurve([[0, 1.5], [1, 0.5]])
    assert np.allclose(op.evaluate(x * scale), op.evaluate(x) * scale, rtol=1e-12, atol=0)


def test_mixed_signs_count_as_pure_and_negatives_as_their_mirror(run):
    op = SaturationSaturationCurve([[0.5, 1], [1, 0]])
    x = np.float32([[1.0, -0.125, 0.5], [0.5, 1.0, 0.25], [-0.5, -1.0, -0.25]])
    y = run(op, x)
    assert np.ptp(y[0]) < 2e-7
    assert np.allclose(y[2], -y[1], atol=1e-7) and np.ptp(y[1]) > 0.1
