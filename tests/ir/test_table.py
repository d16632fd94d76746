"""Tables: by content, aligned, read only; cubes as four floats a node."""

import copy
import pickle

import numpy as np
import pytest

from grade.ir.table import Table

GRID = np.arange(2 * 2 * 2 * 3, dtype=np.float64).reshape(2, 2, 2, 3)


def test_equal_bytes_are_equal_tables():
    assert Table([0.0, 1.0]) == Table(np.array([0, 1])) and Table([1.0]) != Table([1.0, 1.0])
    assert Table([0.0]) != Table([-0.0]) and Table([np.nan]) == Table([np.nan])
    assert len({Table([1.0]), Table([1.0]), Table([2.0])}) == 2
    assert Table([0.0]) != 0.0
    assert Table(np.zeros(32)) != Table(np.zeros((2, 2, 2, 3))), "the shape counts"


def test_a_table_cannot_be_written():
    given = np.array([1.0, 2.0], np.float32)
    table = Table(given)
    given[0] = 9.0
    assert table.data[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        table.data[0] = 3.0


@pytest.mark.parametrize("data", [[1.0, 2.0, 3.0], GRID])
def test_copies_are_aligned_and_equal(data):
    table = Table(data)
    for one in (table, copy.deepcopy(table), pickle.loads(pickle.dumps(table))):
        assert one.data.ctypes.data % 16 == 0, "a node is loaded as 16 aligned bytes"
        assert not one.data.flags.writeable and one.data.flags.c_contiguous
        assert one == table and one.digest == table.digest


def test_a_cube_is_kept_as_four_floats_a_node():
    cube = Table(GRID)
    assert cube.shape == (2, 2, 2, 4) and cube.is_cube and cube.edge == 2
    assert np.array_equal(cube.data[..., :3], GRID) and not cube.data[..., 3].any()
    assert Table(cube.data) == cube
    assert cube.data.reshape(-1)[cube.diagonal] == GRID[1, 1, 1, 0]
    curve = Table([5.0, 6.0, 7.0])
    assert curve.shape == (3,) and not curve.is_cube and curve.edge == 3


@pytest.mark.parametrize(
    "shape", [(), (0,), (2, 2), (2, 2, 2), (2, 2, 3, 3), (2, 2, 2, 2), (1, 1, 1, 3), (0, 0, 0, 3)]
)
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="a table"):
        Table(np.zeros(shape))


def test_the_range_of_finite_entries():
    assert Table([3.0, -1.0, 2.0]).finite_range == (-1.0, 3.0)
    assert Table([3.0, np.nan]).finite_range is None
    assert Table([3.0, -np.inf]).finite_range is None


def test_an_index_is_clamped():
    table = Table([10.0, 20.0, 30.0])
    assert table.entry(np.array([-5, 0, 1, 2, 3, 2**31 - 1])).tolist() == [10, 10, 20, 30, 30, 30]
    assert table.entry(-(2**31)) == 10.0


@pytest.mark.parametrize("interpolation", ["tetrahedral", "trilinear"])
@pytest.mark.parametrize("edge", [2, 3, 17])
def test_a_cube_gives_its_nodes_and_is_linear_between(interpolation, edge):
    random = np.random.default_rng(edge)
    grid = random.uniform(-1, 2, (edge, edge, edge, 3)).astype(np.float32)
    cube = Table(grid)
    nodes = np.stack(np.meshgrid(*[np.arange(edge)] * 3, indexing="ij"), -1) / (edge - 1)
    assert np.allclose(cube.lookup(nodes, interpolation), grid, atol=1e-12)
    slope = random.uniform(-1, 1, (3, 3))
    linear = Table(nodes @ slope)
    colours = random.uniform(0, 1, (500, 3))
    assert np.allclose(linear.lookup(colours, interpolation), colours @ slope, atol=1e-6)


@pytest.mark.parametrize("interpolation", ["tetrahedral", "trilinear"])
def test_a_cube_clamps_and_takes_nan_as_zero(interpolation):
    grid = np.random.default_rng(0).uniform(0, 1, (3, 3, 3, 3))
    given = np.array([[-1.0, 0.5, 2.0], [np.nan, 1.0, -np.inf], [np.inf, -0.0, 1.0]])
    meant = np.array([[0.0, 0.5, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    cube = Table(grid)
    assert np.array_equal(cube.lookup(given, interpolation), cube.lookup(meant, interpolation))
