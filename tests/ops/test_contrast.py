"""Contrast: one pivot, two styles that agree where log is log."""

import numpy as np

from grade.op.working import acescct
from grade.ops import Contrast


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
