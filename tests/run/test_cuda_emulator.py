"""The g++ twin computes what the interpreter defines, bit for bit."""

import shutil

import numpy as np
import pytest

from grade.errors import RequestError
from grade.ir.storage import Layout
from grade.run import cuda_emulator
from grade.run.cpu import CpuExecutor, CpuKernel
from grade.run.cuda_emulator import TwinExecutor

from .programs import (
    bits_program,
    check,
    dither_program,
    expected,
    half_program,
    half_sweep,
    layout_programs,
    loop_program,
    lowered_programs,
    picture,
    primitive_picture,
    primitive_programs,
    stencil_program,
    table_program,
    turned_program,
    uniform_program,
    written,
)

pytestmark = pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")
SIZES = [(0, 5), (5, 0), (1, 1), (1, 33), (6, 31), (9, 65)]
PRIMITIVE = list(primitive_programs())
LAYOUT = list(layout_programs())
LOWERED = list(lowered_programs())


@pytest.fixture(scope="module")
def primitive_kernels(quick_twins):
    """Compiled as a user has them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuda_emulator, "FLAGS", quick_twins)
        return TwinExecutor().prepare_many([program for _, _, program in PRIMITIVE])


@pytest.fixture(scope="module")
def layout_kernels():
    return TwinExecutor().prepare_many(LAYOUT)


@pytest.fixture(scope="module")
def lowered_kernels():
    return TwinExecutor().prepare_many([program for _, program in LOWERED])


@pytest.fixture(scope="module")
def pictures():
    return {arity: primitive_picture(arity) for arity in (1, 2, 3)}


@pytest.mark.parametrize("index", range(len(PRIMITIVE)), ids=[name for name, _, _ in PRIMITIVE])
def test_a_primitive_has_the_bits_of_its_definition(index, primitive_kernels, pictures):
    _, arity, program = PRIMITIVE[index]
    check(primitive_kernels[index], program, pictures[arity])


@pytest.mark.parametrize("index", range(len(LAYOUT)), ids=[str(p.sources[0]) for p in LAYOUT])
def test_every_layout_and_size(index, layout_kernels):
    program, kernel = LAYOUT[index], layout_kernels[index]
    for seed, (height, width) in enumerate(SIZES):
        for pad in (0, 1, 3):
            source = picture(program.sources[0], height, width, seed, pad)
            check(kernel, program, [source], [0.125], pad)


@pytest.mark.parametrize("index", range(len(LOWERED)), ids=[name for name, _ in LOWERED])
def test_twin_interpreter_and_cpu_agree(index, lowered_kernels, pictures):
    program, uniforms = LOWERED[index][1], [0.3, -1.7]
    special = [np.ascontiguousarray(pictures[2][0])]
    ordinary = [picture(program.sources[0], 60, 500)]
    for sources in (special, ordinary):
        check(lowered_kernels[index], program, sources, uniforms)
        check(CpuKernel(CpuExecutor(threads=2), program), program, sources, uniforms)


def test_every_half_and_its_neighbours():
    program = half_program()
    check(TwinExecutor().prepare(program), program, [half_sweep()])


def test_tables():
    program = table_program()
    source = picture(program.sources[0], 40, 70)
    check(TwinExecutor().prepare(program), program, [source])


def test_loops():
    program = loop_program()
    check(TwinExecutor().prepare(program), program, [picture(program.sources[0], 40, 70)])


@pytest.mark.parametrize("radius", [-(2**31), -5, -1, 0, 3, 8, 2**31 - 2])
def test_planes_and_taps(radius):
    program = stencil_program()
    kernel = TwinExecutor().prepare(program)
    for height, width in SIZES[2:]:
        check(kernel, program, [picture(program.sources[0], height, width, pad=1)], [radius])


def test_uniforms_of_every_kind():
    program = uniform_program()
    kernel = TwinExecutor().prepare(program)
    source = picture(program.sources[0], 12, 40)
    for gain, seed, on in [(0.7, 12345, True), (-0.1, -(2**31), False), (1e-40, 2**31 - 1, 1)]:
        check(kernel, program, [source], [gain, seed, on])


def test_values_that_run_on_over_words():
    program = bits_program()
    source = picture(program.sources[0], 7, 37)
    for kernel in (TwinExecutor().prepare(program), CpuKernel(CpuExecutor(2), program)):
        check(kernel, program, [source])


@pytest.mark.parametrize("frame", [-7, 0, 1001, 2**31 - 1])
def test_dither_is_the_same_noise_everywhere(frame):
    program = dither_program()
    source = picture(program.sources[0], 31, 70)
    for kernel in (TwinExecutor().prepare(program), CpuKernel(CpuExecutor(2), program)):
        check(kernel, program, [source], [frame])


def test_the_origin_shifts_coordinates():
    program = uniform_program()
    kernel = TwinExecutor().prepare(program)
    shape = (50, 70, 1)
    source, whole = np.ones(shape, np.float32), [np.empty(shape, t) for t in ("f4", "u2", "f2")]
    part = [np.empty((20, 30, 1), t) for t in ("f4", "u2", "f2")]
    kernel([source], whole, [1.0, 2, 0])
    kernel([source[17:37, 11:41]], part, [1.0, 2, 0], origin=(11, 17))
    for a, b in zip(whole, part, strict=True):
        assert np.array_equal(a[17:37, 11:41], b)


def test_more_rows_than_one_grid_holds():
    program = next(program for program in LAYOUT if program.sources[0] == Layout(4, "u8"))
    check(TwinExecutor().prepare(program), program, [picture(Layout(4, "u8"), 262_145, 2)], [0.5])


def test_a_picture_may_be_graded_in_place():
    layout = Layout(4, "f16")
    program = turned_program(layout, layout)
    source = picture(layout, 9, 40)
    want = expected(program, [source], [0.5])
    TwinExecutor().prepare(program)([source], [source], [0.5])
    assert all(map(np.array_equal, want, written(program, [source])))


def test_a_row_with_gaps_is_refused():
    layout = Layout(4, "f16")
    kernel = TwinExecutor().prepare(turned_program(layout, layout))
    with pytest.raises(RequestError, match="follow one another"):
        kernel([np.zeros((4, 8, 8), np.float16)[..., ::2]], [np.zeros((4, 8, 4), np.float16)], [0])


def test_equal_programs_share_a_kernel():
    programs = [half_program(), half_program()]
    assert len({id(kernel) for kernel in TwinExecutor().prepare_many(programs)}) == 1
