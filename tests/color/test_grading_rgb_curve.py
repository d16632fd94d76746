"""GradingRGBCurve against its float64 formula and against OpenColorIO, points drawn by seed."""

from itertools import product

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.transforms.ocio_processor import from_processor
from grade.ops import GradingRGBCurve

from ..draw import some
from .gradings import ALL, SAMPLED, STYLES, Runner, agree, pixels, single
from .tolerances import TOLERANCES

NAMES = ("red", "green", "blue", "master")
COUNTS = ((4, 3, 5, 6), (2, 7, 3, 4), (6, 6, 2, 3))  # of points: each is one kernel


@pytest.fixture(scope="module")
def run():
    return Runner()


def drawn(draw, style):
    """Rising points that are a fifth of the mean distance apart or more."""
    low, high = (-7, 7) if style == "linear" else (0, 1)
    values = {}
    for name, count in zip(NAMES, draw.choice(COUNTS), strict=True):
        rise = np.cumsum(draw.uniform(0.2, 1, (count, 2)), axis=0)
        points = low + (high - low) * (rise / rise[-1]) * draw.uniform(0.8, 1.1, 2)
        values[name] = [[single(x), single(y)] for x, y in points]
    return GradingRGBCurve(style, **values)


def theirs(op, inverse):
    value = ocio.GradingRGBCurve(STYLES[op.style])
    for name in NAMES:
        flat = [v for point in op.values[name] for v in point]
        setattr(value, name, ocio.GradingBSplineCurve(flat))
    transform = ocio.GradingRGBCurveTransform(STYLES[op.style])
    transform.setValue(value)
    if inverse:
        transform.setDirection(ocio.TRANSFORM_DIR_INVERSE)
    return transform


@pytest.mark.parametrize(("style", "inverse"), some(product(STYLES, [False, True]), 2))
def test_a_sample_agrees(style, inverse, run, processor_of):
    check(style, inverse, run, processor_of, range(SAMPLED))


@pytest.mark.full
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("inverse", [False, True], ids=["forward", "inverse"])
def test_all_agree(style, inverse, run, processor_of):
    check(style, inverse, run, processor_of, range(SAMPLED, ALL))


def check(style, inverse, run, processor_of, seeds):
    limits = TOLERANCES["op"], TOLERANCES["curve linear" if style == "linear" else "simple"]
    for seed in seeds:
        draw = np.random.default_rng([seed, list(STYLES).index(style)])
        op, x = drawn(draw, style), pixels(draw)
        with np.errstate(all="ignore"):
            held = np.abs(op.evaluate(x, inverse=inverse)).max(axis=-1) <= 65504
        transform = theirs(op, inverse)
        agree(run, op, transform, x[held], limits, inverse)
        (step,) = from_processor(processor_of(transform)).steps
        ours = op.evaluate(x[held], inverse=inverse)
        np.testing.assert_allclose(step(x[held].astype(np.float64)), ours, rtol=1e-6, atol=1e-6)
