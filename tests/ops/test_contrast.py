"""Contrast: one pivot, two styles that agree where log is log."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.op.working_space import acescct
from grade.ops import Contrast

EXAMPLES = (
    Contrast(1.375),
    Contrast(0.625, 0.5),
    Contrast(1.75, 0.25, "log"),
    Contrast(0.75, style="log"),
    Contrast(1.5, amount=0.5, channels="rb"),
    Contrast(1.75, 0.25, low_soft=0.25, high_soft=0.5),
    Contrast(0.625, 0.125, high_soft=0.5),
    Contrast(1.5, 0.25, "log", low_soft=0.5, high_soft=0.25),
    Contrast(1.5, 0.25, "log", low_soft=0.75),
)


def test_the_pivot_stays(run):
    for pivot in (0.18, 0.4):
        grey = np.full((1, 3), pivot, np.float32)
        assert np.allclose(run(Contrast(1.7, pivot), grey), pivot, rtol=1e-6)
        code = np.full((1, 3), acescct(pivot), np.float32)
        assert np.allclose(run(Contrast(1.7, pivot, "log"), code), acescct(pivot), rtol=1e-6)


def test_the_styles_agree_above_the_toe():
    light = 2.0 ** np.linspace(-4, 5, 30)[:, None] * np.ones(3)
    linear = acescct(Contrast(1.3).evaluate(light))
    assert np.allclose(Contrast(1.3, style="log").evaluate(acescct(light)), linear, atol=1e-12)


def test_the_domain_follows_the_style():
    assert Contrast(1.2).domain == "linear" == Contrast.domain
    assert Contrast(1.2, style="log").domain == "log"


def test_negative_light_is_mirrored():
    assert Contrast(1.4).evaluate(-0.5) == -Contrast(1.4).evaluate(0.5)


# --- soft ends ------------------------------------------------------------------------------------

STEPS = np.linspace(-12, 12, 4801)
LIGHT = (0.18 * 2.0**STEPS)[:, None].repeat(3, axis=1)


def stops_of(light):
    return np.log2(light[:, 0] / 0.18)


@pytest.mark.parametrize("contrast", [0.2, 0.7, 1.6, 4.0])
@pytest.mark.parametrize("soft", [0.05, 0.3, 1.0])
def test_soft_ends_ease_from_the_contrast_to_slope_one(contrast, soft):
    result = stops_of(Contrast(contrast, low_soft=soft, high_soft=soft).evaluate(LIGHT))
    published = STEPS + (contrast - 1) * STEPS / (1 + soft * np.abs(STEPS))
    assert np.allclose(result, published, atol=1e-9)
    slope = np.diff(result) / np.diff(STEPS)
    assert (slope > 0).all(), "it rises"
    assert np.abs(np.diff(slope)).max() < 0.03, "no corner: the slope never jumps"
    assert np.isclose(slope[2400], contrast, atol=0.02), "the contrast is that at the pivot"
    assert np.abs(result - STEPS).max() < abs(contrast - 1) / soft


def test_each_end_by_itself():
    x = np.array([0.18 / 16, 0.18 / 2, 0.18 * 2, 0.18 * 16])
    plain = np.array([Contrast(2.0).evaluate(v) for v in x])
    high = np.array([Contrast(2.0, high_soft=0.5).evaluate(v) for v in x])
    low = np.array([Contrast(2.0, low_soft=0.5).evaluate(v) for v in x])
    assert np.allclose(high[:2], plain[:2]) and (high[2:] < plain[2:]).all()
    assert np.allclose(low[2:], plain[2:]) and (low[:2] > plain[:2]).all()


def test_the_soft_styles_agree_above_the_toe():
    light = 2.0 ** np.linspace(-4, 5, 30)[:, None] * np.ones(3)
    ends = {"low_soft": 0.4, "high_soft": 0.2}
    linear = acescct(Contrast(1.3, **ends).evaluate(light))
    log = Contrast(1.3, style="log", **ends).evaluate(acescct(light))
    assert np.allclose(log, linear, atol=1e-12)


@pytest.mark.parametrize("style", ["linear", "log"])
@pytest.mark.parametrize("contrast", [0.3, 3.0])
def test_the_soft_inverse(style, contrast):
    op = Contrast(contrast, style=style, low_soft=0.8, high_soft=0.3)
    x = LIGHT if style == "linear" else acescct(LIGHT)
    assert np.allclose(op.evaluate(op.evaluate(x), inverse=True), x, rtol=1e-9)


def test_unset_ends_leave_no_trace(program):
    """The kernel that was there before soft ends, and another one that a 0 keeps ready."""
    plain, ready = program(Contrast(1.5)), program(Contrast(1.5, high_soft=0.0))
    assert not any("soft" in uniform.name for uniform in plain.uniforms)
    assert any("high_soft" in uniform.name for uniform in ready.uniforms)
    x = 2.0 ** np.linspace(-6, 6, 40)[:, None] * np.ones(3)
    assert np.allclose(Contrast(1.5, high_soft=0.0).evaluate(x), Contrast(1.5).evaluate(x))
    assert program(ready_of(0.5)).hash == program(ready_of(0.0)).hash


def ready_of(soft):
    return Contrast(1.5, high_soft=soft)


def test_black_and_infinite_light_with_soft_ends(run):
    x = [[0.0, np.inf, -np.inf]]
    for contrast in (0.3, 3.0):
        op = Contrast(contrast, low_soft=0.5, high_soft=0.5)
        assert np.array_equal(run(op, x), x) and np.array_equal(run(op, x, inverse=True), x)


def test_soft_is_not_negative():
    with pytest.raises(ParameterError, match=r"high_soft = -0\.1: outside 0\.\.100 per stop"):
        Contrast(2.0, high_soft=-0.1)
