"""Loops: what they compute, where f64 may be, and that text says all of it."""

import numpy as np
import pytest

from grade.ir.expression import (
    argument,
    build,
    channels,
    const,
    equal,
    fetch,
    make,
    narrow,
    select,
    to_float,
    widen,
)
from grade.ir.interpreter import Interpreter
from grade.ir.loop import Loop
from grade.ir.parser import parse_program
from grade.ir.primitives import IRTypeError
from grade.ir.printer import format_program
from grade.ir.program import Program, ProgramError, Stage, verify
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import F32, I32
from grade.passes.pipeline import lower
from grade.run.cpu import CpuExecutor

X = [make("load", (), (F32, 0, c)) for c in range(3)]
NOWHERE = Program((), (), (), ())


def program_of(*values):
    layout = Layout(len(values))
    return Program((Layout(3),), (layout,), (), (Stage(values),))


def collatz(most=200):
    """The 3n + 1 sequence, whose end is 1; its color counts nothing, but says where it was."""
    state = argument(0)
    half, odd = state >> 1, equal(state & 1, 1)
    following = select(state <= 1, state, select(odd, state * 3 + 1, half))
    return Loop((following, to_float(state), argument(1), argument(2) + argument(3)), most)


def run(loop, start, *operands):
    return Interpreter(NOWHERE, np.float32).run_loop(loop, start, operands)


def test_it_runs_until_the_state_repeats():
    start = np.arange(1, 30, dtype=np.int32)[:, None]
    ones = np.float32(np.ones_like(start))
    assert (run(collatz(), start, ones, ones, ones) == [1, 1, 2]).all()
    assert (run(Loop(collatz().results[:1], 200), start, ones, ones, ones) == 1).all()


def test_it_ends_after_so_many_rounds():
    """27 needs 111 steps: after 5 rounds its state is that of the fifth step."""
    steps = [27]
    while steps[-1] != 1:
        steps.append(steps[-1] * 3 + 1 if steps[-1] % 2 else steps[-1] // 2)
    assert len(steps) == 112
    start, one = np.array([[27], [2]], np.int32), np.ones((2, 1), np.float32)
    state = run(Loop(collatz().results[:1], 5), start, one, one, one)
    assert state.tolist() == [[steps[5]], [1]]
    assert run(collatz(5), start, one, one, one)[:, 0].tolist() == [steps[4], 1]
    assert run(collatz(111), start, one, one, one)[0, 0] == 2
    assert run(collatz(112), start, one, one, one)[0, 0] == 1


@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_a_look_up_by_halving(lanes):
    """The place of a value in a table, to the bits of NumPy: a loop, as the passes leave it."""
    values = np.sort(np.random.default_rng(3).uniform(0, 1, 64)).astype(np.float32)
    table, state = Table(values), argument(0)
    onward = fetch(table, state) < argument(1)
    loop = Loop((select(onward & (state < 63), state + 1, state),), 100)
    place = build("iterate", const(0, I32), *X, attr=loop)
    program = lower(program_of(to_float(place)))
    pixels = np.random.default_rng(4).uniform(-0.1, 1.1, (3, 50, 3)).astype(np.float32)
    got = np.empty((3, 50, 1), np.float32)
    CpuExecutor(1, lanes).prepare(program)([pixels], [got])
    want = np.minimum(np.searchsorted(values, pixels[..., 0]), 63)
    assert np.array_equal(got[..., 0], want)


def test_f64_keeps_what_f32_would_lose():
    x, y, z = (argument(n) for n in (1, 2, 3))
    small = narrow((widen(x) + widen(y)) - widen(x))
    loop = Loop((argument(0), small, (x + y) - x, z), 1)
    one, tiny = np.float32([[1.0]]), np.float32([[2.0**-40]])
    assert run(loop, np.int32([[0]]), one, tiny, one).tolist() == [[2.0**-40, 0.0, 1.0]]


def test_a_program_with_loops_is_its_text():
    inner = Loop((select(argument(0) < 9, argument(0) + 1, argument(0)),), 20)
    inside = build("iterate", argument(0), *(argument(n) for n in (1, 2, 3)), attr=inner)
    table = Table([1.0, 2.0])
    value = narrow(widen(fetch(table, inside & 1)) * widen(argument(1)))
    outer = Loop((inside, value, value, value), 3)
    cell = make("iterate", (const(0, I32), *X), outer)
    program = program_of(*channels(cell))
    assert program.tables == (table,) and program.loops == (inner, outer)
    for state in (program, lower(program)):
        again = parse_program(format_program(state), state.tables)
        assert again == state and again.hash == state.hash
    text = format_program(program)
    assert "loop 0: 20\n" in text and "[loop 1]" in text
    longer = Loop(outer.results, 4)
    other = program_of(*channels(make("iterate", (const(0, I32), *X), longer)))
    assert other.hash != program.hash


def test_what_a_loop_may_not_be():
    with pytest.raises(ValueError, match="a loop has a state, or a state and a color"):
        Loop((argument(1),), 3)
    with pytest.raises(ValueError, match="a loop has a state"):
        Loop((argument(0),), 0)
    with pytest.raises(IRTypeError, match="the state is i32, the others are f32"):
        make("argument", (), (F32, 0))
    with pytest.raises(IRTypeError, match="not a loop"):
        make("iterate", (const(0, I32), *X), 3)
    with pytest.raises(IRTypeError, match="no colors of f64"):
        make("rgb", (widen(X[0]),) * 3)


def test_f64_and_arguments_stay_in_loops():
    for value in (narrow(widen(X[0])), X[0] + argument(1)):
        with pytest.raises(ProgramError, match="belongs into the body of a loop"):
            verify(program_of(value))


@pytest.mark.parametrize("leaf", ["load", "uniform", "plane"])
def test_a_loop_knows_its_operands_only(leaf):
    attr = {"load": (F32, 0, 0), "uniform": (F32, 0), "plane": (0, 0)}[leaf]
    value = make(leaf, (), attr)
    cell = make("iterate", (const(0, I32), *X), Loop((argument(0), value, value, value), 1))
    with pytest.raises(ProgramError, match="is no function of the state and the operands"):
        verify(program_of(*channels(cell)))


def test_a_loop_holds_what_needs_no_pass():
    value = make("sin", (argument(1),))
    cell = make("iterate", (const(0, I32), *X), Loop((argument(0), value, value, value), 1))
    with pytest.raises(ProgramError, match="sin was not expanded"):
        verify(program_of(*channels(cell)))
