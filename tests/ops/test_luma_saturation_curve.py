"""LumaSaturationCurve: the saturation of a CDL, as much as the curve says at the luma."""

import numpy as np

from grade.ops import CDL, LumaSaturationCurve

EXAMPLES = (
    LumaSaturationCurve([[0, 0.5], [0.25, 1.25], [0.75, 1], [1, 0]]),
    LumaSaturationCurve([[0.5, 0.25]], weights="ap1"),
    LumaSaturationCurve([[0.125, 0], [0.25, 1]], weights="equal"),
    LumaSaturationCurve([[0, 2], [0.5, 1]], amount=0.5, channels="rb"),
)
W = np.array([0.2126, 0.7152, 0.0722])


def test_each_luma_has_the_saturation_of_its_gain(run):
    """Hermite's cubic between level ends is 3 t^2 - 2 t^3: three quarters of the way at 0.7..."""
    op = LumaSaturationCurve([[0.0, 0.0], [1.0, 1.0]])
    x = np.random.default_rng(1).uniform(-0.5, 2, (300, 3)).astype(np.float32)
    gains = [3 * t * t - 2 * t**3 for t in np.clip(np.float64(x) @ W, 0, 1)]
    expected = [CDL(saturation=g).evaluate(p) for g, p in zip(gains, x, strict=True)]
    assert np.allclose(op.evaluate(x), expected, atol=1e-12)
    assert np.allclose(run(op, x), expected, atol=2e-6)


def test_shadows_without_colour_and_the_rest_untouched(run):
    x = np.random.default_rng(2).uniform(0, 4, (1000, 3)).astype(np.float32)
    luma = x @ np.float32(W)
    y = run(LumaSaturationCurve([[0.25, 0], [0.5, 1]]), x)
    assert np.array_equal(y[luma > 0.501], x[luma > 0.501])
    dark = y[luma < 0.249]
    assert len(dark) and np.ptp(dark, axis=1).max() < 2e-7
