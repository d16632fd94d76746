"""Which cases a run tries: some, drawn anew for each run; all are tried by `make test-full`.

The names of the tests say what was drawn; the same is drawn again by `--testrunuid`, with the
identifier that is said at the end of a run that failed.
"""

import os
import random

import pytest

SEED = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")  # the same in every worker of a run


def some(cases, count):
    """The cases as parameters, all but so many of them marked `full`; a tuple is many values."""
    values = [case if isinstance(case, tuple) else (case,) for case in cases]
    chosen = set(random.Random(SEED).sample(range(len(values)), count))
    marks = [() if number in chosen else pytest.mark.full for number in range(len(values))]
    return [pytest.param(*v, marks=m) for v, m in zip(values, marks, strict=True)]
