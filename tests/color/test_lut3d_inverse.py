"""The inverse of a 3D LUT: OpenColorIO's lossless one, the same bits everywhere, no black holes."""

import shutil

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.transforms.ocio_processor import from_processor
from grade.color.transforms.tables.inverse.extended_cube import ExtendedCube
from grade.color.transforms.tables.inverse.lut3d_inverse import PASS_SHIFT, PASSES, Lut3DInverse
from grade.color.transforms.tables.inverse.range_tree import (
    BITS,
    CELL,
    IS_CELL,
    LEVELS,
    WORDS,
    RangeTree,
    Steps,
)
from grade.color.transforms.transform import Transform
from grade.ir.interpreter import Interpreter
from grade.ir.loop import Loop
from grade.ir.program import Program
from grade.ir.table import Table
from grade.passes.pipeline import lower
from grade.run.cpu import CpuExecutor
from grade.run.cuda_emulator import TwinExecutor

from ..run.programs import FLOATS, check

LUMA = np.array([0.2126, 0.7152, 0.0722])


def grid(edge):
    axis = np.linspace(0, 1, edge)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)


def grey(x):
    return (x @ LUMA)[..., None]


def saturated(x, amount):
    return grey(x) + amount * (x - grey(x))


def s_curve(x):
    return x * x * (3 - 2 * x)


CUBES = {
    "curve": lambda x: x**0.5,
    "curves apart": lambda x: np.stack([x[..., 0] ** 0.7, x[..., 1] ** 1.2, x[..., 2]], -1),
    "contrast": lambda x: saturated(0.1 + 0.8 * s_curve(x), 0.9),
    "legal": lambda x: (64 + 876 * x) / 1023,
    "negative": lambda x: 1 - x,
    "turned": lambda x: 0.1 + 0.8 * x[..., [1, 2, 0]],
    "clipped": lambda x: np.clip(saturated(1.3 * x - 0.1, 1.4), 0, 1),
}
INJECTIVE = [name for name in CUBES if name != "clipped"]
CLIPPED = {
    "clipped": CUBES["clipped"],
    "hard": lambda x: np.clip(1.6 * x - 0.3, 0, 1),
    "one clipped": lambda x: np.minimum(saturated(x, 0.8), [0.7, 1, 1]),
    "two clipped": lambda x: np.clip(s_curve(x), [0.2, 0, 0], [1, 1, 0.75]),
}
ODD_CUBES = {
    "no saturation": lambda x: np.repeat(grey(x), 3, -1),
    "one color": lambda x: np.full_like(x, 0.3),
    "two nodes": lambda x: x,
    "no blue": lambda x: x * [1, 1, 0],
    "all white": np.ones_like,
    "dark": lambda x: 0.4 * x,
    "bright": lambda x: 0.7 + 0.3 * x,
    "low contrast": lambda x: 0.3 + 0.2 * x,
    "folded": lambda x: np.abs(2 * x - 1),
    "high range": lambda x: 60 * x**4 - 2,
    "largest": lambda x: np.where(x > 0.9, np.finfo(np.float32).max, x),
}


def cube(function, edge=9):
    return function(grid(edge)).astype(np.float32)


def transform_of(data, direction):
    table = ocio.Lut3DTransform(gridSize=len(data))
    table.setData(data.ravel())
    table.setInterpolation(ocio.INTERP_TETRAHEDRAL)
    table.setDirection(direction)
    return table


def lookup(data, x):
    return Table(data).lookup(np.asarray(x, np.float64), "tetrahedral")


def colors(count, low=0.0, high=1.0, seed=3):
    return np.random.default_rng(seed).uniform(low, high, (count, 3)).astype(np.float32)


# --- against OpenColorIO --------------------------------------------------------------------------


@pytest.mark.parametrize("edge", [3, 17, 33])
@pytest.mark.parametrize("name", INJECTIVE)
def test_it_is_the_lossless_inverse(name, edge, processor_of, oracle, compiled):
    """Inside what the cube reaches and outside of it; beyond 0..1 as well."""
    processor = processor_of(transform_of(cube(CUBES[name], edge), ocio.TRANSFORM_DIR_INVERSE))
    transform = from_processor(processor)
    assert transform.operations == ["Lut3D"] and not transform.notes
    pixels = np.concatenate([colors(1500), colors(500, -0.5, 1.5)])
    assert np.abs(compiled(transform, pixels) - oracle(processor, pixels)).max() <= 2e-7


@pytest.mark.parametrize("edge", [5, 17, 33])
@pytest.mark.parametrize("name", CLIPPED)
def test_where_several_colors_are_right_it_is_that_of_opencolorio(
    name, edge, processor_of, oracle, compiled
):
    """Where a cube clips, tetrahedra are flat or less; on the faces of two, both are right."""
    data = cube(CLIPPED[name], edge)
    back = processor_of(transform_of(data, ocio.TRANSFORM_DIR_INVERSE))
    y = lookup(data, colors(3000)).astype(np.float32)
    ours, theirs = compiled(from_processor(back), y), oracle(back, y)
    assert np.abs(lookup(data, ours) - y).max() <= 2e-7
    right = np.abs(lookup(data, theirs) - y).max(-1) < 1e-6
    assert right.mean() > 0.99 and (np.abs(ours - theirs).max(-1) > 1e-6)[right].mean() < 2e-3


def test_a_step_of_float32_beside_what_is_clipped(processor_of, oracle, compiled):
    """A picture comes rounded: what is a step off is no color outside, as OpenColorIO takes it."""
    data = cube(CLIPPED["one clipped"], 17)
    y = lookup(data, colors(3000)).astype(np.float32)
    y = y[y[:, 0] == np.float32(0.7)]
    y[:, 0] = np.nextafter(y[:, 0], np.float32(1))
    back = processor_of(transform_of(data, ocio.TRANSFORM_DIR_INVERSE))
    for x, least, most in (
        (compiled(from_processor(back), y), 0, 2e-7),
        (oracle(back, y), 1e-3, 1),
    ):
        assert least <= np.abs(lookup(data, x) - y).max() <= most


def test_odd_numbers(processor_of, oracle, compiled, corners, classes):
    """NaN and infinities, denormals, halfs: an infinity is an end of the range, NaN is 0."""
    back = processor_of(transform_of(cube(CUBES["contrast"]), ocio.TRANSFORM_DIR_INVERSE))
    got = compiled(from_processor(back), corners)
    assert (classes(got) == 0).all()
    known = ~np.isnan(corners).any(-1)
    assert np.abs(got - oracle(back, corners))[known].max() <= 2e-7
    zero = np.where(np.isnan(corners), np.float32(0), corners)
    assert np.array_equal(got, compiled(from_processor(back), zero))


# --- the same bits --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["contrast", "clipped", "no saturation", "dark", "folded"])
def test_every_executor_gives_the_bits_of_the_definition(name, as_program):
    data = cube((CUBES | ODD_CUBES)[name], 2 if name == "no saturation" else 4)
    program = lower(as_program(Transform((Lut3DInverse.of(Table(data)),))))
    special = np.stack(np.meshgrid(FLOATS[::12], FLOATS[1::11], FLOATS[2::13]), -1).reshape(-1, 3)
    reached = Table(data).lookup(colors(60), "tetrahedral").astype(np.float32)
    pixels = np.concatenate([special, reached, data.reshape(-1, 3), colors(60, -0.2, 1.2)])
    source = np.ascontiguousarray(np.resize(pixels, (13, len(pixels) // 13, 3)))
    for lanes in (4, 8, 16):
        check(CpuExecutor(2, lanes).prepare(program), program, [source])
    if shutil.which("g++"):
        check(TwinExecutor().prepare(program), program, [source])


def test_constants_are_inverted_in_the_prologue(as_program):
    """A color that is the same for every pixel is looked up once, one lane wide."""
    step = Lut3DInverse.of(Table(cube(CUBES["contrast"], 5)))

    def of(x):
        return x + step(x * 0.0 + 0.4) - step(np.float64([0.4, 0.4, 0.4]))

    pixels = colors(40)[None]
    target = np.empty_like(pixels)
    CpuExecutor(1).prepare(as_program(of))([pixels], [target])
    assert np.abs(target - pixels).max() < 3e-7


# --- colors without an inverse --------------------------------------------------------------------


@pytest.mark.parametrize("name", ODD_CUBES)
def test_no_cube_gives_anything_but_colors(name, compiled):
    data = cube(ODD_CUBES[name], 2 if name == "two nodes" else 6)
    got = compiled(Transform((Lut3DInverse.of(Table(data)),)), colors(800, -0.5, 1.5))
    assert ((got >= 0) & (got <= 1)).all()


def test_a_cube_without_saturation_gives_a_color_of_that_luma(compiled, processor_of, oracle):
    """Every tetrahedron is a line; OpenColorIO takes most greys for colors outside."""
    ramp = np.repeat(np.linspace(0, 1, 101, dtype=np.float32)[:, None], 3, axis=1)
    for function in (ODD_CUBES["no saturation"], lambda x: np.repeat(grey(x**2), 3, -1)):
        data = cube(function, 17)
        back = processor_of(transform_of(data, ocio.TRANSFORM_DIR_INVERSE))
        ours, theirs = (
            compiled(Transform((Lut3DInverse.of(Table(data)),)), ramp),
            oracle(back, ramp),
        )
        error, other = (np.abs(lookup(data, x) - ramp).max() for x in (ours, theirs))
        assert error < 3e-7 and other > 0.3


@pytest.mark.parametrize(("name", "white", "black"), [("dark", 1, 0), ("bright", 1, 0)])
def test_beyond_the_range_lies_its_border_and_no_black(
    name, white, black, compiled, processor_of, oracle
):
    """A cube that does not lie around 0.5: there OpenColorIO finds nothing and gives black."""
    data = cube(ODD_CUBES[name])
    ends = np.float32([[1, 1, 1], [0, 0, 0], [0.95, 0.95, 0.95]])
    ours = compiled(Transform((Lut3DInverse.of(Table(data)),)), ends)
    assert np.allclose(ours[:2], [[white] * 3, [black] * 3], atol=1e-6)
    if name == "dark":
        theirs = oracle(processor_of(transform_of(data, ocio.TRANSFORM_DIR_INVERSE)), ends)
        assert (theirs[0] == 0).all()


@pytest.mark.parametrize("name", ["low contrast", "dark", "bright", *CUBES])
def test_every_color_is_found_before_it_is_moved(name):
    """In the cube, or in the cells around it: the result is as smooth as the cube."""
    step = Lut3DInverse.of(Table(cube((CUBES | ODD_CUBES)[name], 7)))
    state = Loop(step.loop.results[:1], step.loop.most)
    machine = Interpreter(Program((), (), (), ()), np.float32)
    pixels = colors(300)
    found = machine.run_loop(state, np.int32(0), [pixels[:, c : c + 1] for c in range(3)])
    assert (found >> PASS_SHIFT).max() <= 1 < PASSES


def test_a_high_range_is_searched_whole(compiled):
    data = cube(ODD_CUBES["high range"], 17)
    x = colors(2000)
    y = Table(data).lookup(x, "tetrahedral").astype(np.float32)
    assert y.min() < -1 and y.max() > 40
    back = compiled(Transform((Lut3DInverse.of(Table(data)),)), y).astype(np.float64)
    there = Table(data).lookup(back, "tetrahedral")
    assert (np.abs(there - y) <= 1e-6 * np.maximum(1, np.abs(y)) * 8).all()


# --- the tree -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["contrast", "clipped", "no saturation", "high range"])
@pytest.mark.parametrize("edge", [2, 3, 6])
def test_rows_lead_onward_and_name_cells(name, edge):
    """A fetch in the loop is not clamped: each row leads to a later one, each cell lies inside."""
    extended = ExtendedCube.of(cube((CUBES | ODD_CUBES)[name], edge))
    tree = RangeTree.of(extended)
    words = tree.table.data.view(np.int32).reshape(-1, WORDS)
    number, onward = np.arange(len(words)), words[:, 3]
    cells = onward >= IS_CELL
    assert tree.last == number[-1] and (onward[[tree.end, tree.last]] == IS_CELL).all()
    end = np.where(number <= tree.end, tree.end, tree.last)  # of the tree of each row
    assert (onward > number + 1)[~cells].all() and (onward <= end)[~cells].all()
    cell = onward[cells] - IS_CELL
    first = np.stack([cell >> 16, cell >> 8 & 255, cell & 255])
    assert (cell <= CELL).all() and (first >= 0).all() and (first <= edge).all()
    low, high = words[:, :3] >> BITS, words[:, :3] & LEVELS
    assert ((low >= 0) & (low <= high)).all()
    assert (low[[tree.end, tree.last]] == 0).all() and (high[[tree.end, tree.last]] == LEVELS).all()


def test_a_walk_finds_every_cell_whose_range_holds_a_color():
    """By the rows as by trying every cell, in the order of the interleaved bits."""
    extended = ExtendedCube.of(cube(CUBES["clipped"], 6))
    tree = RangeTree.of(extended)
    words = tree.table.data.view(np.int32).reshape(-1, WORDS)
    low, high = words[:, :3] >> BITS, words[:, :3] & LEVELS
    cells = words[:, 3] >= IS_CELL
    for color in colors(60):
        step = tree.steps(color)
        holds = ((low <= step) & (step <= high)).all(-1)
        row, found = 0, []
        while row <= tree.last:
            found += [row] if holds[row] and cells[row] else []
            row = row + 1 if holds[row] or cells[row] else words[row, 3]
        assert found == np.flatnonzero(holds & cells).tolist()
        assert found[0] < tree.end and tree.end in found and found[-1] == tree.last


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-0.5, 3.0), (0.0, 60.0), (-3e38, 3e38)])
def test_steps_never_fall(low, high):
    steps = Steps(low, high)
    inside = np.linspace(0, 1, 5001)
    values = np.sort(np.float32(np.concatenate([low + inside * high - inside * low, inside])))
    values = np.clip(values, np.float32(low), np.float32(high))
    codes = steps(values)
    assert (np.diff(codes) >= 0).all() and codes[0] == 0 and 0.97 * LEVELS < codes[-1] <= LEVELS
