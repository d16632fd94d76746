"""GradingTone against its float64 formula and against OpenColorIO, parameters drawn by seed."""

from itertools import product

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.formulas.grading_tone import PLACES, ZONES
from grade.color.transforms.ocio_processor import from_processor
from grade.ops import GradingTone
from grade.ops.grading_tone import PLACE_NAMES

from ..draw import some
from .gradings import (
    ALL,
    SAMPLED,
    STYLES,
    Runner,
    agree,
    pixels,
    single,
    steps_agree,
)
from .tolerances import TOLERANCES


@pytest.fixture(scope="module")
def run():
    return Runner()


def drawn(draw, style):
    values = {}
    for zone in ZONES:
        if draw.random() < 0.3:
            continue
        *own, master = (single(v) for v in draw.uniform(0.4, 1.6, 4))
        values |= {zone: tuple(own), f"{zone}_master": master}
        if draw.random() < 0.5:
            scale = 1 if style != "linear" else 8
            places = (single(v + 0.05 * scale * draw.uniform(-1, 1)) for v in PLACES[style][zone])
            values |= dict(zip(PLACE_NAMES[zone], places, strict=True))
    if not values or draw.random() < 0.7:
        values["s_contrast"] = single(draw.uniform(0.05, 1.95))
    return GradingTone(style, **values)


def theirs(op, inverse):
    value = ocio.GradingTone(STYLES[op.style])
    for zone in ZONES:
        four = (*op.values[zone], op.values[f"{zone}_master"])
        setattr(value, zone, ocio.GradingRGBMSW(*four, *op._where(zone)))
    value.scontrast = op.s_contrast
    transform = ocio.GradingToneTransform(STYLES[op.style])
    transform.setValue(value)
    if inverse:
        transform.setDirection(ocio.TRANSFORM_DIR_INVERSE)
    return transform


@pytest.mark.parametrize(("style", "inverse"), some(product(STYLES, [False, True]), 2))
def test_a_sample_agrees(style, inverse, run, processor_of, compiled):
    check(style, inverse, run, processor_of, compiled, range(SAMPLED))


@pytest.mark.full
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("inverse", [False, True], ids=["forward", "inverse"])
def test_all_agree(style, inverse, run, processor_of, compiled):
    check(style, inverse, run, processor_of, compiled, range(SAMPLED, ALL))


def check(style, inverse, run, processor_of, compiled, seeds):
    limits = TOLERANCES["op"], TOLERANCES["GradingTone"]
    for seed in seeds:
        draw = np.random.default_rng([seed, list(STYLES).index(style)])
        op, x = drawn(draw, style), pixels(draw)
        transform = theirs(op, inverse)
        _, bound = agree(run, op, transform, x, limits, inverse)
        (step,) = from_processor(processor_of(transform)).steps
        steps_agree(step, op, x, inverse)
        if seed % SAMPLED == 0:
            far = np.abs(compiled(step, x) - op.evaluate(x, inverse=inverse))
            assert (far <= np.maximum(2 * bound(), 1e-6)).all()


@pytest.mark.parametrize("style", STYLES)
def test_there_and_back(style):
    for seed in range(20):
        draw = np.random.default_rng([seed, list(STYLES).index(style)])
        op, x = drawn(draw, style), pixels(draw).astype(np.float64)
        there = op.evaluate(x)
        kept = there < 6e4
        back = op.evaluate(there, inverse=True)
        np.testing.assert_allclose(back[kept], x[kept], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("style", STYLES)
def test_corners(style, run):
    """NaN stays NaN; nothing comes out above 65504, as in OpenColorIO."""
    op = GradingTone(style, whites=1.5, blacks=0.5, midtones_master=1.2, s_contrast=1.25)
    x = np.array([[np.nan, np.inf, -np.inf], [0.5, 1e30, -1e30]], np.float32)
    y = run(op, x)[0]
    assert np.array_equal(np.isnan(y), np.isnan(x))
    assert y[0, 1] == y[1, 1] == 65504 and y[0, 2] == -np.inf
    untouched = GradingTone(style, whites_start=0.3, shadows_pivot=-0.5)
    assert run(untouched, x)[0].tobytes() == x.tobytes()


def test_what_does_nothing_is_no_step(processor_of):
    assert from_processor(processor_of(theirs(GradingTone("log"), False))).steps == ()
