"""GradingPrimary: what its controls mean, and what they refuse."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import GradingPrimary, LiftGammaGain

EXAMPLES = (
    GradingPrimary(
        "log", brightness=(4, -6, 10), contrast=(1.1, 0.9, 1.0), contrast_master=1.2,
        gamma=(0.9, 1.1, 1.25), gamma_master=0.9, saturation=1.25,
    ),
    GradingPrimary("log", brightness_master=-8, contrast=1.5, pivot=0.25, pivot_black=-0.0625),
    GradingPrimary(
        "linear", offset=(0.01, 0, -0.01), exposure=(0.5, -0.25, 0), contrast=(1.1, 0.9, 1.0),
        contrast_master=1.1, saturation=0.75,
    ),
    GradingPrimary("linear", exposure_master=-1.5, offset_master=0.02, contrast=0.8, pivot=-0.5),
    GradingPrimary(
        "video", lift=(0.05, -0.02, 0), gain=(1.1, 0.8, 1.3), gamma=(1.2, 0.9, 1.5),
        offset=(0.01, 0, -0.01), saturation=1.125,
    ),
    GradingPrimary(
        "video", lift_master=0.0625, gain_master=1.25, gamma_master=0.8, pivot_black=0.03125,
        pivot_white=0.9375,
    ),
    GradingPrimary("log", contrast=1.5, clamp_black=0, clamp_white=1, amount=0.5, channels="rb"),
    GradingPrimary("video", gain=1.5, clamp_white=1, amount=0.75),
    GradingPrimary("linear", exposure=(1, -1, 0.5), saturation=0, amount=0.5),
)  # fmt: skip


def test_each_style_is_its_formula():
    x = np.array([0.1, 0.4, 0.9])
    log = GradingPrimary("log", brightness=10, contrast=2, pivot=0)
    assert np.allclose(log.evaluate(x), (x + 62.5 / 1023 - 0.5) * 2 + 0.5, atol=1e-15)
    linear = GradingPrimary("linear", offset=0.02, exposure_master=1, contrast=1.5, pivot=1)
    assert np.allclose(linear.evaluate(x), ((x + 0.02) * 2 / 0.36) ** 1.5 * 0.36, atol=1e-15)
    gamma = GradingPrimary("log", gamma=2, pivot_black=-0.5, pivot_white=1.5)
    assert np.allclose(gamma.evaluate(x), ((x + 0.5) / 2) ** 0.5 * 2 - 0.5, atol=1e-15)


def test_master_and_channel_add_or_multiply():
    apart = GradingPrimary("video", lift=0.01, lift_master=0.02, gain=1.2, gain_master=0.5)
    whole = GradingPrimary("video", lift=0.03, gain=0.6)
    assert np.isclose(apart.evaluate(0.3), whole.evaluate(0.3))


def test_a_style_leaves_the_controls_of_others_alone():
    x = np.linspace(-1, 2, 30).reshape(-1, 3)
    assert np.array_equal(GradingPrimary("log", exposure=3, gain=2, lift=0.1).evaluate(x), x)
    assert np.array_equal(GradingPrimary("linear", brightness=3, gamma=2).evaluate(x), x)


def test_an_unset_pivot_is_that_of_the_style():
    for style, pivot in (("log", -0.2), ("linear", 0.18)):
        op = GradingPrimary(style, contrast=1.5)
        assert op.evaluate(0.7) == op.copy(pivot=pivot).evaluate(0.7) != op.copy(pivot=0)


def test_bounds_may_be_left_open():
    op = GradingPrimary("log", brightness=1, clamp_black=0.25)
    assert op.evaluate(-1.0) == 0.25 and op.evaluate(50.0) > 50
    assert op.evaluate(float("inf")) == float("inf")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pivot_black": 0.995}, r"pivot_white = 1: not 0\.01 above pivot_black = 0\.995"),
        ({"clamp_black": 2, "clamp_white": 1}, r"clamp_black = 2: above clamp_white = 1"),
        ({"style": "linear", "contrast": 0}, r"contrast: in linear it is an exponent"),
    ],
)
def test_what_contradicts_itself_is_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        GradingPrimary(**values)


def test_published_vectors(run):
    """FIELD 3.4 and 3.6: the vector of video, and a stop that doubles to the bit."""
    video = GradingPrimary("video", lift=0.05, gain=1.1, gamma=1.2)
    assert run(video, [[0.5, 0.5, 0.5]])[0] == pytest.approx(0.629147, abs=5e-7)
    assert video.evaluate(-0.05) == pytest.approx(0, abs=1e-15), "lift makes -lift black"
    assert video.evaluate(1 / 1.1) == pytest.approx(1, abs=1e-15), "gain makes W / gain white"
    x = np.random.default_rng(40).uniform(-1, 60000, (300, 3)).astype(np.float32)
    assert np.array_equal(run(GradingPrimary("linear", exposure=1), x), 2 * x)
    brightness = GradingPrimary("log", brightness=1).evaluate(0.4) - 0.4
    assert brightness == pytest.approx(0.0061095, abs=5e-8)


def test_of_the_two_lift_gamma_gains_video_is_the_one():
    wheels = {"lift": (0.05, -0.02, 0.1), "gamma": (1.2, 0.9, 1.5), "gain": (1.1, 0.8, 1.3)}
    x = np.random.default_rng(41).uniform(-0.3, 1.5, (100, 3))
    ours = GradingPrimary("video", **wheels).evaluate(x)
    assert np.allclose(ours, LiftGammaGain(**wheels, convention="video").evaluate(x), atol=1e-12)
    assert abs(ours - LiftGammaGain(**wheels, convention="classic").evaluate(x)).max() > 0.01
