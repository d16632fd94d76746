"""Stencils: a stage ends before a neighbour is read; sums ascend on every executor alike."""

import shutil

import numpy as np
import pytest

from grade.ir.expression import at, const, fma, make, matvec, power, rgb, sqrt, to_int
from grade.ir.program import Program, ProgramError, Stage, Uniform, verify
from grade.ir.storage import Layout, decode, encode
from grade.ir.table import Table
from grade.ir.types import F32, I32
from grade.passes.cut_stages import cut_stages
from grade.passes.pipeline import lower
from grade.run.cpu import CpuExecutor
from grade.run.cuda_emulator import TwinExecutor

from ..run.programs import blank, expected, picture, written

SOURCE = Layout(3, "f16")
X, Y, Z = (decode("f16", make("load", (), (I32, 0, c))) for c in range(3))
UNIFORMS = (Uniform("count", I32, 0, 9), Uniform("gain", F32, 0.0, 4.0))
COUNT, GAIN = make("uniform", (), (I32, 0)), make("uniform", (), (F32, 1))
NOISE = Table(np.random.default_rng(4).normal(size=9))
SIZES = [(1, 1), (1, 40), (40, 1), (2, 3), (7, 33), (5, 160)]


def of(*outputs, storage="f32"):
    target = Layout(len(outputs), storage)
    stage = Stage(tuple(encode(storage, o) for o in outputs))
    return verify(Program((SOURCE,), (target,), UNIFORMS, (stage,)))


def box(x, pick=lambda dx, dy: True):
    total = None
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            if pick(dx, dy):
                tap = at(x, dx, dy)
                total = tap if total is None else total + tap
    return total * (1 / 9)


def window(x, axis, start=-4, step=1, count=COUNT, table=NOISE, most=9):
    return make("ascending_sum", (x, count), (axis, start, step, table, most))


def sharpened(x):
    return fma(x - box(x), GAIN, x)


PROGRAMS = {
    "box": of(box(X)),
    "box of a function": of(box(sqrt(power(abs(X), 1.5)))),
    "two boxes": of(box(box(X) * Y)),
    "sharpen twice": of(sharpened(sharpened(X) + Z)),
    "window sum": of(window(X * Y, "x"), window(Y, "y", 3, -2)),
    "separable": of(window(window(X, "x"), "y")),
    "cascade with what is near": of(box(X) + X * box(box(Y) + X)),
    "colour": of(*(make("component", (box(matvec(range(9), rgb(X, Y, Z))),), c) for c in range(3))),
    "mixed": of(at(window(at(X, 5, 0), "y"), -3, 2) * box(Z), storage="u16"),
    "count by uniforms": of(window(X, "x", count=to_int(GAIN * 2.5))),
    "far": of(at(X, 100, 0) - at(Y, 0, -70)),
}  # fmt: skip


@pytest.fixture(scope="module")
def twins():
    if not shutil.which("g++"):
        pytest.skip("the twin needs g++")
    kernels = TwinExecutor().prepare_many([lower(p) for p in PROGRAMS.values()])
    return dict(zip(PROGRAMS, kernels, strict=True))


def kernels_of(name, twins):
    yield from (CpuExecutor(1, lanes).prepare(PROGRAMS[name]) for lanes in (4, 8, 16))
    yield CpuExecutor(3, 8).prepare(PROGRAMS[name])
    yield twins[name]


@pytest.mark.parametrize("name", PROGRAMS)
def test_all_executors_have_the_bits_of_the_interpreter(name, twins):
    program, lowered = PROGRAMS[name], lower(PROGRAMS[name])
    cases = [
        ([picture(SOURCE, height, width, width)], [count, gain])
        for (height, width), count, gain in zip(
            SIZES, (0, 1, 3, 9, 5, 7), (0.0, 1.0, 0.3, 4.0, 2.5, 0.7), strict=True
        )
    ]
    wanted = [expected(lowered, *case) for case in cases]
    for kernel in kernels_of(name, twins):
        for (sources, values), want in zip(cases, wanted, strict=True):
            targets = [blank(layout, *sources[0].shape[:2]) for layout in program.targets]
            kernel(sources, targets, values)
            assert all(map(np.array_equal, want, written(program, targets)))


@pytest.mark.parametrize("name", PROGRAMS)
def test_cutting_changes_no_bit(name):
    """The traced program reads neighbours of values; the interpreter knows that too."""
    program = PROGRAMS[name]
    from grade.passes.scalarize import scalarize

    scalars = scalarize(program)
    cut = verify(cut_stages(scalars))
    for (height, width), values in zip(SIZES, ([0, 0.0], [9, 4.0]) * 3, strict=True):
        sources = [picture(SOURCE, height, width, height)]
        assert all(map(np.array_equal, expected(scalars, sources, values),
                       expected(cut, sources, values)))  # fmt: skip


def test_a_box_is_the_mean_of_nine_edges_repeated():
    ramp = np.float16(np.arange(12).reshape(3, 4))
    source = np.stack([ramp] * 3, axis=-1)
    target = np.empty((3, 4, 1), np.float32)
    CpuExecutor(1).prepare(PROGRAMS["box"])([source], [target], [0, 0.0])
    padded = np.pad(ramp.astype(np.float64), 1, mode="edge")
    mean = sum(padded[y : y + 3, x : x + 4] for y in range(3) for x in range(3)) / 9
    assert np.allclose(target[..., 0], mean, rtol=1e-6)


STAGES = {
    "box": 2, "box of a function": 2, "two boxes": 3, "sharpen twice": 3, "window sum": 2,
    "separable": 3, "cascade with what is near": 3, "colour": 2, "mixed": 4,
    "count by uniforms": 2, "far": 2,
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_as_few_stages_as_there_are_neighbours_of_neighbours(name):
    program = lower(PROGRAMS[name])
    assert len(program.stages) == STAGES[name]
    taps = [n for n in program.nodes if n.op in ("at", "ascending_sum")]
    assert taps and all(n.args[0].op == "plane" for n in taps)
    for stage in program.stages[:-1]:
        assert len(set(stage.outputs)) == len(stage.outputs), "a plane is written once"


def test_a_plane_that_two_stages_read_is_made_once():
    blurred = box(X)
    program = lower(of(box(blurred * Y) + at(X, 2, 0)))
    assert [len(s.outputs) for s in program.stages] == [1, 1, 1]


def test_without_taps_there_is_one_stage():
    program = of(X * Y)
    assert cut_stages(program) == program


def test_what_is_cut_already_stays():
    cut = cut_stages(of(box(X)))
    assert cut_stages(cut) == cut


def test_a_count_that_differs_between_pixels_is_refused():
    with pytest.raises(ProgramError, match="uniforms alone"):
        of(window(X, "x", count=to_int(Y)))


def test_an_empty_window_is_plus_zero():
    program = of(window(X, "x", count=const(0, I32)), window(X, "y", most=0))
    target = blank(Layout(2), 3, 20)
    CpuExecutor(1).prepare(program)([picture(SOURCE, 3, 20)], [target], [9, 1.0])
    assert (target.view(np.uint32) == 0).all()
