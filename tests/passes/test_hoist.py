"""What depends on uniforms alone is computed once per frame, with the same bits."""

import numpy as np
import pytest

from grade.ir.expression import (
    const,
    equal,
    exp2,
    fetch,
    fetch3d,
    make,
    power,
    rgb,
    select,
    to_float,
    to_half,
    to_int,
    walk,
)
from grade.ir.interpreter import Interpreter
from grade.ir.primitives import Reads
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout
from grade.ir.types import BOOL, F32, I32
from grade.passes.hoist import hoist
from grade.passes.pipeline import lower
from grade.run.uniform_block import uniform_block

from ..random_programs import CUBES, CURVES, random_program, uniform_values
from ..run.programs import FLOATS, expected, picture

X, Y = (make("load", (), (F32, 0, c)) for c in range(2))
UNIFORMS = (Uniform("gain"), Uniform("lift"), Uniform("on", BOOL), Uniform("n", I32, -9, 9))
GAIN, LIFT, ON, N = (make("uniform", (), (u.type, i)) for i, u in enumerate(UNIFORMS))


def of(*outputs, prologue=()):
    layouts = tuple(Layout(1, "f32" if o.type == F32 else "u16") for o in outputs)
    return verify(Program((Layout(2),), layouts, UNIFORMS, (Stage(outputs),), prologue))


def per_frame(program):
    """Operations of the stages that no pixel has a part in."""
    frame, found = set(), []
    for node in walk(output for stage in program.stages for output in stage.outputs):
        if node.reads is Reads.NOTHING and all(a in frame for a in node.args):
            frame.add(node)
            if node.args:
                found.append(node)
    return found


def test_the_largest_expressions_move():
    gamma = 1.0 / (GAIN + 2.0)
    hoisted = hoist(of(power(X * (GAIN - LIFT), gamma) + Y * gamma))
    assert set(hoisted.prologue) == {GAIN - LIFT, gamma}
    first, second = (make("hoisted", (), (F32, hoisted.prologue.index(n))) for n in (
        GAIN - LIFT, gamma))  # fmt: skip
    assert hoisted.stages[0].outputs == (power(X * first, second) + Y * second,)


def test_uniforms_and_constants_stay_where_they_are():
    program = of(X * GAIN + 2.0, select(ON, Y, LIFT))
    assert hoist(program) == program


def test_every_kind_of_value_moves():
    outputs = (
        select(equal(GAIN, 1.0) & ON, X, Y),
        to_int(X) + (N * 3 ^ 5),
        X * fetch(CURVES[0], N),
        X + make("component", (fetch3d(CUBES[0], rgb(GAIN, LIFT, 0.5)),), 1),
        GAIN * LIFT,
        to_half(GAIN),
    )
    program = of(*outputs)
    moved = verify(hoist(program))
    assert sorted(n.type.kind for n in moved.prologue) == [
        "bool",
        "f32",
        "f32",
        "f32",
        "i32",
        "i32",
    ]
    assert not per_frame(moved)
    sources = [picture(Layout(2), 3, 20)]
    for values in ([1.0, 0.3, 1, -9], [0.5, 2.0, 0, 7]):
        assert all(map(np.array_equal, expected(program, sources, values),
                       expected(moved, sources, values)))  # fmt: skip


def test_what_is_there_already_grows_together():
    once = hoist(of(X * (GAIN + 1.0)))
    (inner,) = once.prologue
    more = once.with_stages(
        Stage((X * (make("hoisted", (), (F32, 0)) * 2.0) + make("hoisted", (), (F32, 0)),))
    )
    twice = verify(hoist(more))
    assert twice.prologue == (inner * 2.0, inner)
    assert hoist(twice) == twice


def test_what_is_no_longer_used_goes():
    program = of(X * make("hoisted", (), (F32, 1)), prologue=(GAIN + 1.0, GAIN * LIFT))
    assert hoist(program).prologue == (GAIN * LIFT,)
    assert hoist(of(X, prologue=(GAIN + 1.0,))).prologue == ()


@pytest.mark.parametrize("seed", range(40))
def test_nothing_of_uniforms_alone_is_left_in_a_lowered_program(seed):
    program = lower(random_program(seed))
    assert not per_frame(program)
    assert hoist(program) == program


def test_what_an_expansion_makes_of_a_uniform_leaves_the_pixels():
    """The exponent of a power is multiplied by constants: once per frame."""
    program = lower(of(power(abs(X) + 0.5, GAIN * 3.0)))
    assert not per_frame(program) and len(program.prologue) > 1


# --- the compiled prologue ------------------------------------------------------------------------


def block_bits(program, values):
    """The outputs of the prologue by the interpreter, as words."""
    with np.errstate(all="ignore"):
        results = Interpreter(program, np.float32)._block(program.prologue, [], values, [], [])
    types = {"f32": np.float32, "i32": np.int32, "bool": np.int32}
    return [
        int(np.asarray(r).astype(types[node.type.kind]).reshape(1).view(np.uint32)[0])
        for node, r in zip(program.prologue, results, strict=True)
    ]


def canonical(program, words):
    """One pattern for every NaN: in the block its bits are free, and nothing reads them."""
    values = np.asarray(words, np.uint32).view(np.float32)
    return [
        0x7FC00000 if node.type == F32 and value != value else int(word)
        for node, value, word in zip(program.prologue, values, words, strict=True)
    ]


@pytest.mark.parametrize("seed", range(25))
def test_the_compiled_prologue_has_the_bits_of_the_interpreter(seed):
    program = lower(random_program(seed, 60))
    for draw in range(5 if program.prologue else 0):
        values = uniform_values(program, 100 * seed + draw)
        words = uniform_block(program, values)[len(values) :]
        assert canonical(program, words) == canonical(program, block_bits(program, values))


def test_a_prologue_of_everything():
    x = GAIN * 3.0 - LIFT
    outputs = [
        power(abs(x), LIFT), exp2(x), to_float(to_int(x * 100.0) ^ N), select(x < LIFT, x, GAIN),
        fetch(CURVES[2], N + 4), make("component", (fetch3d(CUBES[1], rgb(GAIN, x, LIFT)),), 2),
        make("component", (fetch3d(CUBES[1], rgb(x, x, LIFT), "trilinear"),), 0),
        make("from_half", (to_half(x),)), select(ON, x, const(-0.0)),
    ]  # fmt: skip
    program = lower(of(*(X * o for o in outputs)))
    assert len(program.prologue) == len(outputs)
    for a in FLOATS[FLOATS == FLOATS]:
        for b in FLOATS[FLOATS == FLOATS][::3]:
            values = [float(a), float(b), int(a > 0), int(np.clip(b, -9, 9))]
            words = uniform_block(program, values)[len(values) :]
            assert canonical(program, words) == canonical(program, block_bits(program, values))
