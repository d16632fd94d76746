"""ColorCorrect: the published order of the knobs, and ramps that are what they say."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import ColorCorrect

X = np.random.default_rng(30).uniform(-0.3, 2.5, (400, 3))
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


def group(x, saturation=1.0, contrast=1.0, gamma=1.0, gain=1.0, offset=0.0):
    """As published, one knob after the other."""
    grey = (x @ WEIGHTS)[:, None]
    x = grey + saturation * (x - grey)
    with np.errstate(invalid="ignore"):
        x = np.where(x > 0, (x / 0.18) ** contrast * 0.18, x)
        x = np.where(x > 0, x ** (1 / gamma), x)
    return x * gain + offset


def ramp(x, low, high):
    t = np.clip((x - low) / (high - low), 0, 1)
    return (3 * t * t - 2 * t * t * t)[:, None]


KNOBS = {
    "": {"saturation": 1.2, "contrast": 0.9, "gamma": 1.1, "gain": 1.05, "offset": 0.01},
    "shadows_": {"saturation": 0.5, "contrast": 1.2, "gamma": 0.8, "gain": 1.5, "offset": -0.02},
    "midtones_": {"saturation": 1.4, "contrast": 1.1, "gamma": 1.3, "gain": 0.9, "offset": 0.03},
    "highlights_": {"saturation": 0.8, "contrast": 0.7, "gamma": 1.2, "gain": 0.7, "offset": 0.05},
}


def test_the_groups_are_weighted_and_then_the_master():
    values = {prefix + knob: v for prefix, knobs in KNOBS.items() for knob, v in knobs.items()}
    edges = {"shadows_none": 0.3, "highlights_none": 0.6, "highlights_full": 1.4}
    light = X @ WEIGHTS
    shadow, high = 1 - ramp(light, 0.0, 0.3), ramp(light, 0.6, 1.4)
    expected = (
        group(X, **KNOBS["shadows_"]) * shadow
        + group(X, **KNOBS["midtones_"]) * (1 - shadow - high)
        + group(X, **KNOBS["highlights_"]) * high
    )
    expected = group(expected, **KNOBS[""])
    assert np.allclose(ColorCorrect(**values, **edges).evaluate(X), expected, atol=1e-10)


def test_the_default_ramps_are_nuke_s():
    """Shadows from 0 to 0.09, highlights from 0.5 to 1, half way in their middle."""
    shadows = ColorCorrect(shadows_gain=0.0)
    assert [shadows.evaluate(v) for v in (0.09, 0.5, 7.0)] == [0.09, 0.5, 7.0]
    assert shadows.evaluate(-0.2) == 0.0 and np.isclose(shadows.evaluate(0.045), 0.0225)
    highlights = ColorCorrect(highlights_gain=0.0)
    assert [highlights.evaluate(v) for v in (-0.2, 0.09, 0.5)] == [-0.2, 0.09, 0.5]
    assert highlights.evaluate(9.0) == 0.0 and np.isclose(highlights.evaluate(0.75), 0.375)


def test_a_gain_alone_is_a_gain_to_the_bit(run):
    x = X.astype(np.float32)
    assert np.array_equal(run(ColorCorrect(gain=2.0), x), 2 * x)
    three = run(ColorCorrect(shadows_gain=2.0, midtones_gain=2.0, highlights_gain=2.0), x)
    assert np.array_equal(three, 2 * x), "equal groups leave no trace of the ramps"


def test_ramps_have_a_width():
    with pytest.raises(ParameterError, match=r"shadows_none = 0: not above shadows_full = 0"):
        ColorCorrect(shadows_none=0.0)
