"""Offset: added to every value, per channel."""

import numpy as np

from grade.ops import CDL, Offset


def test_one_number_is_for_all_channels():
    assert Offset(0.1).offset == (0.1, 0.1, 0.1)
    assert Offset(0.25).evaluate(-1.0) == -0.75


def test_it_is_the_offset_of_a_cdl():
    x = np.random.default_rng(2).uniform(-1, 2, (100, 3))
    offset = (0.02, -0.03, 0.1)
    assert np.allclose(Offset(offset).evaluate(x), CDL(offset=offset).evaluate(x), atol=1e-15)
