"""SplitTone: luma stays, and the two tints are where they are said to be."""

import numpy as np
import pytest

from grade.op.working_space import acescct
from grade.ops import SplitTone
from grade.science.luma import LUMA_WEIGHTS

TINTS = {"shadow": (-0.02, 0.01, 0.03), "highlight": (0.03, 0.0, -0.02)}


@pytest.mark.parametrize("weights", LUMA_WEIGHTS)
def test_luma_is_kept(weights):
    x = np.random.default_rng(25).uniform(-0.5, 1.6, (300, 3))
    w = np.array(LUMA_WEIGHTS[weights])
    assert np.allclose(SplitTone(**TINTS, weights=weights).evaluate(x) @ w, x @ w, atol=1e-9)


def test_the_tints_are_equal_at_the_balance_and_whole_beyond_the_width():
    tone = SplitTone(**TINTS, balance=1.0, width=4.0)

    def tint(stops):
        code = acescct(0.18 * 2.0**stops)
        return tone.evaluate([code] * 3) - code

    def without_luma(value):
        return np.array(value) - np.dot(LUMA_WEIGHTS["rec709"], value)

    shadow, highlight = (without_luma(TINTS[name]) for name in ("shadow", "highlight"))
    assert np.allclose(tint(-1.0), shadow) and np.allclose(tint(-6.0), shadow)
    assert np.allclose(tint(3.0), highlight) and np.allclose(tint(8.0), highlight)
    assert np.allclose(tint(1.0), (shadow + highlight) / 2, atol=1e-9)


def test_one_tint_for_both_is_an_offset(run):
    x = np.random.default_rng(26).uniform(-0.2, 1.2, (100, 3)).astype(np.float32)
    moved = run(SplitTone((0.02, 0, 0), (0.02, 0, 0)), x) - x
    assert np.allclose(moved, moved[0], atol=3e-7)


def test_a_tint_without_color_is_none():
    assert np.allclose(SplitTone(0.04, -0.03).evaluate([0.2, 0.5, 0.3]), [0.2, 0.5, 0.3])
