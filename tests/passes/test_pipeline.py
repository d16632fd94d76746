"""The passes in their order: named, watched, verified, and each but two keeps every bit."""

import numpy as np
import pytest

from grade.ir.expression import at, make, matvec, power, rgb, select, to_int
from grade.ir.parser import parse_program
from grade.ir.printer import format_program
from grade.ir.program import Program, ProgramError, Stage, Uniform, verify
from grade.ir.storage import Layout, encode
from grade.ir.types import F32, I32
from grade.passes import pipeline
from grade.passes.pipeline import PASSES, lower
from grade.run import executor

from ..draw import some
from ..random_programs import random_program, uniform_values
from ..run.programs import blank, expected, picture, written

X, Y, Z = (make("load", (), (F32, 0, c)) for c in range(3))
RGB = Layout(3)
GAIN = make("uniform", (), (F32, 0))
MATRIX = [0.9, 0.1, 0.0, 0.0, 1.0, 0.0, 0.0, 0.2, 0.8]


UNIFORMS = (Uniform("gain", F32, 0.0, 2.0),)


def of(*outputs, uniforms=UNIFORMS):
    return verify(Program((RGB,), (Layout(len(outputs)),), uniforms, (Stage(outputs),)))


def everything():
    """A program that every pass has something to do with."""
    colour = matvec(MATRIX, matvec(MATRIX, rgb(X, Y, Z))) * 1.0
    blurred = at(power(abs(colour) + 0.01, GAIN * 2.0), 1, 0)
    index = to_int(select(X < 0.0, 0.0, GAIN))
    return of(*(encode("f32", make("component", (blurred,), c)) for c in range(3)),
              make("to_float", (index,)) * (GAIN + 1.0))  # fmt: skip


def states(program):
    seen = []
    lower(program, lambda name, changed: seen.append((name, changed)))
    return seen


def test_every_pass_has_its_turn_and_its_name():
    seen = states(everything())
    names = [name for name, _ in seen]
    assert names == [name for name in PASSES if name in names], "in order"
    idle = set(PASSES) - set(names)
    assert idle <= {"check_proofs", "prove_again", "simplify_last"}
    for name, program in seen:
        assert verify(program) is program, name
        assert parse_program(format_program(program), program.tables) == program


def test_a_watch_sees_only_passes_that_changed_something():
    seen = states(of(encode("f32", X), encode("f32", Y)))
    assert seen == []
    assert lower(everything(), lambda name, program: None) == lower(everything())


def test_what_is_broken_is_refused_before_and_after_a_pass(monkeypatch):
    with pytest.raises(ProgramError, match="no such channel"):
        lower(Program((Layout(1),), (Layout(1),), (), (Stage((Z,)),)))
    broken = {**PASSES, "scalarise": lambda program: program.with_stages(Stage((X, X, X, X, X)))}
    monkeypatch.setattr(pipeline, "PASSES", broken)
    with pytest.raises(ProgramError, match="the targets take"):
        lower(everything(), lambda name, program: None)


@pytest.mark.parametrize("seed", range(40))
def test_each_pass_keeps_every_bit(seed):
    """But relax, which states its bound, and expand, after which functions are what they are."""
    program = random_program(seed, 50)
    sources = [picture(x, 3, 50, seed + i) for i, x in enumerate(program.sources)]
    values = uniform_values(program, seed)
    before = expected(program, sources, values)
    for name, changed in states(program):
        after = expected(changed, sources, values)
        if name not in ("relax", "expand"):
            assert all(map(np.array_equal, before, after)), f"seed {seed}: {name}"
        before = after


@pytest.mark.parametrize("seed", range(40))
def test_a_lowered_program_stays(seed):
    lowered = lower(random_program(seed))
    assert lowered.lowered and lower(lowered) is lowered
    shipped = parse_program(format_program(lowered), lowered.tables)
    assert lower(shipped) == lowered, "also one that was shipped"


@pytest.mark.parametrize("seed", some(range(25), 12))
def test_lowering_does_not_depend_on_what_was_lowered_before(seed):
    """Same text, fresh caches, other programs in between."""
    first = format_program(lower(random_program(seed)))
    pipeline._lowered.cache_clear()
    for other in range(5):
        lower(random_program(1000 + seed + other))
    assert format_program(lower(random_program(seed))) == first


def test_all_executors_relax_however_simple_a_program_is():
    """One that would pass as lowered is traced all the same: constants join on every device."""
    program = of(encode("f32", X * 0.1 * 0.3), uniforms=())
    verify(program, lowered=True)
    assert lower(program) != program
    pixels, targets = picture(RGB, 9, 50), []
    for device in ("cpu", "twin"):
        target = blank(Layout(1), 9, 50)
        executor(device).prepare(program)([pixels], [target], [])
        targets.append(written(program, [target])[0])
    assert np.array_equal(*targets)
    assert np.array_equal(targets[0], expected(lower(program), [pixels])[0])


def test_a_program_written_by_hand_means_its_nodes():
    program = verify(of(encode("f32", X * 0.1 * 0.3), uniforms=()), lowered=True)
    assert lower(program) is program
    pixels = picture(RGB, 9, 50)
    target = blank(Layout(1), 9, 50)
    executor("cpu").prepare(program)([pixels], [target], [])
    assert np.array_equal(written(program, [target])[0], expected(program, [pixels])[0])


def test_names_of_uniforms_do_not_matter():
    def named(name):
        return of(encode("f32", X * (GAIN + 1.0)), uniforms=(Uniform(name, F32, 0.0, 2.0),))

    assert lower(named("a")).hash == lower(named("b")).hash
    assert lower(named("a")).uniforms[0].name == "a"


def test_ranges_of_uniforms_do():
    def bounded(high):
        index = make("uniform", (), (I32, 0))
        value = make("to_float", (index & 7,)) * X
        return lower(of(encode("f32", value), uniforms=(Uniform("n", I32, 0, high),)))

    assert bounded(7).hash != bounded(8).hash
