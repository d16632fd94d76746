"""Saturation: luma stays, grey stays grey to the bit."""

import colour
import numpy as np
import pytest

from grade.ops import Saturation
from grade.science.luma import LUMA_WEIGHTS

SPACES = {"rec709": "ITU-R BT.709", "rec2020": "ITU-R BT.2020", "ap1": "ACEScg"}


@pytest.mark.parametrize("weights", LUMA_WEIGHTS)
def test_luma_is_kept_and_the_weights_are_whole(weights):
    w = np.array(LUMA_WEIGHTS[weights])
    assert w.sum() == pytest.approx(1, abs=1e-9)
    x = np.random.default_rng(7).uniform(-1, 3, (100, 3))
    assert np.allclose(Saturation(1.6, weights).evaluate(x) @ w, x @ w, atol=1e-9)


@pytest.mark.parametrize(("weights", "space"), SPACES.items())
def test_the_weights_are_the_luminance_of_their_primaries(weights, space):
    published = colour.RGB_COLOURSPACES[space].matrix_RGB_to_XYZ[1]
    assert np.allclose(LUMA_WEIGHTS[weights], published, atol=1e-4)


def test_grey_stays_grey_to_the_bit(run):
    grey = np.repeat(np.linspace(-1, 2, 301, dtype=np.float32)[:, None], 3, axis=1)
    for saturation in (0.0, 0.37, 1.9):
        graded = run(Saturation(saturation), grey)
        assert (graded == graded[:, :1]).all()
        assert np.abs(graded - grey).max() < 3e-7


def test_the_weights_of_a_saturated_patch_by_hand():
    """0.5 of (0.8, 0.4, 0.1): luma 0.46338 by Rec.709, 0.4333 by the mean."""
    assert Saturation(0.5).evaluate([0.8, 0.4, 0.1]) == pytest.approx([0.63169, 0.43169, 0.28169])
    equal = Saturation(0.5, "equal").evaluate([0.8, 0.4, 0.1])
    assert equal == pytest.approx([0.616667, 0.416667, 0.266667], abs=1e-6)
