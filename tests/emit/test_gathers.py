"""Entries of a table that are read together: which they are, and that the bits are a gather's."""

import numpy as np
import pytest

from grade.emit.gathers import group_fetches
from grade.ir.expression import fetch, make, maximum, minimum, to_int, walk
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout
from grade.ir.table import Table
from grade.ir.types import F32
from grade.passes.interval_arithmetic import Range
from grade.passes.pipeline import lower
from grade.passes.range_analysis import Ranges
from grade.run.cpu import CpuExecutor

SIZE = 24
TABLE = Table(np.arange(SIZE) * 1.5 - 7)
ODD = Table(np.arange(SIZE + 1) * 0.5)
X = make("load", (), (F32, 0, 0))


def index(low, high):
    """A whole number in low..high, by the pixel."""
    return to_int(minimum(maximum(X, float(low)), float(high)))


def program(*outputs):
    layouts = Layout(1, "f32"), Layout(len(outputs), "f32")
    return lower(verify(Program((layouts[0],), (layouts[1],), (), (Stage(outputs),))))


def rows(*outputs):
    """For each output that is a fetch its row's first entry and width, and its column."""
    stage = program(*outputs).stages[-1].outputs
    places = group_fetches(walk(stage))
    found = []
    for output in stage:  # of float outputs NaN is made one: the fetch is below that
        (node,) = [n for n in walk([output]) if n.op == "fetch"]
        place = places.get(node)
        found.append(None if place is None else (place[0].first, place[0].width, place[1]))
    return found


ROW = index(0, SIZE // 4 - 1) << 2
ANY = index(0, SIZE - 3)
BELOW = index(-2, SIZE - 8)
CASES = {
    "a row": ((fetch(TABLE, ROW), fetch(TABLE, ROW + 3)), [(0, 4, 0), (0, 4, 3)]),
    "a row and the next": (
        (fetch(TABLE, (index(0, 4) << 2) + 2), fetch(TABLE, (index(0, 4) << 2) + 4),
         fetch(TABLE, (index(0, 4) << 2) + 7)),
        [None, (4, 4, 0), (4, 4, 3)],
    ),
    "neighbors": ((fetch(TABLE, ANY), fetch(TABLE, ANY + 1)), [(0, 2, 0), (0, 2, 1)]),
    "three neighbors": (
        (fetch(TABLE, ANY), fetch(TABLE, ANY + 1), fetch(TABLE, ANY + 2)),
        [(0, 2, 0), (0, 2, 1), None],
    ),
    "the last two": (
        (fetch(TABLE, ANY + 1), fetch(TABLE, ANY + 2)), [(1, 2, 0), (1, 2, 1)],
    ),
    "between two entries": (
        (fetch(TABLE, index(0, SIZE - 1)), fetch(TABLE, index(0, SIZE - 1) + 1)),
        [(0, 2, 0), (0, 2, 1)],
    ),
    "between two entries and on": (
        (fetch(TABLE, ANY + 1), fetch(TABLE, ANY + 2), fetch(TABLE, ANY + 3)),
        [None, (2, 2, 0), (2, 2, 1)],
    ),
    "two past the end": (
        (fetch(TABLE, index(0, SIZE - 1)), fetch(TABLE, index(0, SIZE - 1) + 2)), [None, None],
    ),
    "a base below 0": (
        (fetch(TABLE, BELOW + 2), fetch(TABLE, BELOW + 3)), [(2, 2, 0), (2, 2, 1)],
    ),
    "far apart": ((fetch(TABLE, ANY), fetch(TABLE, ANY + 2)), [None, None]),
    "a table without whole rows": (
        (fetch(ODD, ROW), fetch(ODD, ROW + 3)), [None, None],
    ),
    "an index that is not proved": (
        (fetch(TABLE, to_int(X)), fetch(TABLE, to_int(X) + 1)), [None, None],
    ),
    "two tables": ((fetch(TABLE, ANY), fetch(ODD, ANY + 1)), [None, None]),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_rows(name):
    outputs, want = CASES[name]
    assert rows(*outputs) == want


@pytest.mark.parametrize("lanes", [4, 8, 16])
@pytest.mark.parametrize("name", list(CASES))
def test_bits(name, lanes):
    lowered = program(*CASES[name][0])
    image = np.concatenate([np.arange(-4, SIZE + 4), [np.nan, np.inf, -np.inf, 1e30]])
    image = np.tile(image.astype(np.float32)[None, :, None], (2, 3, 1))
    target = np.zeros((*image.shape[:2], len(lowered.stages[-1].outputs)), np.float32)
    CpuExecutor(1, lanes).prepare(lowered)([image], [target])
    want = Interpreter(lowered, np.float32).run([[image[..., 0]]])
    np.testing.assert_array_equal(target, np.stack(want, axis=-1))


def test_a_column_has_a_range_of_its_own():
    table = Table([1.0, -5.0, np.inf, 0.5, 2.0, -6.0, 9.0, 0.25])
    traced = Program((Layout(1, "f32"),), (Layout(1, "f32"),), (), (Stage((X,)),))
    place = index(0, 1) << 2

    def known(where):
        return Ranges(traced)(fetch(table, where))

    assert known(place) == Range(1.0, 2.0)
    assert known(place + 1) == Range(-6.0, -5.0)
    assert known(place + 3) == Range(0.25, 0.5)
    assert known(place + 2) == Ranges(traced)(X), "one that is not finite can be anything"
    assert known((index(0, 3) << 1) + 1) == Range(-6.0, 0.5)
    assert known(place + 4) == Ranges(traced)(X), "past the end of the table the index is held"
