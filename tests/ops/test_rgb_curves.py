"""RGBCurves: PCHIP between the points, straight beyond, and nothing recompiles."""

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from grade.op import ParameterError
from grade.ops import RGBCurves

SHAPE = [[0.0, 0.05], [0.2, 0.15], [0.45, 0.6], [0.7, 0.6], [1.0, 0.95]]
X = np.linspace(-0.5, 1.5, 401)[:, None] * np.ones(3)


def test_between_points_it_is_pchip(run):
    inside = X[(X >= 0).all(1) & (X <= 1).all(1)]
    theirs = PchipInterpolator(*np.transpose(SHAPE))(inside)
    assert np.abs(RGBCurves(master=SHAPE).evaluate(inside) - theirs).max() < 1e-14
    assert np.abs(run(RGBCurves(master=SHAPE), inside) - theirs).max() < 5e-7


def test_beyond_points_it_runs_on_straight():
    y = RGBCurves(master=SHAPE).evaluate(X)[:, 0]
    for part in (y[X[:, 0] <= 0], y[X[:, 0] >= 1]):
        assert np.abs(np.diff(part, 2)).max() < 1e-13
    assert np.abs(np.diff(y)).max() < 0.02  # and without a jump


@pytest.mark.parametrize("spline", ["monotone", "linear"])
def test_rising_points_make_a_rising_curve(run, spline):
    draw = np.random.default_rng(10)
    for _ in range(5):
        points = np.cumsum(draw.uniform(0.01, 0.3, (6, 2)) ** 2, axis=0)
        y = RGBCurves(master=points.tolist(), spline=spline).evaluate(X)
        assert (np.diff(y, axis=0) >= 0).all()
        through = np.repeat(points[:, :1], 3, axis=1)
        back = RGBCurves(master=points.tolist(), spline=spline).evaluate(through)
        assert np.allclose(back[:, 0], points[:, 1], atol=1e-14)


def test_a_channel_on_the_diagonal_keeps_its_bits(run):
    x = np.random.default_rng(11).uniform(-2, 3, (500, 3)).astype(np.float32)
    graded = run(RGBCurves(red=SHAPE, green=[[0, 0], [0.3, 0.3], [1, 1]]), x)
    assert np.array_equal(graded[:, 1:], x[:, 1:]) and (graded[:, 0] != x[:, 0]).any()


def test_an_infinity_stays_or_takes_the_flat_ends_value(run):
    rolled = [[0, 0], [0.5, 0.5], [0.8, 0.7], [1.0, 0.7]]
    both = run(RGBCurves(master=rolled), [[np.inf, -np.inf, np.nan]])[0]
    assert both[0] == np.float32(0.7) and both[1] == -np.inf and np.isnan(both[2])


def test_dragging_a_point_is_the_same_program(program):
    dragged = [[x, y + 0.01] for x, y in SHAPE]
    assert program(RGBCurves(SHAPE)).hash == program(RGBCurves(dragged)).hash
    assert program(RGBCurves(SHAPE)).hash != program(RGBCurves(SHAPE[1:])).hash


def test_points_must_be_apart():
    with pytest.raises(ParameterError, match=r"master\[1\]\.x = 0\.5: not 1e-06 above 0\.5"):
        RGBCurves(master=[[0.5, 0], [0.5 + 1e-9, 1]])
