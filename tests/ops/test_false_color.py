"""FalseColor: every stop has its colour, and the names stay names."""

from itertools import pairwise

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import FalseColor
from grade.ops.false_color import COLORS, STOPS

INFINITY = float("inf")
CLIPPING = [[-INFINITY, -6.5, "purple"], [-0.25, 0.25, "green"], [6, INFINITY, "red"]]
# Numbers that float32 has too, as the drawn values of other ops: a name of a color has not.
RAMP = [[s - 0.5, s + 0.5, (s / 16 + 0.5, 0.5 - s / 16, 0.25)] for s in range(-6, 7)]
EXAMPLES = (
    FalseColor(bands=[[-INFINITY, -6.5, "black"], *RAMP, [6.5, INFINITY, "white"]]),
    FalseColor(bands=[[-1, 1, [0.5, 0.25, 0.125]], {"low": 0, "color": 2}], amount=0.5),
)


def grey(stops):
    return [0.18 * 2.0**stops] * 3


@pytest.mark.parametrize("stops", range(-8, 9))
def test_every_stop_has_a_colour_of_its_own(stops, run):
    name = ["black", "purple", "violet", "blue", "azure", "cyan", "grey", "lime", "yellow", "amber",
            "orange", "red", "white"][min(max(stops, -6), 6) + 6]  # fmt: skip
    assert np.array_equal(run(FalseColor(), [grey(stops)])[0], np.float32(COLORS[name]))


def test_the_table_leaves_no_gap():
    assert STOPS[0][0] == -INFINITY and STOPS[-1][1] == INFINITY
    assert all(a[1] == b[0] for a, b in pairwise(STOPS))
    assert len({COLORS[color] for *_, color in STOPS}) == len(STOPS)


def test_in_no_band_the_picture_is_monochrome(run):
    x = np.random.default_rng(33).uniform(0.3, 2, (100, 3))
    shown = run(FalseColor(bands=CLIPPING), x)
    luminance = x @ [0.2722287168, 0.6740817658, 0.0536895174]
    assert np.allclose(shown, luminance[:, None], rtol=1e-5)


def test_the_ends_are_open(run):
    ends = run(FalseColor(), [[-1, -1, -1], [0, 0, 0], [np.inf] * 3, [np.nan, 1, 1]])
    assert np.array_equal(ends[:3], [[0, 0, 0], [0, 0, 0], [1, 1, 1]])
    assert np.isnan(ends[3]).all()


def test_the_later_band_is_on_top():
    bands = [[-1, 1, "red"], [0, 2, "blue"]]
    assert np.allclose(FalseColor(bands=bands).evaluate(grey(0.5)), COLORS["blue"])
    assert np.allclose(FalseColor(bands=bands[::-1]).evaluate(grey(0.5)), COLORS["red"])


def test_colours_by_name_are_kept_as_names():
    op = FalseColor(bands=CLIPPING)
    assert op.bands[1] == (-0.25, 0.25, "green")
    assert op.copy(bands=list(map(list, op.bands))).bands == op.bands
    with pytest.raises(ParameterError, match=r"bands\[0\]\.color = 'gren': .* mean green"):
        FalseColor(bands=[[0, 1, "gren"]])
    with pytest.raises(ParameterError, match=r"bands\[0\]\.color: missing"):
        FalseColor(bands=[[0, 1]])


def test_bands_are_uniforms(program):
    """Other borders and other colours, the same kernel."""
    other = [[-3, -2, "white"], [0, 1, (1, 0.5, 0)], [2, 3, "teal"]]
    assert program(FalseColor(bands=other)).hash == program(FalseColor(bands=CLIPPING)).hash
