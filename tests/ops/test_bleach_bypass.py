"""BleachBypass: contrast up, colour down, grey where it was."""

import numpy as np
import pytest

from grade.op.working_space import acescct
from grade.ops import BleachBypass, Contrast, Saturation
from grade.science.luma import LUMA_WEIGHTS

BLACK = 0.0729055341958355  # the ACEScct code of no light
X = np.random.default_rng(27).uniform(BLACK, 1.8, (300, 3))


def test_grey_stays():
    grey = acescct(0.18)
    for silver in (0.3, 1.0):
        assert BleachBypass(silver).evaluate(grey) == pytest.approx(grey, abs=1e-9)


def test_it_is_contrast_on_luma_and_saturation_on_the_rest():
    """Contrast 1.5 of everything about grey, with the colour brought down to 0.5 of what it was."""
    both = Saturation(0.5 / 1.5).evaluate(Contrast(1.5, style="log").evaluate(X))
    assert np.allclose(BleachBypass(1.0).evaluate(X), both, atol=1e-12)


def test_silver_alone_adds_the_density_of_the_luma_layer():
    silver = BleachBypass(0.6, density=1.0, fade=0.0).evaluate(X)
    added = silver - X
    luma = X @ np.array(LUMA_WEIGHTS["rec709"])
    assert np.allclose(added, 0.6 * (luma - acescct(0.18))[:, None], atol=1e-12)


def test_it_is_a_line_above_black():
    far = BleachBypass(1.0).evaluate(X + 10.0) - BleachBypass(1.0).evaluate(X)
    assert np.allclose(far, 15.0, atol=1e-8)


def test_what_lies_below_black_stays_as_far_below():
    lamp = np.array([BLACK - 4.0, BLACK - 14.0, 0.78])
    rest = BleachBypass(0.7).evaluate(lamp) - BleachBypass(0.7).evaluate([BLACK, BLACK, 0.78])
    assert np.allclose(rest, [-4.0, -14.0, 0.0], atol=1e-12)
    assert np.allclose(BleachBypass(0.7).evaluate(BleachBypass(0.7).evaluate(lamp), inverse=True),
                       lamp, atol=1e-9)  # fmt: skip
