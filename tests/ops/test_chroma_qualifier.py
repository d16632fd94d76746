"""ChromaQualifier: distance in the plane of the colour differences."""

import colour
import numpy as np
import pytest

from grade.ops import ChromaQualifier


def differences(x):
    """Cb and Cr by colour-science, full range, without offset."""
    weights = colour.WEIGHTS_YCBCR["ITU-R BT.709"]
    ycbcr = colour.RGB_to_YCbCr(x, K=weights, out_range=(0, 1, -0.5, 0.5))
    return ycbcr[..., 1:]


def test_the_plane_is_that_of_bt709():
    x = np.random.default_rng(8).uniform(0, 1, (1000, 3))
    color = np.array([0.2, 0.6, 0.3])
    distance = np.hypot(*np.moveaxis(differences(x) - differences(color), -1, 0))
    key = ChromaQualifier(color=color.tolist(), radius=0.1, soft=0.3)
    want = np.interp(distance, [0.1, 0.4], [1, 0])
    assert key.evaluate(x) == pytest.approx(want, abs=1e-9)


def test_exposure_in_a_log_space_changes_nothing():
    x = np.random.default_rng(9).uniform(0, 1, (100, 3))
    key = ChromaQualifier(color=(0.3, 0.5, 0.2), radius=0.05, soft=0.2)
    assert key.evaluate(x) == pytest.approx(key.evaluate(x - 0.4), abs=1e-12)


def test_a_grey_color_keys_all_greys_and_infinities_have_no_place():
    key = ChromaQualifier(color=0.5, radius=0, soft=0)
    assert (key.evaluate(np.linspace(-1, 2, 9)[:, None] * [1, 1, 1]) >= 0).all()
    assert key.evaluate([0.5, 0.5, 0.5]) == 1 and key.evaluate([0.6, 0.5, 0.5]) == 0
    assert key.evaluate([np.inf, 0.5, 0.5]) == 0 and key.evaluate([np.inf] * 3) == 0
