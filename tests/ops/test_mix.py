"""Mix: the ends have the bits of the pictures."""

import numpy as np

from grade.ops import Mix

ONE = np.array([[0.1, np.nan, np.inf], [-0.0, 1e-45, 65504]], np.float32)
TWO = np.array([[0.3, 0.7, 1e30], [np.nan, -np.inf, -0.0]], np.float32)


def test_the_ends_are_selected(run):
    for amount, end in ((0.0, ONE), (1.0, TWO)):
        mixed = run(Mix(amount=amount), ONE, TWO)
        same = mixed.view(np.int32) == end.view(np.int32)
        assert (same | (np.isnan(mixed) & np.isnan(end))).all()


def test_between(run):
    mixed = run(Mix(amount=0.25), [[0, 1, 2]], [[4, 1, -2]])
    assert np.array_equal(mixed, [[1, 1, 1]])
