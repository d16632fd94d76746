"""Several outputs in one program: the plate is read once, shared nodes count once, bits stay."""

import numpy as np
import pytest

import grade
from grade.graph import Look, MatteFile
from grade.ir.program import ProgramError
from grade.ir.storage import Layout
from grade.passes.join_programs import join_programs
from grade.run import executor

PLATE = Layout(3, "f16", planar=True)
HALF, WORDS = Layout(3, "f16", planar=True), Layout(3, "u16", planar=True)


@pytest.fixture(scope="module")
def look():
    look = Look("two", input="ACES2065-1", working="ACEScct")
    base = look.source >> grade.Exposure(0.4, name="open") >> grade.CDL(slope=1.2, name="trim")
    warm = base >> grade.Saturation(1.2, name="more")
    look.outputs["master"] = base >> grade.Convert(dst="ACES2065-1")
    look.outputs["video"] = warm >> grade.Display(
        "Rec.1886 Rec.709 - Display", view="Un-tone-mapped"
    )
    return look


@pytest.fixture(scope="module")
def programs(look):
    master = look.program(PLATE, HALF, output="master", alpha="none")
    return [master, look.program(PLATE, WORDS, output="video", alpha="none")]


def test_the_plate_is_read_once(programs):
    joined = join_programs(programs)
    assert joined.bytes_per_pixel == 6 + 6 + 6
    assert sum(program.bytes_per_pixel for program in programs) == 24
    assert len(joined.uniforms) == len({u.name for p in programs for u in p.uniforms})


def test_what_is_shared_is_there_once(programs):
    joined = join_programs(programs)
    assert len(joined.nodes) < 0.75 * sum(len(program.nodes) for program in programs)


@pytest.mark.parametrize("device", ["cpu", "reference"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_each_target_has_the_bits_of_its_own_program(look, programs, device, order):
    chosen = [programs[index] for index in order]
    random = np.random.default_rng(3)
    source = [random.lognormal(-1, 2, (40, 71)).astype(np.float16) for _ in range(3)]
    made = executor(device, 2)

    def run(program):
        types = {"f16": np.float16, "u16": np.uint16}
        targets = [[np.empty((40, 71), types[t.storage]) for _ in "rgb"] for t in program.targets]
        uniforms = look.uniform_values(program, 1)
        made.prepare(program)([source], targets, uniforms)
        return targets

    together = run(join_programs(chosen))
    for target, program in zip(together, chosen, strict=True):
        assert np.array_equal(target, run(program)[0])


def test_inputs_of_one_name_are_one_source():
    """The matte of two outputs is loaded once, whatever its place among the inputs of each."""
    look = Look("mattes")
    lamps = MatteFile(files="lamps.####.exr", name="lamps")
    doors = MatteFile(files="doors.####.exr", name="doors")
    look.outputs["a"] = look.source >> grade.Clamp(name="one", matte=lamps)
    look.outputs["b"] = look.source >> grade.Clamp(name="two", matte=doors & lamps)
    names = [list(look.inputs(output)) for output in "ab"]
    programs = [look.program(PLATE, HALF, output=output, alpha="none") for output in "ab"]
    joined = join_programs(programs, names)
    assert len(joined.sources) == 3
    loads = {node.attr[1] for node in joined.nodes if node.op == "load"}
    assert loads == {0, 1, 2}
    assert joined.bytes_per_pixel == 6 + 4 + 4 + 6 + 6


def test_what_cannot_be_joined_is_refused(programs):
    other = Layout(3, "f32", planar=True)
    look = Look("plain")
    look.outputs["a"] = look.source >> grade.Offset(0.1)
    with pytest.raises(ProgramError, match="has two layouts"):
        join_programs([programs[0], look.program(other, other, alpha="none")])
