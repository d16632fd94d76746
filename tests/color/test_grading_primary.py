"""GradingPrimary against its float64 formula and against OpenColorIO, parameters drawn by seed."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.transforms.ocio_processor import from_processor
from grade.ops import GradingPrimary

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

WITH_MASTER = ("brightness", "contrast", "gamma", "offset", "exposure", "lift", "gain")
THEIR_NAMES = {
    "pivot": "pivot",
    "saturation": "saturation",
    "clamp_black": "clampBlack",
    "clamp_white": "clampWhite",
    "pivot_black": "pivotBlack",
    "pivot_white": "pivotWhite",
}


@pytest.fixture(scope="module")
def run():
    return Runner()


def drawn(draw, style):
    def about_one():
        return [single(v) for v in 2 ** draw.uniform(-1, 1, 4)]

    def about_zero(reach):
        return lambda: [single(v) for v in draw.uniform(-reach, reach, 4)]

    draws = {
        "brightness": about_zero(40),
        "contrast": about_one,
        "gamma": about_one,
        "offset": about_zero(0.1),
        "exposure": about_zero(2),
        "lift": about_zero(0.1),
        "gain": about_one,
    }
    values = {}
    for name, make in draws.items():
        red, green, blue, master = make()
        values |= {name: (red, green, blue), f"{name}_master": master}
    # Backwards a saturation near 0 multiplies every rounding: 0 itself, or not below a twentieth.
    values["saturation"] = single(draw.choice([0, 1, draw.uniform(0.05, 2)]))
    sometimes = {
        "pivot": (-1, 1),
        "clamp_black": (-0.1, 0.1),
        "clamp_white": (0.8, 1.2),
        "pivot_black": (-0.1, 0.1),
        "pivot_white": (0.8, 1.2),
    }
    for name, (low, high) in sometimes.items():
        if draw.random() < 0.5:
            values[name] = single(draw.uniform(low, high))
    return GradingPrimary(style, **values)


def theirs(op, inverse):
    value = ocio.GradingPrimary(STYLES[op.style])
    for name in WITH_MASTER:
        four = ocio.GradingRGBM(*op.values[name], op.values[f"{name}_master"])
        setattr(value, name, four)
    for name, their_name in THEIR_NAMES.items():
        if op.values[name] is not None:
            setattr(value, their_name, op.values[name])
    transform = ocio.GradingPrimaryTransform(STYLES[op.style])
    transform.setValue(value)
    if inverse:
        transform.setDirection(ocio.TRANSFORM_DIR_INVERSE)
    return transform


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("inverse", [False, True], ids=["forward", "inverse"])
def test_a_sample_agrees(style, inverse, run, processor_of, compiled):
    check(style, inverse, run, processor_of, compiled, range(SAMPLED))


@pytest.mark.full
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("inverse", [False, True], ids=["forward", "inverse"])
def test_all_agree(style, inverse, run, processor_of, compiled):
    check(style, inverse, run, processor_of, compiled, range(SAMPLED, ALL))


def check(style, inverse, run, processor_of, compiled, seeds):
    limits = TOLERANCES["op"], TOLERANCES["GradingPrimary"]
    for seed in seeds:
        draw = np.random.default_rng([seed, list(STYLES).index(style)])
        op, x = drawn(draw, style), pixels(draw)
        transform = theirs(op, inverse)
        _, bound = agree(run, op, transform, x, limits, inverse, mixing=True)
        (step,) = from_processor(processor_of(transform)).steps
        steps_agree(step, op, x, inverse)
        if seed % SAMPLED == 0:
            far = np.abs(compiled(step, x) - op.evaluate(x, inverse=inverse))
            assert (far <= np.maximum(2 * bound(), 1e-6)).all()


@pytest.mark.parametrize("style", STYLES)
def test_the_defaults_of_a_style_are_the_bits_of_the_input(style, run):
    x = np.array([[0.18, -0.0, np.inf], [np.nan, -1e-42, -3e38]], np.float32)
    for op in (GradingPrimary(style), GradingPrimary(style, pivot=0.5, pivot_black=0.1)):
        assert run(op, x)[0].tobytes() == x.tobytes()
        assert np.array_equal(op.evaluate(x), x, equal_nan=True)
    assert ocio.GradingPrimary(STYLES[style]).pivot in (-0.2, 0.18)


@pytest.mark.parametrize("style", STYLES)
def test_nan_stays_nan(style, run):
    """OpenColorIO gives the lower bound, -inf where there is none."""
    op = GradingPrimary(style, contrast=1.2, gamma=1.2, offset=0.1, clamp_black=0, clamp_white=1)
    x = np.array([[np.nan, 0.5, 0.25], [2, -2, np.nan]], np.float32)
    assert np.array_equal(np.isnan(run(op, x)[0]), np.isnan(x))
    assert np.isneginf(opencolorio_without_bounds(style)).any()


def opencolorio_without_bounds(style):
    from .gradings import opencolorio

    op = GradingPrimary(style, brightness=5.0, exposure=1.0, lift=0.1)
    return opencolorio(theirs(op, False), np.full((4, 3), np.nan, np.float32))


def test_what_does_nothing_is_no_step(processor_of):
    assert from_processor(processor_of(theirs(GradingPrimary("log"), False))).steps == ()
