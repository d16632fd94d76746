"""Forms that are right only where somebody looks: the bits that count are the same."""

import numpy as np
import pytest

from grade.ir.expression import (
    clamp,
    const,
    exp2,
    fetch,
    fma,
    log2,
    make,
    power,
    select,
    sqrt,
    to_int,
    walk,
)
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import F32, I32
from grade.passes import expand as expansion
from grade.passes.path_conditions import NOTHING, find_assumptions
from grade.passes.pipeline import lower
from grade.passes.range_analysis import Ranges
from grade.run.cpu import CpuExecutor

from ..draw import some

X, Y = (make("load", (), (F32, 0, channel)) for channel in range(2))
SPECIAL = np.float32([
    0, -0.0, 1, -1, 0.5, 2, 1e-45, -1e-45, 1.2e-38, 1e-30, 3e38, -3e38, np.inf, -np.inf, np.nan,
    0.0078125, 0.1, 0.18, 0.155, 16, 127, -126, 128, -150, 65504, 1e-16, 2.0**-100, 2.0**100,
])  # fmt: skip
PAIRS = np.array(np.meshgrid(SPECIAL, SPECIAL)).reshape(2, 1, -1)


def program(*outputs):
    target = Layout(len(outputs), "f32", planar=True)
    source = Layout(2, "f32", planar=True)
    return verify(Program((source,), (target,), (), (Stage(tuple(outputs)),)))


def drawn(rows):
    """Pairs of special values, and pairs drawn over many magnitudes."""
    draw = np.random.default_rng(rows)
    wide = draw.choice([-1, 1], (2, 1, 4000)) * np.exp2(draw.uniform(-30, 12, (2, 1, 4000)))
    return list(np.concatenate([PAIRS, wide], axis=2).astype(np.float32))


def bits(planes):
    planes = [np.asarray(plane, np.float32) for plane in planes]
    return [np.where(np.isnan(p), 0x7FC00000, p.view(np.uint32)) for p in planes]


def check(traced, monkeypatch, planes=None):
    """The same bits with and without assumptions; every promise holds; the CPU agrees."""
    planes = drawn(1) if planes is None else planes
    with monkeypatch.context() as patch:
        patch.setattr(expansion, "find_assumptions", lambda program, ranges: {})
        plain = expansion.expand(traced)
    cheap = expansion.expand(traced)
    wanted = bits(Interpreter(plain, np.float32).run([planes], []))
    got = bits(Interpreter(cheap, np.float32).run([planes], []))  # raises at a broken promise
    assert all((a == b).all() for a, b in zip(got, wanted, strict=True))
    results = [np.empty_like(planes[0]) for _ in traced.targets[0:1] for _ in wanted]
    CpuExecutor(1).prepare(traced)([planes], [results])
    assert all((a == b).all() for a, b in zip(bits(results), wanted, strict=True))
    return len(walk(cheap.stages[0].outputs)), len(walk(plain.stages[0].outputs))


def decoded(x):
    """A camera's log curve backwards: a line, and a power of two above a break."""
    return select(x < 0.155, x * 0.0948 - 0.0069, exp2(x * 17.52 - 9.72) * 0.5)


def test_a_log_curve_is_cheaper_than_its_parts(monkeypatch):
    cheap, plain = check(program(decoded(X)), monkeypatch)
    assert cheap <= plain - 8


def test_a_power_above_a_break_has_no_case_for_zero(monkeypatch):
    cheap, plain = check(
        program(select(X <= 0.04045, X / 12.92, power(fma(X, 0.948, 0.052), 2.4))), monkeypatch
    )
    assert cheap <= plain - 8


def test_what_is_looked_at_elsewhere_is_whole(monkeypatch):
    curve = exp2(X * 17.52 - 9.72)
    cheap, plain = check(program(select(X < 0.155, X, curve), curve), monkeypatch)
    assert cheap == plain
    cheap, plain = check(program(select(X < 0.155, X, curve), curve + 1.0), monkeypatch)
    assert cheap == plain


def test_two_choices_that_agree_count_and_two_that_differ_leave_the_wider(monkeypatch):
    curve = log2(X)
    traced = program(select(X < 0.5, 0.0, curve), select(X < 0.25, 1.0, curve))
    found = find_assumptions(traced, Ranges(traced))
    assert found[curve][X].low == 0.25
    cheap, plain = check(traced, monkeypatch)
    assert cheap < plain
    traced = program(select(X < 0.5, 0.0, curve), select(X < 0.25, curve, 1.0))
    assert find_assumptions(traced, Ranges(traced))[curve][X] == Ranges(traced)(X)
    check(traced, monkeypatch)


def test_a_condition_on_something_else_changes_nothing(monkeypatch):
    cheap, plain = check(program(select(Y < 0.5, 0.0, log2(X))), monkeypatch)
    assert cheap == plain


@pytest.mark.parametrize(
    "condition",
    [
        (X >= 0.2) & (X < 3.0),
        ~((X < 0.2) | (X >= 3.0)),
        (X >= 0.2) & (Y < 1.0),
        ~(X < 0.2),
        const(0.2) < X,
    ],
)
def test_conditions_are_taken_apart(monkeypatch, condition):
    cheap, plain = check(program(select(condition, log2(X), Y)), monkeypatch)
    assert cheap < plain


def test_functions_of_functions_within_one_choice(monkeypatch):
    inner = power(fma(X, 2.0, 0.1), 0.3)
    check(program(select(X < 0.01, X, log2(inner) + exp2(inner))), monkeypatch)


def test_choices_within_choices(monkeypatch):
    inner = select(Y < 0.3, Y, power(X * 0.5 + Y, 0.4))
    cheap, plain = check(program(select(X < 0.2, X, inner * log2(X))), monkeypatch)
    assert cheap < plain


def test_an_index_is_guarded_although_nobody_looks(monkeypatch):
    """What a cheap form gives elsewhere may be anything, but no table is read with it."""
    table = Table(np.linspace(0, 1, 16, dtype=np.float32))
    place = to_int(clamp(log2(X) * 2.0 + 8.0, 0.0, 15.0))
    check(program(select(X < 0.1, X, fetch(table, place))), monkeypatch)
    # here the range of the logarithm would do without any clamp, were it true everywhere
    bounded = select(X < 0.1, X, fetch(table, to_int(log2(select(X < 2.0, X, 2.0)) + 4.0)))
    check(program(bounded), monkeypatch)
    fetches = [n for n in lower(program(bounded)).nodes if n.op == "fetch"]
    assert [node.attr[1] for node in fetches] == [False]


def test_the_choice_promises_again_for_what_follows(monkeypatch):
    """Above the choice nothing is unknown: the power behind it needs no case for its base."""
    bounded = clamp(decoded(clamp(X, 0.2, 1.0)), 0.001, 4.0)
    check(program(power(bounded, 0.4)), monkeypatch)
    assert not any(n.op == "eq" for n in lower(program(power(bounded, 0.4))).nodes)


def test_no_choice_means_no_assumption():
    traced = program(log2(X), exp2(Y))
    assert all(a is NOTHING for a in find_assumptions(traced, Ranges(traced)).values())


def random_value(draw, depth):
    """A nest of choices and functions over X and Y."""
    if depth == 0:
        return (X, Y, X * 0.5 + Y, const(float(draw.choice(SPECIAL[:6]))))[draw.integers(4)]
    a, b = (random_value(draw, depth - 1) for _ in range(2))
    limit = float(draw.choice([0.0, 0.0078125, 0.155, 1.0, 2.0, -0.5]))
    picked = draw.integers(9)
    if picked < 4:
        over = (X, Y, a)[draw.integers(3)]
        return select(over < limit, a, b) if picked % 2 else select(const(limit) <= over, a, b)
    if picked < 7:
        names = ("exp2", "log2", "log10", "exp", "sin", "cbrt")
        return make(names[draw.integers(len(names))], (a,))
    return power(a, limit) if picked == 7 else fma(a, 1.5, sqrt(b))


@pytest.mark.parametrize("seed", some(range(60), 12))
def test_any_nest_of_choices_has_the_bits_of_the_whole_functions(monkeypatch, seed):
    draw = np.random.default_rng(seed)
    traced = program(*(random_value(draw, 4) for _ in range(3)))
    check(traced, monkeypatch, drawn(seed))


def test_integers_are_chosen_too(monkeypatch):
    chosen = select(X < 0.1, const(3, I32), to_int(exp2(X)))
    check(program(make("to_float", (chosen,))), monkeypatch)
