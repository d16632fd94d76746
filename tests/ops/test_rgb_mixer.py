"""RGBMixer: rows are rows, and luma stays if it is asked to."""

import numpy as np
import pytest

from grade.ops import Matrix, RGBMixer
from grade.science.luma import LUMA_WEIGHTS

ROWS = {"red": (1.2, -0.1, 0.3), "green": (0.05, 0.9, 0.2), "blue": (-0.2, 0.4, 1.1)}
X = np.random.default_rng(20).uniform(-1, 5, (200, 3))


def test_it_is_a_matrix_row_by_row():
    matrix = Matrix([cell for row in ROWS.values() for cell in row])
    assert np.allclose(RGBMixer(**ROWS).evaluate(X), matrix.evaluate(X), atol=1e-14)


def test_a_published_matrix():
    """BT.709 to BT.2020, rounded to four places in BT.2087."""
    mixer = RGBMixer((0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956))
    assert mixer.evaluate([1.0, 0.0, 0.0]) == pytest.approx([0.6274, 0.0691, 0.0164])
    assert mixer.evaluate(0.5) == pytest.approx(0.5)


@pytest.mark.parametrize("weights", LUMA_WEIGHTS)
def test_luma_is_kept(weights):
    mixed = RGBMixer(**ROWS, preserve_luma=True, weights=weights).evaluate(X)
    w = np.array(LUMA_WEIGHTS[weights])
    assert np.allclose(mixed @ w, X @ w, atol=1e-12)
    plain = RGBMixer(**ROWS).evaluate(X)
    assert np.allclose(mixed - plain, (mixed - plain)[:, :1], atol=1e-12), "the same for all three"


def test_a_matrix_without_inverse_says_so():
    grey = (0.25, 0.5, 0.25)
    assert not np.isfinite(RGBMixer(grey, grey, grey).evaluate([1.0, 0.5, 0.2], inverse=True)).any()
