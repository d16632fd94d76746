"""Random programs: every executor gives the bits that the interpreter defines.

A failure prints the seed and the smallest program that still fails, as text for
``grade.ir.parser.parse_program``.
"""

import shutil

import numpy as np
import pytest

from grade.emit.cuda import emit
from grade.ir.parser import parse_program
from grade.ir.printer import format_program
from grade.ir.program import verify
from grade.passes.pipeline import lower
from grade.run.cpu import CpuExecutor
from grade.run.cuda_emulator import TwinExecutor

from .draw import some
from .random_programs import random_program, smallest, uniform_values
from .run.programs import blank, expected, picture, written

LANES = (4, 8, 16)
SIZES = [(3, 37), (1, 1), (2, 130), (7, 16), (1, 5)]
BATCH = 50
CPU = {lanes: CpuExecutor(1, lanes) for lanes in LANES}


def pictures(program, seed):
    height, width = SIZES[seed % len(SIZES)]
    return [picture(layout, height, width, seed + i) for i, layout in enumerate(program.sources)]


def difference(program, kernel, seed):
    """Where the kernel of a program first differs from the interpreter, in words, or nothing."""
    sources, uniforms = pictures(program, seed), uniform_values(program, seed)
    want = expected(lower(program), sources, uniforms)
    height, width = SIZES[seed % len(SIZES)]
    targets = [blank(layout, height, width) for layout in program.targets]
    kernel(sources, targets, uniforms)
    for channel, (a, b) in enumerate(zip(want, written(program, targets), strict=True)):
        if not np.array_equal(a, b):
            y, x = np.argwhere(a != b)[0]
            return (
                f"channel {channel} at ({x}, {y}): {b[y, x]:#010x}, defined is {a[y, x]:#010x}; "
                f"uniforms {uniforms}"
            )
    return ""


def report(program, prepare, seed, found):
    """What to print: the seed, what differs, and the smallest program in which it does."""
    small = smallest(program, lambda p: bool(difference(p, prepare(p), seed)))
    detail = difference(small, prepare(small), seed) or found
    return f"seed {seed}: {detail}\n{format_program(small)}"


def check_on_cpu(seed, lanes):
    program = random_program(seed)
    for width in lanes:
        found = difference(program, CPU[width].prepare(program), seed)
        if found:
            pytest.fail(f"{width} lanes, {report(program, CPU[width].prepare, seed, found)}")


def check_on_twin(seeds):
    twin = TwinExecutor()
    programs = [random_program(seed) for seed in seeds]
    for seed, program, kernel in zip(seeds, programs, twin.prepare_many(programs), strict=True):
        found = difference(program, kernel, seed)
        if found:
            pytest.fail(f"twin, {report(program, twin.prepare, seed, found)}")


@pytest.mark.parametrize("seed", some(range(60), 30))
def test_cpu(seed):
    """One lane count each, drawn by the seed."""
    check_on_cpu(seed, [LANES[seed % 3]])


@pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")
def test_twin():
    check_on_twin(range(60))


def check_on_ptx(seeds, newest):
    """What a compiler of NVRTC makes of the CUDA text, on the machine of ``tests/emit/ptx.py``."""
    pytest.importorskip("cuda.bindings.nvrtc", reason="NVRTC is not installed")
    from grade.run import nvrtc

    from .emit.ptx import Unknown, kernels
    from .emit.test_ptx import PtxKernel

    group = [a for a in nvrtc.supported_architectures() if (a >= 100) == newest]
    if not group:
        pytest.skip("this NVRTC has no architecture of that group")
    programs = {seed: random_program(seed) for seed in seeds}
    texts = {p.hash: emit(p) for p in map(lower, programs.values())}
    entries = kernels(nvrtc.compile_ptx("\n".join(texts.values()), group[seeds[0] % len(group)]))
    unread = 0
    for seed, program in programs.items():
        try:
            found = difference(program, PtxKernel(lower(program), entries), seed)
        except (Unknown, ValueError):  # an instruction that the machine does not know
            unread += 1
            continue
        assert not found, f"seed {seed}: {found}\n{format_program(program)}"
    assert unread <= len(programs) // 20


@pytest.mark.parametrize("newest", [False, True], ids=["before sm_100", "from sm_100"])
def test_ptx(newest):
    check_on_ptx(range(40), newest)


@pytest.mark.full
@pytest.mark.parametrize("newest", [False, True], ids=["before sm_100", "from sm_100"])
@pytest.mark.parametrize("first", range(1000, 1500, BATCH))
def test_ptx_of_many(first, newest):
    check_on_ptx(range(first, first + BATCH), newest)


@pytest.mark.gpu
@pytest.mark.parametrize("first", range(0, 200, BATCH))
def test_cuda(first):
    from grade.run import executor

    cuda = executor("cuda")
    for seed in range(first, first + BATCH):
        program = random_program(seed)
        found = difference(program, cuda.prepare(program), seed)
        if found:
            pytest.fail(f"cuda, {report(program, cuda.prepare, seed, found)}")


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_cpu_at_all_lanes(seed):
    check_on_cpu(seed, LANES)


@pytest.mark.full
@pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")
@pytest.mark.parametrize("first", range(1000, 1400, BATCH))
def test_twin_of_many(first):
    check_on_twin(range(first, first + BATCH))


def test_a_program_is_the_same_for_a_seed():
    assert all(random_program(seed) == random_program(seed) for seed in range(20))
    assert len({random_program(seed).hash for seed in range(20)}) == 20


def test_the_smallest_failing_program_is_found_and_can_be_pasted():
    """As if every backend had a wrong floor: what is left is hardly more than that floor."""
    seed = next(s for s in range(100) if any(n.op == "floor" for n in random_program(s).nodes))
    program = random_program(seed)
    small = smallest(program, lambda p: any(n.op == "floor" for n in p.nodes))
    assert any(n.op == "floor" for n in small.nodes) and len(small.nodes) <= 8
    assert parse_program(format_program(small), small.tables) == verify(small)
