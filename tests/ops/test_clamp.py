"""Clamp: always clamps; NaN stays, a bound may be open."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import Clamp

CORNERS = [[-np.inf, -0.5, 0.25], [1.5, np.inf, np.nan]]


def test_a_clamp_at_its_defaults_clamps(run):
    held = run(Clamp(), CORNERS)
    assert np.array_equal(held, [[0, 0, 0.25], [1, 1, np.nan]], equal_nan=True)


def test_an_infinite_bound_is_open(run):
    held = run(Clamp(low=0.0, high=float("inf")), CORNERS)
    assert np.array_equal(held, [[0, 0, 0.25], [1.5, np.inf, np.nan]], equal_nan=True)


def test_bounds_do_not_cross():
    with pytest.raises(ParameterError, match=r"clamp\.low = 2: above high = 1"):
        Clamp(low=2.0)
