"""GradingHueCurve against its float64 formula and against OpenColorIO, points drawn by seed."""

from itertools import product

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.formulas.grading_hue_curve import LEVELS, NAMES
from grade.color.transforms.ocio_processor import from_processor
from grade.ops import GradingHueCurve

from ..draw import some
from .gradings import (
    ALL,
    SAMPLED,
    STYLES,
    Runner,
    agree,
    apart,
    opencolorio,
    pixels,
    single,
)
from .tolerances import TOLERANCES

# In linear a saturation is over a sum that may nearly vanish, and backwards a flat part of lum_lum
# multiplies stops: OpenColorIO loses the same digits. In the mean 96 % of the values are within.
USUAL = {"log": 0.9, "linear": 0.6, "video": 0.95}
# How many points each curve has, as in NAMES; 0 is no curve. Each row is one kernel.
COUNTS = (
    (3, 4, 5, 3, 4, 3, 4, 3),
    (5, 0, 4, 4, 0, 6, 3, 4),
    (4, 6, 0, 0, 5, 0, 0, 0),
    (0, 3, 6, 5, 3, 4, 0, 5),
)


@pytest.fixture(scope="module")
def run():
    return Runner()


def drawn(draw, style, inverse):
    curves = {}
    for name, count in zip(NAMES, draw.choice(COUNTS), strict=True):
        if not count:
            continue
        low, high = (-7, 7) if style == "linear" and name.startswith("lum") else (0, 1)
        xs = (np.arange(count) + draw.uniform(0, 0.7, count)) / count
        if LEVELS[name] is None:
            ys = low + (high - low) * (xs + draw.uniform(-0.1, 0.1, count) / count)
        else:
            reach = 0.1 if name == "hue_fx" else 0.3
            ys = LEVELS[name] + draw.uniform(-reach, reach, count)
        ys = np.sort(ys) if LEVELS[name] is None else ys
        pairs = zip(low + (high - low) * xs, ys, strict=True)
        curves[name] = [[single(x), single(y)] for x, y in pairs]
    return GradingHueCurve(style, **curves, direction="inverse" if inverse else "forward")


def theirs(op):
    value = ocio.GradingHueCurve(STYLES[op.style])
    for name in NAMES:
        if op.values[name]:
            flat = [v for point in op.values[name] for v in point]
            setattr(value, name, ocio.GradingBSplineCurve(flat, getattr(ocio, name.upper())))
    transform = ocio.GradingHueCurveTransform(STYLES[op.style])
    transform.setValue(value)
    if op.direction == "inverse":
        transform.setDirection(ocio.TRANSFORM_DIR_INVERSE)
    return transform


FEWER = SAMPLED // 13  # each has eight curves, and four structures are compiled for them


@pytest.mark.parametrize(("style", "inverse"), some(product(STYLES, [False, True]), 2))
def test_a_sample_agrees(style, inverse, run, processor_of, compiled):
    check(style, inverse, run, processor_of, compiled, range(FEWER))


@pytest.mark.full
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("inverse", [False, True], ids=["forward", "inverse"])
def test_all_agree(style, inverse, run, processor_of, compiled):
    check(style, inverse, run, processor_of, compiled, range(FEWER, ALL))


def check(style, inverse, run, processor_of, compiled, seeds):
    way = " inverse" if inverse else ""
    limit = TOLERANCES[f"GradingHueCurve{' linear' if style == 'linear' else way}"]
    for seed in seeds:
        draw = np.random.default_rng([seed, list(STYLES).index(style)])
        op, x = drawn(draw, style, inverse), pixels(draw)
        x = x if style == "log" else np.abs(x)
        transform = theirs(op)
        # The direction is a choice of the op, which is therefore asked forward.
        limits = TOLERANCES["op"], limit
        agree(run, op, transform, x, limits, mixing=True, usual=USUAL[style])
        (step,) = from_processor(processor_of(transform)).steps
        with np.errstate(all="ignore"):
            ours = step(x.astype(np.float64))
        far = apart(opencolorio(transform, x), ours, mixing=True)
        # A hue or a knot that a rounding moves to its other side: a few values of many.
        assert np.mean(far > limit) <= 0.01, (op, np.sort(far.ravel())[-10:])
        np.testing.assert_allclose(op.evaluate(x), ours, rtol=1e-6, atol=1e-6)
        if seed % SAMPLED == 0:
            far = apart(compiled(step, x), ours, mixing=True)
            assert np.mean(far > limit) <= 0.01


@pytest.mark.parametrize("style", STYLES)
def test_black_stays_without_a_color(style, run):
    """A rounding of black has a hue, and a curve that lifts saturation would paint it."""
    op = GradingHueCurve(style, sat_sat=[[0, 0.25], [0.5, 0.75], [1, 1]])
    assert (run(op, np.zeros((1, 3), np.float32))[0] == 0).all()
    assert op.evaluate(0.0) == 0


def test_user_slopes_and_hues_beyond_a_turn(processor_of):
    x = pixels(np.random.default_rng(2))
    value = ocio.GradingHueCurve(ocio.GRADING_LOG)
    curve = ocio.GradingBSplineCurve([0.1, 0.8, 0.4, 1.2, 0.7, 1.0], ocio.HUE_SAT)
    curve.setSlopes([0.5, -0.25, 0.125])
    value.hue_sat = curve
    value.hue_lum = ocio.GradingBSplineCurve([-0.2, 0.8, 0.4, 1.2, 1.1, 1.0], ocio.HUE_LUM)
    transform = ocio.GradingHueCurveTransform(ocio.GRADING_LOG)
    transform.setValue(value)
    step = from_processor(processor_of(transform))
    far = apart(opencolorio(transform, x), step(x.astype(np.float64)), mixing=True)
    assert far.max() <= TOLERANCES["GradingHueCurve"]


def test_what_does_nothing_is_no_step(processor_of):
    assert from_processor(processor_of(theirs(GradingHueCurve("log")))).steps == ()
