"""Expansion and proofs: one meaning in whatever form ranges allow; promises and marks hold."""

import math

import numpy as np
import pytest

from grade.ir.expression import (
    const,
    equal,
    exp2,
    fetch,
    fetch3d,
    log2,
    make,
    maximum,
    minimum,
    power,
    rgb,
    select,
    to_float,
    to_int,
    walk,
)
from grade.ir.functions import FUNCTIONS
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout, encode
from grade.ir.table import Table
from grade.ir.types import BOOL, F32, I32
from grade.passes.cube_lookup import expand_cube
from grade.passes.elementary import EXPANSIONS
from grade.passes.expand import expand
from grade.passes.interval_arithmetic import ANY_FLOAT
from grade.passes.pipeline import PASSES, lower
from grade.passes.prove import check_proofs, drop_promises, prove
from grade.passes.range_analysis import Ranges
from grade.passes.rewrite import rewrite

from ..draw import some
from ..random_programs import CUBES, CURVES, random_program, uniform_values
from ..run.programs import FLOATS, expected, picture

X, Y, Z = (make("load", (), (F32, 0, c)) for c in range(3))
BYTE = make("load", (), (I32, 1, 0))
UNIFORMS = (Uniform("unit", F32, 0.0, 1.0), Uniform("index", I32, 0, 9), Uniform("on", BOOL))
UNIT, INDEX, ON = (make("uniform", (), (u.type, n)) for n, u in enumerate(UNIFORMS))
TEN = Table(np.linspace(-1, 3, 10))


def of(*outputs):
    layouts = tuple(Layout(1, "f32" if o.type == F32 else "u16") for o in outputs)
    stored = tuple(encode("f32", o) if o.type == F32 else o for o in outputs)
    return verify(Program((Layout(3), Layout(1, "u8")), layouts, UNIFORMS, (Stage(stored),)))


def ops(program):
    return [n.op for n in program.nodes]


# --- one meaning ----------------------------------------------------------------------------------


def plainly_lowered(program):
    """Every call in its longest form, which knows nothing; no proof of anything."""
    for name in ("relax", "simplify", "scalarise", "cut_stages", "hoist"):
        program = PASSES[name](program)

    def longest(node):
        if node.op in FUNCTIONS:
            return EXPANSIONS[node.op](*node.args, lambda operand: ANY_FLOAT)
        if node.op == "fetch3d":
            return expand_cube(node.args[0].args, *node.attr)
        if node.op == "component" and node.args[0].op == "rgb":
            return node.args[0].args[node.attr]
        return None

    return rewrite(program, [longest])


def check_one_meaning(seed):
    program = random_program(seed, 60)
    plain, shortest = plainly_lowered(program), lower(program)
    sources = [picture(x, 3, 60, seed + i) for i, x in enumerate(program.sources)]
    for draw in range(2):
        values = uniform_values(program, seed + draw)
        assert all(map(np.array_equal, expected(plain, sources, values),
                       expected(shortest, sources, values))), f"seed {seed}"  # fmt: skip


@pytest.mark.parametrize("seed", some(range(60), 30))
def test_what_is_known_changes_the_form_and_no_bit(seed):
    check_one_meaning(seed)


@pytest.mark.full
@pytest.mark.parametrize("first", range(3000, 6000, 100))
def test_what_is_known_of_many_changes_no_bit(first):
    for seed in range(first, first + 100):
        check_one_meaning(seed)


def test_a_form_under_an_assumption_holds_for_no_other_use():
    """The same power is looked at where x is above a half, and once more everywhere."""
    above = power(X, 0.7)
    program = of(select(X < 0.5, X * 2.0, above), above + Y)
    source = [np.resize(FLOATS, (3, 16, 3)).astype(np.float32), np.zeros((3, 16, 1), np.uint8)]
    values = [0.5, 3, 1]
    assert all(map(np.array_equal, expected(plainly_lowered(program), source, values),
                   expected(lower(program), source, values)))  # fmt: skip


# --- promises -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_promises_hold(seed):
    """The float32 interpreter raises where one does not."""
    states = {}
    program = random_program(seed, 60)
    lower(program, lambda name, p: states.setdefault(name, p))
    sources = [picture(x, 4, 50, seed + i) for i, x in enumerate(program.sources)]
    for name in ("expand", "prove"):
        if name in states:
            for draw in range(3):
                expected(states[name], sources, uniform_values(program, seed + draw))


def test_an_expanded_call_keeps_the_range_of_the_call():
    program = of(power(X, 2.0) + exp2(UNIT))
    expanded = expand(program)
    calls = [n for n in program.nodes if n.op in FUNCTIONS]
    promised = [n.attr for n in expanded.nodes if n.op == "within" and n.args[0].op != "from_bits"]
    for call in calls:
        known = Ranges(program)(call)
        assert (known.low, known.high, known.nan) in promised
    assert not any(op in FUNCTIONS for op in ops(expanded))
    assert "within" not in ops(drop_promises(expanded))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("operand", [math.inf, -math.inf, math.nan, 0.0, -0.0, 1e-45, 3e38])
def test_calls_of_single_numbers(name, operand):
    """A range may be one number, infinite, or nothing but NaN."""
    arity = FUNCTIONS[name].arity
    for other in (2.0, math.nan, math.inf, -math.inf):
        operands = [const(operand), const(other)][:arity]
        pixel = [select(X < 0, operands[0], operands[0] * 1.0), *operands[1:]]
        program = of(make(name, tuple(operands)), make(name, tuple(pixel)))
        source = [picture(Layout(3), 2, 9), picture(Layout(1, "u8"), 2, 9)]
        assert all(map(np.array_equal, expected(plainly_lowered(program), source, [0.5, 3, 1]),
                       expected(lower(program), source, [0.5, 3, 1])))  # fmt: skip


# --- cubes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("interpolation", ["tetrahedral", "trilinear"])
@pytest.mark.parametrize("cube", CUBES, ids=["2", "5"])
def test_a_cube_lookup_is_near_the_oracle(cube, interpolation):
    """At nodes, faces, diagonals and between; outside it clamps, NaN reads as 0."""
    program = of(*(make("component", (fetch3d(cube, rgb(X, Y, Z), interpolation),), c)
                   for c in range(3)))  # fmt: skip
    draw = np.random.default_rng(cube.edge)
    steps = draw.integers(0, cube.edge, (3, 1000)) / (cube.edge - 1)
    grey = np.ones((3, 1)) * draw.uniform(0, 1, 500)
    special = np.array(np.meshgrid(FLOATS, FLOATS[::5], np.float32([0.3, 1]))).reshape(3, -1)
    parts = [steps, draw.uniform(-0.2, 1.2, (3, 3000)), grey]
    colours = np.concatenate([*(p.astype(np.float32) for p in parts), special], axis=1)
    source = [colours.T[None], np.zeros((1, colours.shape[1], 1), np.uint8)]
    lowered = lower(program)
    got = np.array(expected(lowered, source, [0.5, 3, 1]), np.uint32).view(np.float32)
    with np.errstate(all="ignore"):
        want = cube.lookup(colours.T[None].astype(np.float64), interpolation)
    assert np.abs(got - np.moveaxis(want, -1, 0)).max() < 2e-6
    assert ("tetrahedron" in ops(lowered)) == (interpolation == "tetrahedral")
    fetches = [n for n in lowered.nodes if n.op == "fetch"]
    assert all(n.attr[1] for n in fetches), "the cell is inside: no index needs a clamp"


@pytest.mark.parametrize("interpolation", ["tetrahedral", "trilinear"])
@pytest.mark.parametrize("edge", [2, 3, 17, 33, 65])
def test_a_cube_gives_its_nodes(edge, interpolation):
    draw = np.random.default_rng(edge)
    cube = Table(draw.uniform(-1, 2, (edge,) * 3 + (3,)))
    nodes = draw.integers(0, edge, (500, 3))
    nodes[:2] = [[0], [edge - 1]]
    colours = (nodes / (edge - 1)).astype(np.float32)
    exact = (colours * np.float32(edge - 1) == nodes).all(axis=1)  # k / 32 is a float32, k / 3 not
    program = of(*(make("component", (fetch3d(cube, rgb(X, Y, Z), interpolation),), c)
                   for c in range(3)))  # fmt: skip
    source = [colours[None], np.zeros((1, 500, 1), np.uint8)]
    got = np.array(expected(lower(program), source, [0.5, 3, 1]), np.uint32).view(np.float32)
    want = cube.data[tuple(nodes[exact].T)][:, :3]
    if interpolation == "tetrahedral":
        assert np.array_equal(got[:, 0, exact].T, want)
    assert np.abs(got[:, 0, exact].T - want).max() <= 4e-7, "a + (b - a) is b but for a rounding"
    assert exact.sum() > 100


# --- proofs ---------------------------------------------------------------------------------------


def marks(program, op):
    return [n.attr is True or (op == "fetch" and n.attr[1]) for n in program.nodes if n.op == op]


PROVED = {
    "bits of a clamped value": (make("bits", (minimum(maximum(X, 0.0), 1.0),)), "bits", True),
    "bits of a pixel": (make("bits", (X,)), "bits", False),
    "bits after a test": (make("bits", (select(equal(X, X), X, 0.0),)), "bits", True),
    "cut of a code": (to_int(to_float(BYTE) * 0.5), "to_int", True),
    "cut of a pixel": (to_int(X), "to_int", False),
    "cut of a held pixel": (to_int(minimum(maximum(X, -9.0), 9.0)), "to_int", True),
    "cut up to 2^31": (to_int(minimum(maximum(X, 0.0), 2147483648.0)), "to_int", False),
    "cut below 2^31": (to_int(minimum(maximum(X, 0.0), 2147483520.0)), "to_int", True),
    "cut with NaN": (to_int(select(X < 1.0, X * 0.0 + 1.0, 1.0)), "to_int", False),
    "entry": (fetch(TEN, INDEX + (BYTE & 0)), "fetch", True),
    "entry past the end": (fetch(TEN, INDEX + (BYTE & 1)), "fetch", False),
    "entry before the first": (fetch(TEN, INDEX - (BYTE & 1)), "fetch", False),
    "entry by a pixel": (fetch(TEN, to_int(X)), "fetch", False),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVED)
def test_what_is_marked(name):
    node, op, proved = PROVED[name]
    value = to_float(node) if node.type == I32 else node
    program = prove(of(value + Y))
    assert marks(program, op) == [proved]
    assert check_proofs(program) is program


@pytest.mark.parametrize(
    "wrong",
    [
        make("bits", (X,), True),
        make("to_int", (X * 2.0,), True),
        make("fetch", (INDEX + 1,), (TEN, True)),
        make("fetch", (INDEX - 1,), (TEN, True)),
        make("to_int", (minimum(maximum(X, 0.0), 2147483648.0),), True),
    ],
    ids=str,
)
def test_a_mark_without_a_proof_is_found_and_taken_away(wrong):
    program = of((to_float(wrong) if wrong.type == I32 else wrong) + Y)
    with pytest.raises(AssertionError, match="is marked as proved and is not"):
        check_proofs(program)
    assert marks(prove(program), wrong.op) == [False]


DECIDED = {
    "a comparison": (select(UNIT <= 1.0, X, Y), lambda: X),
    "one that fails": (select(UNIT < 0.0, X, Y), lambda: Y),
    "a needless clamp": (minimum(UNIT * 0.5, 1.0) * X, lambda: UNIT * 0.5 * X),
    "a clamp at its end": (minimum(UNIT, 1.0) * X, lambda: minimum(UNIT, 1.0) * X),
    "both": (select((UNIT <= 1.0) & (X < Y), X, Y), lambda: select(X < Y, X, Y)),
    "either": (select((UNIT <= 1.0) | (X < Y), X, Y), lambda: X),
    "not": (select(~(UNIT <= 1.0), X, Y), lambda: Y),
}  # fmt: skip


@pytest.mark.parametrize("name", DECIDED)
def test_what_is_decided(name):
    node, wanted = DECIDED[name]
    program = PASSES["simplify"](prove(PASSES["simplify"](of(node))))
    if wanted is not None:
        assert program == PASSES["simplify"](of(wanted()))
    source = [picture(Layout(3), 3, 40), picture(Layout(1, "u8"), 3, 40)]
    for values in ([0.0, 0, 0], [1.0, 9, 1]):
        assert all(map(np.array_equal, expected(of(node), source, values),
                       expected(program, source, values)))  # fmt: skip


def test_zero_is_not_decided_by_its_sign():
    """max(x, 0) of x >= -0: the zeros are equal, and the bits differ."""
    program = lower(of(maximum(abs(X) * -0.0, 0.0), maximum(abs(X), 0.0)))
    source = [np.float32([[[-0.0, 0, 0], [1, 0, 0], [0.0, 0, 0]]]), np.zeros((1, 3, 1), np.uint8)]
    first, second = expected(program, source, [0.5, 3, 1])
    assert first.tolist() == [[0, 0, 0]] and second.tolist() == [[0, 0x3F800000, 0]]


def test_functions_of_a_prologue_are_expanded_with_the_bounds_of_uniforms():
    program = lower(of(X * log2(UNIT + 1.0), X * power(UNIT + 1.0, 2.0)))
    assert not any(op in FUNCTIONS for op in ops(program))
    kept = {n.op for n in walk(program.prologue)}
    assert "select" not in kept, "1..2 is normal: no special case is left"
    values = [[u, 0, 0] for u in (0.0, 0.5, 1.0)]
    for value in values:
        planes = [[np.float32([[1.0]])] * 3, [np.uint8([[0]])]]
        got = Interpreter(program, np.float32).run(planes, value)
        assert got[0][0, 0] == pytest.approx(math.log2(value[0] + 1), rel=1e-6)
        assert got[1][0, 0] == pytest.approx((value[0] + 1) ** 2, rel=1e-6)


def test_a_curve_by_a_clamped_index_needs_no_guard():
    """As a 1-D table is read: held to 0..1, times its last index."""
    curve = CURVES[0]
    index = to_int(minimum(maximum(X, 0.0), 1.0) * float(curve.edge - 1))
    program = lower(of(fetch(curve, index)))
    assert marks(program, "fetch") == [True] and marks(program, "to_int") == [True]
