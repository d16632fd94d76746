"""Closed and level curves: smooth across the seam, between the heights of their points."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from grade.op.formulas import spline

THREE = [(190.0, 1.0), (215.0, 1.25), (250.0, 1.0)]
HEIGHTS = st.floats(0, 3)


def _evaluated(curve, x, points):
    """As an op evaluates: the points are NumPy numbers, so a division by 0 is an infinity."""
    with np.errstate(all="ignore"):
        return curve(x, [(np.float64(a), np.float64(b)) for a, b in points])


def around(x, points):
    return _evaluated(spline.evaluate_closed_curve, x, points)


def leveled(x, points):
    return _evaluated(spline.evaluate_level_curve, x, points)


@st.composite
def ring(draw):
    """1 to 16 points within a turn, nowhere nearer than a degree."""
    count = draw(st.integers(1, 16))
    xs = draw(st.lists(st.integers(0, 358), min_size=count, max_size=count, unique=True))
    start = draw(st.floats(-360, 360))
    return [(start + x, draw(HEIGHTS)) for x in sorted(xs)]


def test_between_the_last_point_and_the_first_it_runs_round_the_circle():
    hue = np.linspace(250, 550, 301)
    assert (around(hue, THREE) == 1).all()
    assert np.isclose(around(215.0, THREE), 1.25)
    assert np.allclose(around(np.array([-145.0, 575.0, 935.0]), THREE), 1.25)


def test_it_is_the_pchip_of_the_points_repeated():
    draw = np.random.default_rng(4)
    xs, ys = np.sort(draw.uniform(0, 359, 9)), draw.uniform(0, 2, 9)
    turns = np.concatenate([xs - 360, xs, xs + 360]), np.tile(ys, 3)
    hue = np.linspace(0, 360, 1001)
    theirs = PchipInterpolator(*turns)(hue)
    points = list(zip(xs, ys, strict=True))
    assert np.abs(around(hue, points) - theirs).max() < 1e-12


@settings(deadline=None, max_examples=100)
@given(ring())
def test_a_closed_curve_is_smooth_everywhere_and_at_the_seam(points):
    step = 1e-6
    at = np.array([x for x, _ in points] + [points[0][0] + 360])
    left, here, right = (around(at + move, points) * np.ones(len(at)) for move in (-step, 0, step))
    heights = np.array([y for _, y in points] + [points[0][1]])
    assert np.allclose(here, heights, atol=1e-9)
    before, after = (here - left) / step, (right - here) / step
    assert np.allclose(before, after, atol=2e-4)


@settings(deadline=None, max_examples=100)
@given(ring())
def test_a_closed_curve_never_leaves_the_heights_of_its_neighbours(points):
    closed = [*points, (points[0][0] + 360, points[0][1])]
    for (x0, y0), (x1, y1) in pairwise(closed):
        y = around(np.linspace(x0, x1, 41), points) * np.ones(41)
        assert (y >= min(y0, y1) - 1e-9).all() and (y <= max(y0, y1) + 1e-9).all()
        assert (np.diff(y) * np.sign(y1 - y0) >= -1e-9).all()


def test_a_level_curve_is_smooth_at_its_ends_and_holds_them():
    points = [(0.2, 0.5), (0.4, 1.5), (0.9, 1.0)]
    assert leveled(np.array([-np.inf, 0.1, 0.2, 0.9, 5, np.inf]), points).tolist() == pytest.approx(
        [0.5, 0.5, 0.5, 1.0, 1.0, 1.0]
    )
    x = np.linspace(0, 1, 10001)
    slope = np.diff(leveled(x, points)) / np.diff(x)
    assert np.abs(np.diff(slope)).max() < 0.02  # of slopes up to 7: no corner
    assert np.isnan(leveled(np.nan, points))
    assert leveled(np.array([0.3]), [(0.5, 1.25)]) == 1.25
