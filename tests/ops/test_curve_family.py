"""What the six curves over hue, saturation and luma have in common."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grade.run
from grade.graph import Look
from grade.graph.running import kernels
from grade.op import find_op
from grade.ops import RGBCurves

BY_HUE = ("hue_hue_curve", "hue_saturation_curve", "hue_luma_curve")
KINDS = (
    *BY_HUE,
    "luma_saturation_curve",
    "saturation_saturation_curve",
    "saturation_luma_curve",
)
KEEP_LUMA = tuple(kind for kind in KINDS if not kind.endswith("luma_curve"))
W = np.array([0.2126, 0.7152, 0.0722])

family = pytest.mark.parametrize("kind", KINDS)


def strong(kind):
    """A curve of each kind that does a lot, everywhere."""
    xs = (0, 50, 110, 170, 260, 320) if kind in BY_HUE else (0, 0.2, 0.4, 0.6, 0.8, 1)
    ys = (60, -45, 20, -90, 75, -10) if kind == "hue_hue_curve" else (0.5, 2, 0.25, 1, 1.5, 3)
    return find_op(kind)(list(map(list, zip(xs, ys, strict=True))))


def colours(draw, count):
    return np.concatenate(
        [
            draw.uniform(-0.5, 1.5, (count, 3)),
            0.18 * 2.0 ** draw.uniform(-8, 8, (count, 3)),
            np.repeat(draw.uniform(-1, 8, (count, 1)), 3, axis=1),
        ]
    ).astype(np.float32)


@family
def test_neutral_points_give_the_bits_wherever_they_are(kind, run):
    x = colours(np.random.default_rng(1), 50)
    x = np.concatenate([x, np.float32([[np.nan, np.inf, -0.0], [1e-42, -3e38, 3e38]])])
    level = find_op(kind).settings["points"].level
    for xs in ([0.3], [0.1, 0.4, 0.5], np.linspace(0, 359, 16) if kind in BY_HUE else range(16)):
        op = find_op(kind)([[float(position), level] for position in xs])
        assert run(op, x).tobytes() == x.tobytes()
        assert np.array_equal(op.evaluate(x), x, equal_nan=True)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "saturation_luma_curve"])
def test_a_grey_keeps_its_value(kind, run):
    greys = np.repeat(np.float32([[-3], [0], [1e-42], [0.18], [1], [65504]]), 3, axis=1)
    assert np.array_equal(run(strong(kind), greys), greys)


@pytest.mark.parametrize("kind", KEEP_LUMA)
def test_luma_is_kept_and_nothing_is_clipped(kind, run):
    x = colours(np.random.default_rng(2), 300)
    y = strong(kind).evaluate(x)
    size = np.abs(x).max(axis=1)
    assert (np.abs((y - x) @ W) <= 1e-12 * (1 + size)).all()
    assert (np.abs((run(strong(kind), x) - x) @ W) <= 2e-6 * (1 + size)).all()
    assert y.max() > 40 and y.min() < -1


@family
@settings(deadline=None, max_examples=40)
@given(st.floats(0.01, 1), st.floats(-1, 1), st.floats(0.01, 4))
def test_nothing_jumps_round_the_circle(kind, chroma, base, scale):
    from grade.color.formulas.hue_wheel import wheel

    turn = np.linspace(0, 6, 4001)
    circle = scale * (base + chroma * np.stack(wheel(turn), axis=-1))
    steps = np.abs(np.diff(strong(kind).evaluate(circle), axis=0)).max()
    # The slope of the steepest of these curves, times the speed of the circle, times the size;
    # luma is what a point's x is measured in, so its curve is steeper the larger the picture is.
    steep = 1 + 4 * scale if kind == "luma_saturation_curve" else 1
    assert steps < 150 * steep * scale * (abs(base) + chroma) / 4000


@family
@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(-0.5, 4), min_size=3, max_size=3),
    st.lists(st.floats(-1, 1), min_size=3, max_size=3),
)
def test_a_small_step_is_a_small_change(kind, colour, step):
    """Lipschitz: also across greys, where hue turns by anything, and across zero."""
    x = np.array(colour)
    moved = x + 1e-6 * np.array(step)
    change = strong(kind).evaluate(moved) - strong(kind).evaluate(x)
    bound = 100 * (1 + 4 * np.abs(x).max() / max(np.abs(x).max(), 1e-3))
    assert np.abs(change).max() <= bound * 1e-6 + 1e-12


@family
def test_nan_stays_nan_and_an_infinity_is_never_a_number(kind, run):
    x = np.float32([[np.nan, 0.5, 0.2], [0.5, 0.2, np.nan], [np.inf, 0.5, 0.2], [0.1, -np.inf, 1]])
    for y in (run(strong(kind), x), strong(kind).evaluate(x)):
        assert np.isnan(y[np.isnan(x)]).all()
        assert not np.isfinite(y[np.isinf(x)]).any()
        if kind in KEEP_LUMA:
            assert np.isnan(y[:2]).all() and not np.isfinite(y).any()


# --- dragging -------------------------------------------------------------------------------------


@pytest.fixture
def prepared(monkeypatch):
    """The programs that are compiled, counted; the kernels are those of the CPU."""
    programs, cpu = [], grade.run.executor("cpu")

    class Counting:
        def prepare(self, program):
            programs.append(program)
            return cpu.prepare(program)

    counting = Counting()
    monkeypatch.setattr(grade.run, "executor", lambda *device: counting)
    kernels.forget()
    yield programs
    kernels.forget()


def test_a_dragged_point_compiles_nothing_and_a_new_one_does(prepared):
    look = Look("x", working="ACEScct")
    picture = look.source >> RGBCurves(name="curves", luma=[[0, 0], [1, 1]], spline="natural")
    for kind in KINDS:
        picture = picture >> strong(kind).copy(name=kind)
    look.outputs["master"] = picture
    pixels = np.float32([[[0.5, 0.3, 0.2], [0.1, 0.4, 0.3]]])
    results = set()
    for step in range(20):
        points = [[0, 0.01 * step], [1, 1]]
        settings = {"curves.master": points, "curves.luma": points}
        for kind in KINDS:
            x, *rest = strong(kind).points
            settings[f"{kind}.points"] = [[x[0], x[1] + 0.02 * step], *rest]
        results.add(look.set(settings).apply(pixels).tobytes())
    assert len(prepared) == 1 and len(results) == 20
    look.set({"curves.master": [[0, 0], [0.5, 0.6], [1, 1]]}).apply(pixels)
    look.set({"hue_hue_curve.points": [[0, 0.5]]}).apply(pixels)
    assert len(prepared) == 3
