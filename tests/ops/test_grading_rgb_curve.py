"""GradingRGBCurve: through its points, smooth, straight beyond, and what it refuses."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.op import ParameterError
from grade.ops import GradingRGBCurve

S = [[0, 0], [0.25, 0.125], [0.75, 0.875], [1, 1]]
EXAMPLES = (
    GradingRGBCurve("log", red=S, green=[[0, 0.0625], [0.5, 0.4375], [1, 0.9375]], master=S),
    GradingRGBCurve("video", blue=[[-0.125, 0], [0.375, 0.5], [0.5, 0.5625], [1.25, 1]]),
    GradingRGBCurve("linear", red=[[-7, -6], [0, 0.5], [7, 6]], master=[[-6, -7], [1, 1], [6, 6]]),
    GradingRGBCurve("log", green=S, master=[[0, 0], [1, 1.5]], amount=0.5, channels="rg"),
)


def test_the_points_are_on_the_curve_and_the_ends_go_on_straight():
    op = GradingRGBCurve(master=S)
    for x, y in S:
        assert np.isclose(op.evaluate(x), y, atol=1e-6)
    steps = np.diff([op.evaluate(v) for v in (1.0, 1.5, 2.0, 2.5)])
    assert np.allclose(steps, steps[0]) and steps[0] > 0


@pytest.mark.parametrize("style", ["log", "linear", "video"])
@pytest.mark.parametrize("inverse", [False, True])
def test_it_is_opencolorio(run, style, inverse):
    draw = np.random.default_rng(7)
    low, high = (-7, 7) if style == "linear" else (0, 1)
    values = {}
    for name in ("red", "green", "blue", "master"):
        xs = low + (high - low) * np.cumsum(draw.uniform(0.3, 1, 6)) / 5
        ys = low + (high - low) * np.cumsum(draw.uniform(0.3, 1, 6)) / 5
        pairs = zip(xs, ys, strict=True)
        values[name] = [[float(np.float32(x)), float(np.float32(y))] for x, y in pairs]
    styles = {
        "log": ocio.GRADING_LOG, "linear": ocio.GRADING_LIN, "video": ocio.GRADING_VIDEO,
    }  # fmt: skip
    value = ocio.GradingRGBCurve(styles[style])
    for name, points in values.items():
        setattr(value, name, ocio.GradingBSplineCurve([v for point in points for v in point]))
    transform = ocio.GradingRGBCurveTransform(styles[style])
    transform.setValue(value)
    if inverse:
        transform.setDirection(ocio.TRANSFORM_DIR_INVERSE)
    config = ocio.Config.CreateRaw()
    config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
    cpu = config.getProcessor(transform).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
    x = draw.uniform(0.02, 0.9, (400, 3)).astype(np.float32)
    theirs = x.copy()
    cpu.applyRGB(theirs)
    ours = run(GradingRGBCurve(style, **values), x, inverse=inverse)
    # In linear light their logarithm is a polynomial of 15 bits.
    assert np.allclose(ours, theirs, rtol=5e-4 if style == "linear" else 1e-5, atol=1e-6)


def test_one_curve_on_the_diagonal_leaves_its_channel_alone(run):
    x = np.array([[0.3, -0.0, np.nan], [np.inf, 1e-42, -2]], np.float32)
    y = run(GradingRGBCurve(red=S, green=[[0, 0], [0.3, 0.3], [1, 1]]), x)
    assert y[:, 1:].tobytes() == x[:, 1:].tobytes() and y[0, 0] != x[0, 0]


def test_a_falling_curve_is_refused():
    with pytest.raises(ParameterError, match=r"red\[2\]\.y = 0\.4: below 0\.5 before it"):
        GradingRGBCurve(red=[[0, 0], [0.5, 0.5], [1, 0.4]])
