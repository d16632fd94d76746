"""RGBCurves: published splines between the points, what runs beyond, luma, stops, refusals."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import Akima1DInterpolator, CubicSpline, PchipInterpolator

from grade.graph import Look
from grade.op import ParameterError
from grade.op.formulas.stops import from_stops, to_stops
from grade.ops import GradingRGBCurve, RGBCurves

SHAPE = [[0.0, 0.05], [0.2, 0.15], [0.45, 0.6], [0.7, 0.6], [1.0, 0.95]]
S = [[0, 0], [0.25, 0.125], [0.75, 0.875], [1, 1]]
RISING = [[0.0, 0.05], [0.2, 0.15], [0.45, 0.55], [0.7, 0.65], [1.0, 0.95]]
STOPS = [[-8, -7], [-2, -2.5], [0, 0], [3, 2.5], [6, 3.5]]
X = np.linspace(-0.5, 1.5, 401)[:, None] * np.ones(3)
SPLINES = ("monotone", "linear", "natural", "akima", "quadratic")
EXAMPLES = (
    RGBCurves(RISING, [[0, 0.1], [0.5, 0.375], [1, 1.25]], [[-0.5, 1], [0.75, 0.25]], S),
    *(RGBCurves(RISING, [[0, 0], [1, 0.75]], master=S[::2], spline=s) for s in SPLINES[1:4]),
    RGBCurves(S, [[0, 0], [1, 0.75]], master=[[0, 0.125], [1, 0.875]], spline="quadratic"),
    RGBCurves(RISING, master=RISING, luma=S, spline="natural", monotone=True),
    RGBCurves(RISING, luma=RISING, spline="akima", extrapolation="constant", weights="ap1"),
    RGBCurves(S, luma=[[0, 0], [0.5, 0.75]], spline="quadratic", extrapolation="constant"),
    RGBCurves(STOPS, [[-8, -8], [8, 8]], [[-4, -4.5], [4, 4]], STOPS, axis="stops"),
    RGBCurves(luma=STOPS, axis="stops", weights="ap1"),
    RGBCurves(STOPS, luma=[[-6, -6.5], [6, 6]], axis="stops", amount=0.5, channels="rb"),
)


def test_between_points_it_is_pchip(run):
    inside = X[(X >= 0).all(1) & (X <= 1).all(1)]
    theirs = PchipInterpolator(*np.transpose(SHAPE))(inside)
    assert np.abs(RGBCurves(master=SHAPE).evaluate(inside) - theirs).max() < 1e-14
    assert np.abs(run(RGBCurves(master=SHAPE), inside) - theirs).max() < 5e-7


@pytest.mark.parametrize(
    ("spline", "theirs"),
    [
        ("natural", lambda x, y: CubicSpline(x, y, bc_type="natural")),
        ("akima", lambda x, y: Akima1DInterpolator(x, y, method="akima")),
    ],
)
def test_natural_and_akima_are_those_of_scipy(run, spline, theirs):
    draw = np.random.default_rng(12)
    for count in (3, 4, 5, 9, 16):
        xs = np.cumsum(draw.uniform(0.02, 0.3, count))
        points = np.stack([xs / xs[-1], draw.uniform(0, 1, count)], axis=1)
        points = points.astype(np.float32).astype(float).tolist()
        op = RGBCurves(master=points, spline=spline)
        inside = np.linspace(points[0][0], points[-1][0], 400)[:, None] * np.ones(3)
        expected = theirs(*np.transpose(points))(inside)
        assert np.abs(op.evaluate(inside) - expected).max() < 1e-12
        slope = np.abs(np.gradient(expected[:, 0], inside[:, 0])).max()
        single = theirs(*np.transpose(points))(np.float32(inside))
        assert np.abs(run(op, inside) - single).max() < 3e-6 * max(1.0, slope)


def test_the_natural_spline_goes_on_without_a_bend():
    spline = CubicSpline(*np.transpose(SHAPE), bc_type="natural")
    y = RGBCurves(master=SHAPE, spline="natural").evaluate([-2.0, 0.5, 4.0])
    expected = [0.05 - 2 * spline(0.0, 1), spline(0.5), 0.95 + 3 * spline(1.0, 1)]
    assert np.allclose(y, expected, atol=1e-13)


def test_the_quadratic_is_that_of_the_grading_op():
    x = np.linspace(-1, 2, 200)[:, None] * np.ones(3)
    theirs = GradingRGBCurve(red=S, green=[[0, 0.1], [1, 0.9]], master=S).evaluate(x)
    ours = RGBCurves(red=S, green=[[0, 0.1], [1, 0.9]], master=S, spline="quadratic").evaluate(x)
    assert np.abs(ours - theirs).max() < 2e-7  # one fits two points in float32
    with pytest.raises(ParameterError, match=r"red\[1\]\.y = 0: below 1 before it; the quadratic"):
        RGBCurves([[0, 1], [1, 0]], spline="quadratic")


@pytest.mark.parametrize("spline", ["natural", "akima"])
def test_the_flag_holds_the_curve_between_its_points(spline):
    jump = [[0, 0], [0.3, 0.01], [0.4, 0.9], [0.6, 0.9], [0.8, 0.2], [1, 0.3]]
    inside = np.linspace(0, 1, 2001)
    free, held = (
        np.array(
            RGBCurves(master=jump, spline=spline, monotone=flag).evaluate(
                inside[:, None] + np.zeros(3)
            )
        )[:, 0]
        for flag in (False, True)
    )
    lower, upper = [], []
    for x in inside:
        i = min(max(int(np.searchsorted([p[0] for p in jump], x, "right")), 1), len(jump) - 1)
        pair = sorted((jump[i - 1][1], jump[i][1]))
        lower.append(pair[0])
        upper.append(pair[1])
    assert ((held >= np.array(lower) - 1e-12) & (held <= np.array(upper) + 1e-12)).all()
    assert not ((free >= np.array(lower) - 1e-3) & (free <= np.array(upper) + 1e-3)).all()


def test_the_bits_of_the_monotone_and_the_linear_stay(run):
    """What was there before the other splines came; exact mode is one result on every machine."""
    grid = (np.arange(-4096, 8192, dtype=np.float32) / 4096).reshape(-1, 3)
    middle = [[0, 0], [0.3, 0.4], [1, 1]]
    for op, bits in (
        (RGBCurves(red=SHAPE, master=middle), 828297025),
        (RGBCurves(red=SHAPE, master=middle, spline="linear"), 3464807682),
        (RGBCurves(SHAPE, middle, [[0, 0.1], [1, 0.9]]), 2834878446),
    ):
        assert zlib.crc32(run(op, grid).tobytes()) == bits


# --- beyond the points ----------------------------------------------------------------------------


def test_beyond_points_it_runs_on_straight():
    y = RGBCurves(master=SHAPE).evaluate(X)[:, 0]
    for part in (y[X[:, 0] <= 0], y[X[:, 0] >= 1]):
        assert np.abs(np.diff(part, 2)).max() < 1e-13
    assert np.abs(np.diff(y)).max() < 0.02  # and without a jump


@pytest.mark.parametrize("spline", SPLINES)
def test_rising_points_make_a_rising_curve(run, spline):
    draw = np.random.default_rng(10)
    for _ in range(5):
        points = np.cumsum(draw.uniform(0.01, 0.3, (6, 2)) ** 2, axis=0)
        op = RGBCurves(master=points.tolist(), spline=spline, monotone=True)
        assert (np.diff(op.evaluate(X), axis=0) >= 0).all()
        through = np.repeat(points[:, :1], 3, axis=1)
        atol = 1e-6 if spline == "quadratic" else 1e-14  # which is fitted in float32
        assert np.allclose(op.evaluate(through)[:, 0], points[:, 1], atol=atol)


@pytest.mark.parametrize("spline", SPLINES)
def test_constant_holds_the_end(run, spline):
    op = RGBCurves(
        master=[[0.25, 0.125], [0.5, 0.5], [1, 2]], spline=spline, extrapolation="constant"
    )
    x = [[-np.inf, -3, 0.25], [0.5, 1, 7], [np.inf, np.nan, 0.0]]
    y = run(op, x)
    expected = [[0.125, 0.125, 0.125], [0.5, 2, 2], [2, np.nan, 0.125]]
    assert np.allclose(y, expected, atol=1e-6, equal_nan=True)
    assert np.allclose(op.evaluate(x), expected, atol=1e-6, equal_nan=True)
    undrawn = RGBCurves(extrapolation="constant")
    assert np.array_equal(run(undrawn, x), np.float32(x), equal_nan=True)


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


# --- luma -----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-1, 4), min_size=3, max_size=3), st.sampled_from(["code", "stops"]))
def test_the_luma_curve_sets_luma(colour, axis):
    points = S if axis == "code" else STOPS
    x = np.array(colour)
    y = RGBCurves(luma=points, axis=axis).evaluate(x)
    weights = np.array([0.2126, 0.7152, 0.0722])
    luma = float(weights @ x)
    expected = RGBCurves(master=points, axis=axis).evaluate(luma)
    assert np.isclose(weights @ y, expected, rtol=1e-9, atol=1e-12)
    if axis == "code":
        assert np.allclose(np.diff(y), np.diff(x), atol=1e-12)
    elif luma > 0.01:
        assert np.allclose(y, x * expected / luma, rtol=1e-3, atol=1e-3 * abs(x).max())


def test_near_black_the_luma_curve_stays_calm():
    """Where the ratio of luma after and before means nothing, the differences are kept."""
    op = RGBCurves(luma=[[-8, -4], [0, 0], [6, 6]], axis="stops")
    steps = np.linspace(-2e-3, 2e-3, 4001)[:, None] * np.ones(3) + [1e-3, 0, -1e-3]
    y = op.evaluate(steps)
    assert np.isfinite(y).all() and np.abs(np.diff(y, axis=0)).max() < 1e-3
    assert np.isclose(op.evaluate(0.0), op.evaluate(1e-9), atol=1e-6)


# --- stops ----------------------------------------------------------------------------------------


def test_stops_are_those_about_eighteen_percent_grey():
    assert np.allclose(to_stops(0.18 * 2.0 ** np.arange(-8, 9)), np.arange(-8, 9), atol=1e-12)
    black = -8 - 1 / np.log(2)
    assert np.isclose(to_stops(0.0), black) and np.isclose(from_stops(black), 0.0, atol=1e-15)
    x = np.linspace(-0.01, 0.01, 20001)
    slope = np.diff(to_stops(x)) / np.diff(x)
    assert (slope > 0).all() and np.abs(np.diff(slope)).max() < 4e-3 * slope.max()  # smooth
    assert np.allclose(from_stops(to_stops(x)), x, atol=1e-14)


def test_a_curve_in_stops_moves_light_by_stops(run):
    lifted = RGBCurves(master=[[-4, -3], [4, 5]], axis="stops")
    assert np.isclose(lifted.evaluate(0.18), 0.36) and lifted.domain == "linear"
    lights = (0.18 * 2.0 ** np.linspace(-7, 12, 99)).reshape(-1, 3).astype(np.float32)
    assert np.allclose(run(lifted, lights), 2 * lights, rtol=3e-6)
    assert RGBCurves().domain == "any"


def test_in_stops_too_a_channel_on_the_diagonal_keeps_its_bits(run):
    x = np.array([[0.3, -0.0, np.nan], [np.inf, 1e-42, -2]], np.float32)
    y = run(RGBCurves(red=STOPS, axis="stops"), x)
    assert y[:, 1:].tobytes() == x[:, 1:].tobytes() and y[0, 0] != x[0, 0]
    assert run(RGBCurves(luma=[[0, 0], [1, 1]], axis="stops"), x).tobytes() == x.tobytes()


def test_a_log_picture_is_taken_to_light_for_a_curve_in_stops():
    """ACEScct of 0.18 is 0.4135884, and a stop is 1/17.52 of code value (S-2016-001)."""
    look = Look("x", working="ACEScct")
    lifted = RGBCurves(master=[[-4, -3], [4, 5]], axis="stops")
    look.outputs["master"] = look.source >> lifted
    y = look.apply(np.full((1, 1, 3), 0.4135884, np.float32))
    assert np.allclose(y, 0.4135884 + 1 / 17.52, atol=2e-6)
