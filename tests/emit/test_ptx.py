"""What NVRTC makes of the text: it rounds, flushes and contracts nothing that the IR did not say.

The PTX of every program runs on a small machine, and gives the bits of the interpreter.
"""

import os
import random
import re

import numpy as np
import pytest

from grade.emit.cuda import emit, kernel_name
from grade.emit.kernel_arguments import pack_struct
from grade.emit.launch_grid import BLOCK, grids
from grade.run import nvrtc
from grade.run.pictures import addresses, planes_of
from grade.run.uniform_block import uniform_block

from ..run.programs import (
    bits_program,
    check,
    dither_program,
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
    uniform_program,
)
from .ptx import kernels

pytest.importorskip("cuda.bindings.nvrtc", reason="NVRTC is not installed")
PRIMITIVE = list(primitive_programs())
LAYOUT = list(layout_programs())
LOWERED = list(lowered_programs())
OTHERS = [half_program(), table_program(), stencil_program(), uniform_program()]
OTHERS += [bits_program(), dither_program(), loop_program()]
# One draw per run, the same in every worker of it; the names of the tests say what was drawn.
SEED = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")


def architectures():
    """One of each compiler: NVRTC has an old NVVM for what is before sm_100, and a new one."""
    supported = nvrtc.supported_architectures()
    groups = [[a for a in supported if a < 100], [a for a in supported if a >= 100]]
    drawn = [random.Random(SEED).choice(group) for group in groups if group]
    full = pytest.mark.full
    return [pytest.param(a, marks=() if a in drawn else full, id=f"sm_{a}") for a in supported]


@pytest.fixture(scope="module", params=architectures())
def ptx(request):
    programs = [*(p for _, _, p in PRIMITIVE), *LAYOUT, *OTHERS, *(p for _, p in LOWERED)]
    distinct = {program.hash: program for program in programs}
    return nvrtc.compile_ptx("\n".join(map(emit, distinct.values())), request.param)


@pytest.fixture(scope="module")
def machine(ptx):
    entries = kernels(ptx)
    return lambda program: PtxKernel(program, entries)


@pytest.fixture(scope="module")
def pictures():
    return {arity: primitive_picture(arity) for arity in (1, 2, 3)}


class PtxKernel:
    """A program that runs on the machine."""

    def __init__(self, program, entries):
        stages = range(len(program.stages))
        self.program, self.entries = program, [entries[kernel_name(program, s)] for s in stages]

    def __call__(self, sources, targets, uniforms=(), origin=(0, 0)):
        program = self.program
        height, width = planes_of(program.targets[0], targets[0])[0].shape[:2]
        planes = [
            np.zeros((height, width), np.float32) for s in program.stages[:-1] for _ in s.outputs
        ]
        arrays = [table.data for table in program.tables] + planes
        for layouts, group in ((program.sources, sources), (program.targets, targets)):
            for layout, one in zip(layouts, group, strict=True):
                arrays += [a if a.base is None else a.base for a in planes_of(layout, one)]
        segments = {a.ctypes.data: a.reshape(-1).view(np.uint8) for a in arrays}
        strips = (
            addresses(program.sources, sources),
            addresses(program.targets, targets),
            [(plane.ctypes.data, plane.strides[0]) for plane in planes],
        )
        tables = [table.data.ctypes.data for table in program.tables]
        words = uniform_block(program, uniforms)
        for entry in self.entries:
            for first_row, grid in grids(width, height):
                arguments = pack_struct(*strips, tables, (width, height, first_row, *origin), words)
                entry.launch(grid, BLOCK, arguments, segments)


def test_no_flush_no_approximation(ptx):
    assert "fma.rn.f32" in ptx and "div.rn.f32" in ptx
    assert not re.findall(
        r"\S*(?:\.ftz|\.approx|\.sat\.f32|\.full)\S*|\b(?:ex2|lg2|mad)\.\S*f32", ptx
    )
    # without .rn, ptxas may contract a product and a sum
    assert not re.findall(r"\b(?:add|sub|mul|fma)\.f(?:32|64)\b", ptx)


@pytest.mark.parametrize("index", range(len(PRIMITIVE)), ids=[name for name, _, _ in PRIMITIVE])
def test_fma_only_where_the_program_says_so(index, ptx):
    program = PRIMITIVE[index][2]
    body = ptx.split(f".entry {kernel_name(program, 0)}(")[1].split("\n}")[0]
    wanted = {
        op: sum(n.op == op and n.type.kind == "f32" for n in program.nodes) for op in ("fma", "mul")
    }
    assert body.count("fma.rn.f32") == wanted["fma"]
    assert body.count("mul.rn.f32") == wanted["mul"]


@pytest.mark.parametrize("index", range(len(PRIMITIVE)), ids=[name for name, _, _ in PRIMITIVE])
def test_a_primitive_has_the_bits_of_its_definition(index, machine, pictures):
    _, arity, program = PRIMITIVE[index]
    check(machine(program), program, pictures[arity])


@pytest.mark.parametrize("index", range(len(LAYOUT)), ids=[str(p.sources[0]) for p in LAYOUT])
def test_every_layout(index, machine):
    program = LAYOUT[index]
    for pad in (0, 1):
        source = picture(program.sources[0], 5, 37, seed=index, pad=pad)
        check(machine(program), program, [source], [0.125], pad)


@pytest.mark.parametrize("index", range(len(LOWERED)), ids=[name for name, _ in LOWERED])
def test_lowered_programs(index, machine, pictures):
    program = LOWERED[index][1]
    check(machine(program), program, [pictures[2][0]], [0.3, -1.7])


def test_every_half_and_its_neighbours(machine):
    check(machine(OTHERS[0]), OTHERS[0], [half_sweep()])


def test_tables(machine):
    check(machine(OTHERS[1]), OTHERS[1], [picture(OTHERS[1].sources[0], 20, 50)])


def test_loops(machine):
    check(machine(OTHERS[6]), OTHERS[6], [picture(OTHERS[6].sources[0], 20, 50)])


@pytest.mark.parametrize("radius", [-3, 0, 4, 8, 2**31 - 2])
def test_planes_and_taps(machine, radius):
    check(machine(OTHERS[2]), OTHERS[2], [picture(OTHERS[2].sources[0], 9, 35)], [radius])


def test_uniforms(machine):
    check(machine(OTHERS[3]), OTHERS[3], [picture(OTHERS[3].sources[0], 6, 40)], [0.7, -12345, 1])


def test_values_that_run_on_over_words(machine):
    check(machine(OTHERS[4]), OTHERS[4], [picture(OTHERS[4].sources[0], 5, 33)])


def test_dither(machine):
    check(machine(OTHERS[5]), OTHERS[5], [picture(OTHERS[5].sources[0], 6, 40)], [1001])
