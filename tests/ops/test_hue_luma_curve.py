"""HueLumaCurve: a gain by the hue, which fades toward grey."""

import numpy as np

from grade.ops import HueLumaCurve

EXAMPLES = (
    HueLumaCurve([[0, 0.5], [60, 1.5], [180, 1], [270, 2]]),
    HueLumaCurve([[90, 0.75]]),
    HueLumaCurve([[-20, 1], [0, 1.5], [25, 1]]),
    HueLumaCurve([[100, 0], [200, 2]], amount=0.5, channels="rb"),
)


def test_from_a_saturation_of_a_fifth_on_it_is_the_gain(run):
    draw = np.random.default_rng(1)
    x = draw.uniform(0.01, 8, (500, 3)).astype(np.float32)
    full = np.ptp(x, axis=1) > 0.2 * x.max(axis=1)
    y = run(HueLumaCurve([[10, 1.5], [250, 1.5]]), x)
    assert np.allclose(y[full], 1.5 * x[full], rtol=3e-7)
    assert full.any() and not full.all()
    between = y[~full] / x[~full]
    assert (between >= 1).all() and (between < 1.5).all()


def test_half_way_to_grey_it_is_half_the_gain():
    """3 t^2 - 2 t^3 is 1/2 at t = 1/2, which is a saturation of 0.1."""
    x = np.array([1.0, 0.95, 0.9])
    assert np.allclose(HueLumaCurve([[0, 3]]).evaluate(x), 2 * x, atol=1e-12)


def test_hue_and_saturation_stay():
    x = np.random.default_rng(3).uniform(0, 4, (200, 3))
    y = HueLumaCurve([[0, 0.5], [120, 1.5], [240, 2]]).evaluate(x)
    assert np.allclose(y / y.max(axis=1, keepdims=True), x / x.max(axis=1, keepdims=True))


def test_noise_about_grey_is_not_amplified():
    """The amount begins with the square of the saturation, so small noise stays what it was."""
    noise = np.random.default_rng(4).normal(0, 1e-4, (5000, 3))
    y = HueLumaCurve([[0, 0], [180, 2]]).evaluate(0.5 + noise) - 0.5
    assert y.std() < 1.002 * noise.std()
