"""Matrix: row by row, and back."""

import colour
import numpy as np

from grade.ops import Matrix


def test_rows_make_channels():
    rows = [1, 2, 3, 4, 5, 6, 7, 8, 10]
    x = np.random.default_rng(8).uniform(-1, 2, (50, 3))
    expected = x @ np.reshape(rows, (3, 3)).T + [0.5, 0, -0.5]
    assert np.allclose(Matrix(rows, (0.5, 0, -0.5)).evaluate(x), expected, atol=1e-13)


def test_acescg_to_rec709_and_back(run):
    to709 = colour.matrix_RGB_to_RGB("ACEScg", "ITU-R BT.709", "CAT02")
    op = Matrix(to709.ravel().tolist(), 0.01)
    x = np.random.default_rng(9).uniform(-1, 4, (300, 3)).astype(np.float32)
    assert np.abs(run(op, run(op, x), inverse=True) - x).max() < 6e-6


def test_a_matrix_without_inverse_gives_nan_backwards(run):
    mono = Matrix([0.2, 0.7, 0.1] * 3)
    assert not np.isfinite(run(mono, [[0.3, 0.3, 0.3]], inverse=True)).any()
