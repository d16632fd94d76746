"""HueSaturationCurve: the saturation of a CDL, as much as the curve says at the hue."""

import numpy as np
import pytest

from grade.ops import CDL, HueSaturationCurve

SKY = [[190, 1.0], [215, 1.25], [250, 1.0]]
EXAMPLES = (
    HueSaturationCurve(SKY),
    HueSaturationCurve([[0, 0], [60, 1.5], [180, 1], [270, 2]], weights="rec2020"),
    HueSaturationCurve([[90, 0.5]], weights="equal"),
    HueSaturationCurve([[-20, 1], [0, 3], [25, 1]]),
    HueSaturationCurve(SKY, amount=0.5, channels="rb"),
)


@pytest.mark.parametrize("gain", [0.0, 0.5, 1.75])
def test_one_gain_for_all_hues_is_the_saturation_of_a_cdl(run, gain):
    x = np.random.default_rng(1).uniform(-0.5, 2, (300, 3)).astype(np.float32)
    expected = CDL(saturation=gain).evaluate(x)
    assert np.allclose(HueSaturationCurve([[90, gain]]).evaluate(x), expected, atol=1e-14)
    assert np.allclose(run(HueSaturationCurve([[30, gain], [200, gain]]), x), expected, atol=1e-6)


def test_the_sky_and_nothing_else(run):
    """What lies round the circle from 250 to 190 keeps its bits."""
    x = np.random.default_rng(2).uniform(-0.5, 4, (2000, 3)).astype(np.float32)
    high, low = x.max(axis=1), x.min(axis=1)
    sky = (x[:, 2] == high) & (x[:, 0] == low) | (x[:, 2] == high) & (x[:, 1] == low)
    sky |= (x[:, 1] == high) & (x[:, 0] == low)
    y = run(HueSaturationCurve(SKY), x)
    assert np.array_equal(y[~sky], x[~sky]) and (y[sky] != x[sky]).any()
    center = np.array([0.0, 25 / 60, 1.0])  # hue 215
    luma = np.dot([0.2126, 0.7152, 0.0722], center)
    expected = luma + 1.25 * (center - luma)
    assert np.allclose(HueSaturationCurve(SKY).evaluate(center), expected, atol=1e-12)
