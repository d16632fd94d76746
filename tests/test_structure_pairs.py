"""Two looks in one process each give what they give in a process that has computed nothing before.

`make test` takes forty pairs, `make test-full` two thousand. All are computed in this one process,
so that whatever is kept of one look (kernels, programs, transforms, tables) is there for all that
follow. They are interpreted; a share of them is compiled too.
"""

import random

import pytest

from .draw import SEED
from .fresh_process import FreshProcesses
from .structure_pairs import KINDS, computed, kind_of, looks, rendered

PAIRS = 2000
MODULE = computed.__module__


@pytest.fixture(scope="module")
def fresh():
    with FreshProcesses(MODULE, "colour") as processes:
        yield processes


def compare(number, fresh, device="reference"):
    """Both looks of a pair, one behind the other; whether they gave pictures, and two pictures."""
    given = []
    for which, look in enumerate(looks(number)):
        right = fresh.call(MODULE, "computed", number, which, device)
        got = rendered(look, device)
        assert got == right, f"pair {number}, look {which} of {kind_of(number)}: {look!r}"
        given.append(got)
    return given


def count_pictures(answers):
    """How many pairs gave two pictures, and of these, how many gave two different ones."""
    pairs = [pair for pair in answers if not any(isinstance(one, str) for one in pair)]
    return len(pairs), sum(one != other for one, other in pairs)


def test_forty_pairs(fresh):
    numbers = random.Random(SEED).sample(range(PAIRS), 40)
    pictures, different = count_pictures([compare(number, fresh) for number in numbers])
    assert pictures > 18 and different > 12, (pictures, different)


@pytest.mark.full
def test_all_pairs(fresh):
    pictures, different = count_pictures([compare(number, fresh) for number in range(PAIRS)])
    assert pictures > 0.75 * PAIRS and different > 0.5 * PAIRS, (pictures, different)


@pytest.mark.full
def test_a_share_is_compiled(fresh):
    for number in random.Random(SEED).sample(range(PAIRS), 60):
        compare(number, fresh, "cpu")


def test_every_op_is_among_them():
    assert {kind_of(number) for number in range(PAIRS)} == set(KINDS)
