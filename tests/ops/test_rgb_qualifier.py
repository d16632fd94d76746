"""RGBQualifier: the product of three bands."""

import numpy as np
import pytest

from grade.op import Band
from grade.ops import RGBQualifier


def trapezoid(x, low, high, soft):
    return np.interp(x, [low - soft, low, high, high + soft], [0, 1, 1, 0])


def test_it_is_the_product_of_the_bands():
    x = np.random.default_rng(5).uniform(-1, 2, (1000, 3))
    key = RGBQualifier(Band(0, 1, 0.3), Band(-0.2, 0.4, 0.2), Band(0.5, 0.6, 1))
    want = (
        trapezoid(x[:, 0], 0, 1, 0.3)
        * trapezoid(x[:, 1], -0.2, 0.4, 0.2)
        * trapezoid(x[:, 2], 0.5, 0.6, 1)
    )
    assert key.evaluate(x) == pytest.approx(want, abs=1e-12)


def test_smooth_eases_each_band():
    key = RGBQualifier(red=Band(1, 2, 1), green=Band(1, 2, 1), falloff="smooth")
    assert key.evaluate([0.25, 0.5, 0.0]) == pytest.approx(0.15625 * 0.5)


def test_what_is_not_given_takes_everything_but_nan():
    key = RGBQualifier(green=Band(0, 1))
    assert key.evaluate([-np.inf, 0.5, np.inf]) == 1
    assert key.evaluate([np.nan, 0.5, 0.5]) == 0
    assert key.evaluate([0.5, -0.001, 0.5]) == 0
