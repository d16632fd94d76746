"""The budget against the oracle: tight where float32 is good, wide where digits are lost."""

import numpy as np
import pytest

from grade.ir.error_bounds import Bounded, error_bound
from grade.ir.expression import (
    const,
    fetch,
    fetch3d,
    log2,
    make,
    matvec,
    power,
    rgb,
    select,
    to_int,
)
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import F32

A, B, C = (make("load", (), (F32, 0, channel)) for channel in range(3))
DRAW = np.random.default_rng(20)
PICTURE = DRAW.uniform(-2, 2, (3, 20, 50)).astype(np.float32)
ULP_OF_ONE = 2.0**-23


def program(*outputs):
    return Program((Layout(3),), (Layout(len(outputs)),), (), (Stage(outputs),))


def bound(node, planes=PICTURE, **options):
    return error_bound(program(node), [list(planes)], **options)[0]


def at(node, *values):
    """The bound at one pixel."""
    found = bound(node, np.array(values, np.float32).reshape(-1, 1, 1))
    return float(found.value[0, 0]), float(found.error[0, 0])


SUMS = [
    A + B, A * B - C, (A - B) / (B * B + 0.5), (A + 1000.0) - 1000.0, power(A * A, B),
    log2(A * A + 1e-3), select(A < B, A * C, B - C), (A * 3.0 + B) * (A - C) * (1 / (A + 2.5)),
]  # fmt: skip


@pytest.mark.parametrize("node", SUMS, ids=range(len(SUMS)))
def test_float32_is_within_and_near(node):
    single = Interpreter(program(node), np.float32).run([list(PICTURE)])[0]
    found = bound(node)
    assert found.holds(single).all()
    off = np.abs(single - found.value)
    assert (off > 0.05 * found.error).mean() > 0.1, "the bound is not of the size of the errors"


def test_a_wrong_constant_is_seen():
    right, wrong = (A * factor + B for factor in (1.0, 1.000001))
    single = Interpreter(program(wrong), np.float32).run([list(PICTURE)])[0]
    assert bound(right).holds(single).mean() < 0.3


def test_one_rounding_is_half_an_ulp():
    assert at(A * B, 1.25, 1.1, 0)[1] == ULP_OF_ONE / 2
    assert at(A, 1.25, 0, 0)[1] == 0
    assert at(select(A < B, A, B), 1.25, 1.1, 0)[1] == 0


def test_a_difference_of_near_numbers_keeps_the_error_of_its_terms():
    value, error = at((A + 1000.0) - 1000.0, 1.0, 0, 0)
    assert value == 1 and 2.0**-15 <= error < 2.0**-13


def test_a_close_comparison_may_fall_either_way():
    near = A * B < 0.3
    assert at(select(near, const(5.0), 2.0), 0.3, 1.0, 0)[1] == 3
    assert at(select(near, const(5.0), 2.0), 0.31, 1.0, 0)[1] == 0
    assert at(select(near & (C < 1.0), const(5.0), 2.0), 0.3, 1.0, 2.0)[1] == 0
    assert at(select(near | (C < 1.0), const(5.0), 2.0), 0.3, 1.0, 2.0)[1] == 3


def test_what_may_overflow_is_open_and_what_must_is_not():
    assert at(A * B, 3e38, 1.2, 0)[1] == np.inf
    assert at(A * B, np.inf, 1.2, 0) == (np.inf, 0)
    assert Bounded(np.array([np.inf, np.nan, 1.0]), np.zeros(3)).holds([np.inf, np.nan, 1]).all()
    assert not Bounded(np.array([np.inf, np.nan]), np.zeros(2)).holds([-np.inf, 1.0]).any()


def test_denormals_round_by_their_own_spacing():
    assert at(A * B, 1e-40, 0.3, 0)[1] == 2.0**-150


def test_tables_pass_on_what_a_step_may_change():
    stairs = Table([0.0, 1.0, 5.0])
    assert at(fetch(stairs, to_int(A * B)), 2.0, 1.0, 0)[1] == 4
    assert at(fetch(stairs, to_int(A * B)), 1.5, 1.0, 0)[1] == 0
    grid = np.stack(np.meshgrid(*([[0.0, 0.5, 1.0]] * 3), indexing="ij"), axis=-1)
    cube = fetch3d(Table(grid), rgb(A, B, C) * 1.1)
    error = bound(make("component", (cube,), 0)).error
    assert 0 < error.max() < 16 * ULP_OF_ONE


def test_a_matrix_is_bounded_by_its_terms():
    cells = [1.0, 1.0, -2.0, 0, 1, 0, 0, 0, 1]
    value, error = at(make("component", (matvec(cells, rgb(A, B, C)),), 0), 0.7, 0.7, 0.7)
    assert abs(value) < 1e-9 and error > ULP_OF_ONE / 2


def test_constants_may_be_held_against_float64():
    found = bound(A * 0.1, constants=True)
    assert found.holds(PICTURE[0].astype(np.float64) * 0.1).all()
    assert not bound(A * 0.1).holds(PICTURE[0] * (0.1 * (1 + 1e-7))).all()
