"""LumaQualifier: a band of luma."""

import numpy as np
import pytest

from grade.op import Band
from grade.ops import LumaQualifier
from grade.science.luma import LUMA_WEIGHTS


@pytest.mark.parametrize("weights", LUMA_WEIGHTS)
def test_it_is_a_band_of_the_weighted_sum(weights):
    x = np.random.default_rng(6).uniform(-1, 2, (1000, 3))
    luma = x @ np.array(LUMA_WEIGHTS[weights])
    want = np.interp(luma, [0.1, 0.3, 0.6, 1.0], [0, 1, 1, 0])
    key = LumaQualifier(Band(0.3, 0.6, soft=(0.2, 0.4)), weights)
    assert key.evaluate(x) == pytest.approx(want, abs=1e-12)


def test_infinities_are_beyond_every_band_and_within_none():
    assert LumaQualifier().evaluate([np.inf, 0, 0]) == 1
    assert LumaQualifier(Band(0, 65504)).evaluate([np.inf, 0, 0]) == 0
    assert LumaQualifier().evaluate([np.inf, -np.inf, 0]) == 0


def test_smooth_is_the_smoothstep_of_the_straight_edge():
    key = LumaQualifier(Band(0.5, 1, soft=0.4), falloff="smooth")
    assert key.evaluate(0.2) == pytest.approx(0.15625)
