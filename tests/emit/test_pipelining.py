"""A long chain in phases: what is cut where, and that neither cut nor ring shows in the bits."""

import numpy as np
import pytest

from grade.emit.gathers import group_fetches
from grade.emit.kernel_arguments import MOST_IN_FLIGHT
from grade.emit.pipelining import LONG, RING, Phases, cut_into_phases
from grade.emit.schedule import LEAVES, schedule
from grade.ir.expression import (
    fetch,
    floor,
    fma,
    make,
    maximum,
    minimum,
    select,
    to_float,
    to_int,
    walk,
)
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import BOOL, F32
from grade.passes.pipeline import lower
from grade.run.cpu import CpuExecutor

ROWS = Table(np.linspace(-1.0, 1.0, 4 * 12))
CURVE = Table(np.linspace(1.0, 2.0, 12))
LANES = [4, 8, 16]


def loads(count):
    return [make("load", (), (F32, 0, c)) for c in range(count)]


def chain(x, steps):
    """Steps that wait for each other, 4 cycles each."""
    for step in range(steps):
        x = fma(x, 0.5, 0.25 + step) * (1.0 / (1 + step))
    return x


def long_program(steps=60):
    """A branch, then chains with every kind of value across them, tables, and an early output."""
    layout = Layout(4, "f32")
    red, green, blue, alpha = loads(4)
    flag = make("uniform", (), (BOOL, 0))
    x = select(flag, red, chain(red * green, 4))
    early = [x > 0.25, floor(blue * 8.0), to_int(minimum(maximum(green, 0.0), 9.0))]
    place = to_int(minimum(maximum(x * 4.0 + early[1], 0.0), 11.0))
    x = x * fetch(CURVE, early[2])
    for part in range(4):
        x = chain(x, steps)
        row = place << 2
        x = x + fetch(ROWS, row + part) * fetch(ROWS, row + (part + 1) % 4)
        x = select(early[0], x, x + fetch(CURVE, place) - fetch(CURVE, place + 1))
        place = to_int(minimum(maximum(x * 11.0, 0.0), 11.0))
    x = select(early[0], x, x + early[1]) + to_float(early[2])
    outputs = (x, chain(x, 3) - green, alpha, early[1])
    uniforms = (Uniform("flag", BOOL, 0, 1),)
    return lower(verify(Program((layout,), (layout,), uniforms, (Stage(outputs),))))


def phases(program, width=16) -> Phases:
    outputs = program.stages[-1].outputs
    found = cut_into_phases(schedule(outputs), outputs, width)
    assert found is not None
    return found


def picture(height, width):
    values = np.random.default_rng(width).normal(0.5, 1.0, (height, width, 4)).astype(np.float32)
    values[0, ::3] = np.inf
    values[-1, 1::4] = np.nan
    return values


def expected(program, image, uniforms):
    planes = [image[..., c] for c in range(4)]
    outputs = Interpreter(program, np.float32).run([planes], uniforms)
    return np.stack(outputs, axis=-1)


@pytest.mark.parametrize("width", LANES)
def test_every_value_is_computed_once_and_kept_where_it_is_needed_later(width):
    program = long_program()
    outputs = program.stages[-1].outputs
    cut = phases(program, width)
    assert len(cut.tail) >= LONG
    assert set(cut.phase.values()) == set(range(cut.count))
    assert len(set(cut.tail)) == len(cut.tail)
    assert not set(cut.tail) & set(cut.head)
    done: set[object] = set()
    for node in cut.tail:
        operands = (cut.entries[node][0].base,) if node in cut.entries else node.args
        for operand in operands:
            if operand.op in LEAVES:
                continue
            phase = cut.phase.get(operand, -1)
            assert phase <= cut.phase[node], "nothing comes from a later phase"
            assert operand in (done if phase == cut.phase[node] else cut.kept)
        done.add(node)
    late = [o for o in outputs if cut.phase.get(o, -1) < cut.count - 1]
    assert late and set(late) <= set(cut.kept)
    kinds = {node.type.kind for node in cut.kept}
    assert kinds == {"f32", "i32", "bool"}, "the test keeps values of every type"


def test_the_ring_holds_a_step_and_all_phases_behind_it():
    most = max(phases(long_program(), width).count for width in LANES)
    assert most + MOST_IN_FLIGHT - 1 <= RING


def test_phases_are_about_equally_long():
    cut = phases(long_program())
    counts = np.bincount(list(cut.phase.values()))
    assert counts.min() > 0.5 * counts.mean()


def test_a_short_end_or_a_wide_one_is_not_cut():
    def cut(*outputs):
        layout = Layout(len(outputs), "f32")
        program = Program((layout,), (layout,), (), (Stage(outputs),))
        lowered = lower(verify(program)).stages[-1].outputs
        return cut_into_phases(schedule(lowered), lowered, 16)

    assert cut(chain(loads(1)[0], LONG)) is not None
    assert cut(chain(loads(1)[0], LONG // 4)) is None
    assert cut(*(chain(x, LONG // 4) for x in loads(8))) is None


def test_what_reads_pictures_stays_in_front():
    program = long_program()
    cut = phases(program)
    assert not any(node.op in ("load", "at", "coordinate") for node in cut.tail)
    assert set(walk(program.stages[-1].outputs)) >= set(cut.tail)


@pytest.mark.parametrize("lanes", LANES)
def test_bits_at_every_width_of_picture(lanes):
    program = long_program()
    kernel = CpuExecutor(1, lanes).prepare(program)
    for flag in (0.0, 1.0):
        for width in (1, 3, 15, 16, 17, 31, 33, 47, 64, 95, 200):
            image = picture(3, width)
            target = np.full_like(image, 7.0)
            kernel([image], [target], [flag])
            want = expected(program, image, [flag])
            np.testing.assert_array_equal(target.view(np.int32), want.view(np.int32), str(width))


def test_bits_in_place_and_in_bands():
    program = long_program()
    image = picture(70, 1000)
    want = expected(program, image, [0.0])
    CpuExecutor(3, 16).prepare(program)([image], [image], [0.0])
    np.testing.assert_array_equal(image.view(np.int32), want.view(np.int32))


def test_the_program_reads_its_tables_in_rows_in_pairs_and_alone():
    cut = phases(long_program())
    fetches = {node for node in cut.tail if node.op == "fetch"}
    assert cut.entries == group_fetches(cut.tail)
    assert {row.width for row, _ in cut.entries.values()} == {2, 4}
    assert fetches - set(cut.entries)
