"""Parallel: the sum and the mean of what branches change; no change adds nothing."""

import numpy as np
import pytest

from grade.ops import Parallel

EXAMPLES = [Parallel(), Parallel("average"), Parallel(amount=0.25)]
SPECIAL = np.float32([[0.0, -0.0, 65504], [np.inf, -np.inf, np.nan], [1e-45, -1e-45, 3e38]])


def test_a_branch_that_changes_nothing_adds_nothing_to_the_bit(run):
    for mode in ("sum", "average"):
        made = run(Parallel(mode), SPECIAL, SPECIAL, SPECIAL)
        same = made.view(np.int32) == SPECIAL.view(np.int32)
        assert (same | (np.isnan(made) & np.isnan(SPECIAL))).all()


def test_branches_add_up_or_are_averaged(run):
    base, one, two = (np.full((1, 3), v, np.float32) for v in (0.5, 0.75, 0.375))
    assert run(Parallel(), base, one, two)[0, 0] == 0.625
    assert run(Parallel("average"), base, one, two)[0, 0] == pytest.approx(0.5625)


def test_one_branch_is_that_branch(run):
    base, one = np.random.default_rng(1).uniform(-1, 2, (2, 9, 3)).astype(np.float32)
    assert np.allclose(run(Parallel(), base, one), one, rtol=1e-6, atol=1e-6)
