"""Colours become scalars: the bits stay, width 3 is left to a cube's node sum alone."""

import numpy as np
import pytest

from grade.ir.expression import (
    at,
    channels,
    const,
    fetch3d,
    fma,
    make,
    matvec,
    power,
    rgb,
    select,
)
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout
from grade.ir.types import BOOL, F32, I32
from grade.passes.exact_rules import simplify
from grade.passes.scalarize import scalarize

from ..random_programs import CUBES, WEIGHTS, random_program, uniform_values
from ..run.programs import expected, picture

X, Y, Z = (make("load", (), (F32, 0, c)) for c in range(3))
COLOUR = rgb(X, Y, Z)


def of(colour):
    return verify(Program((Layout(3),), (Layout(3),), (), (Stage(channels(colour)),)))


FORMULAS = {
    "rgb": rgb(Z, X, Y),
    "component": rgb(*reversed(channels(COLOUR * 2.0))),
    "add": COLOUR + Y, "sub": Y - COLOUR, "fma": fma(X, COLOUR, 0.25),
    "spread scalar": X * rgb(1.0, 1.0, const(1.0)),
    "select by a scalar": select(X < Y, COLOUR, Z),
    "select by a colour": select(COLOUR < Y, COLOUR, rgb(Y, Y, Y)),
    "matvec": matvec([0.1, -0.2, 0.3, 1.4, 0.5, 0.6, -0.7, 0.8, 0.9], COLOUR),
    "matvec of pixels": matvec([X, Y, Z, X * Y, Y + 1.0, Z, X, Z * 2.0, Y], COLOUR),
    "function": power(abs(COLOUR), Y), "cube": fetch3d(CUBES[1], COLOUR * 0.5),
    "tap": at(COLOUR, 1, -2),
    "sum": make("ascending_sum", (COLOUR, const(4, I32)), ("y", -1, 1, WEIGHTS, 9)),
    "promise": make("within", (COLOUR * 0.0 + 1.0,), (0.0, 1.0, True)),
    "integers": make("to_float", (make("bits", (COLOUR,)),)),
    "logic": select((COLOUR < 0.5) & (Y < COLOUR) | const(False, BOOL), COLOUR, 0.0),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_bits_stay(name):
    program, source = of(FORMULAS[name]), [picture(Layout(3), 5, 60)]
    scalars = verify(scalarize(program))
    assert all(map(np.array_equal, expected(program, source), expected(scalars, source)))
    wide = {n.op for n in scalars.nodes if n.type.width == 3}
    assert wide <= {"rgb", "fetch3d"} and ("fetch3d" in wide) == (name == "cube")


@pytest.mark.parametrize("seed", range(20))
def test_random_programs_keep_their_bits(seed):
    program = simplify(random_program(seed))
    sources = [picture(x, 4, 30, seed + i) for i, x in enumerate(program.sources)]
    values, scalars = uniform_values(program, seed), scalarize(program)
    assert all(map(np.array_equal, expected(program, sources, values),
                   expected(scalars, sources, values)))  # fmt: skip
    assert scalarize(scalars) == scalars


def test_a_matrix_is_three_chains_of_fma():
    """As the table states it: fma(m2, z, fma(m1, y, m0 * x))."""
    cells = [X + float(n) for n in range(9)]
    first = scalarize(of(matvec(cells, COLOUR))).stages[0].outputs[0]
    assert first is fma(cells[2], Z, fma(cells[1], Y, cells[0] * X))


def test_the_oracle_sees_the_same():
    program = of(matvec(range(9), fetch3d(CUBES[0], COLOUR) + 0.5))
    planes = [[np.float32(p) for p in np.random.default_rng(0).uniform(0, 1, (3, 4, 5))]]
    for a, b in zip(Interpreter(program).run(planes), Interpreter(scalarize(program)).run(planes),
                    strict=True):  # fmt: skip
        assert np.array_equal(a, b) and a.dtype == np.float64
