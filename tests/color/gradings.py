"""What the tests of the grading transforms share: pixels, kernels, OpenColorIO, the measure."""

import numpy as np
import PyOpenColorIO as ocio

from grade.ir.expression import channels, make, rgb
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout, encode
from grade.ir.types import F32
from grade.run import executor

STYLES = {"log": ocio.GRADING_LOG, "linear": ocio.GRADING_LIN, "video": ocio.GRADING_VIDEO}
SAMPLED, ALL = 40, 500  # parameter sets in every test run, and in the long one
SINGLE = (ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)


def pixels(draw):
    """Greys and colours from -0.5 to 1.5, and lights from 1e-4 to 60."""
    ramp = np.repeat(np.linspace(-0.5, 1.5, 61)[:, None], 3, axis=1)
    lights = np.exp(draw.uniform(np.log(1e-4), np.log(60), (60, 3)))
    return np.concatenate([ramp, draw.uniform(-0.5, 1.5, (80, 3)), lights]).astype(np.float32)


def single(value):
    """A parameter that float32 has, so that no rounding of it stands between."""
    return float(np.float32(value))


def program_of(op, inverse):
    uniforms = []

    def uniform(name, low, high):
        uniforms.append(Uniform(name, F32, low, high))
        return make("uniform", (), (F32, len(uniforms) - 1))

    source = rgb(*(make("load", (), (F32, 0, c)) for c in range(3)))
    result = op.trace(source, uniform, inverse=inverse)
    layout = (Layout(3, "f32"),)
    stage = Stage(tuple(encode("f32", c) for c in channels(result)))
    return Program(layout, layout, tuple(uniforms), (stage,))


class Runner:
    """Runs ops on the CPU; one kernel for ops of one structure, whatever their values."""

    def __init__(self):
        self.kernels = {}

    def __call__(self, op, x, inverse=False):
        numbers = [v for n, p in op.params().items() for v in p.flat(op.values[n])]
        structure = tuple(op.values[n] for n, s in op.settings.items() if s.structural)
        key = (op.kind, structure, len(numbers), inverse)
        if key not in self.kernels:
            self.kernels[key] = executor("cpu").prepare(program_of(op, inverse))
        target = np.empty_like(x)
        self.kernels[key]([x[None]], [target[None]], numbers)
        return target


def opencolorio(transform, x):
    """OpenColorIO, lossless, float32, without its cache of processors."""
    config = ocio.Config.CreateRaw()
    config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
    processor = config.getProcessor(transform).getOptimizedProcessor(*SINGLE)
    result = np.ascontiguousarray(x, np.float32).copy()
    processor.getOptimizedCPUProcessor(*SINGLE).applyRGB(result)
    return result


def apart(ours, theirs, mixing=False):
    """min(absolute, relative to |theirs| + 1e-4); 0 where both are not finite.

    ``mixing``: relative to the largest channel of the pixel, for what adds channels up.
    """
    ours, theirs = np.float64(ours), np.float64(theirs)
    size = np.abs(theirs)
    if mixing:
        size = np.where(np.isfinite(size), size, 0).max(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):
        absolute = np.abs(ours - theirs)
        found = np.minimum(absolute, absolute / (size + 1e-4))
    return np.where(~np.isfinite(ours) & ~np.isfinite(theirs), 0.0, found)


def sensitivity(evaluate, x, y):
    """How far the float64 result moves when channels do by an ULP of the larger of them and 1."""
    x = np.float64(x)
    total = 0.0
    for channel in np.eye(3):
        step = 2.0**-23 * np.maximum(np.abs(x), 1) * channel
        total = total + np.maximum(*(np.abs(evaluate(x + s * step) - y) for s in (-1, 1)))
    return total


def within(actual, expected, limit, slack, mixing):
    """Whether float32 is within ``limit`` of float64, or within the slack of bad conditioning."""
    return (apart(actual, expected, mixing) <= limit) | (np.abs(actual - expected) <= slack)


def agree(run, op, transform, x, limits, inverse=False, mixing=False):
    """Our kernel with our float64 formula, and that with OpenColorIO.

    Parameters
    ----------
    limits
        For the first and for the second.
    """
    here, there = limits

    def evaluate(x):
        return op.evaluate(x, inverse=inverse)

    ours, kernel, theirs = evaluate(x), run(op, x, inverse), opencolorio(transform, x)
    slack = 2 * sensitivity(evaluate, x, ours)
    near = within(kernel, ours, here, slack, mixing)
    assert near.mean() == 1, (op, x[~near.all(axis=-1)], ours[~near.all(axis=-1)])
    near = within(theirs, ours, there, slack, mixing)
    assert near.mean() == 1, (op, x[~near.all(axis=-1)], apart(theirs, ours).max())
    return ours


def steps_agree(step, op, x, run_step, limit, inverse=False, mixing=False):
    """The step of constants is the op: in float64 to rounding, as a kernel within the limit."""
    ours = op.evaluate(x, inverse=inverse)
    np.testing.assert_allclose(step(x.astype(np.float64)), ours, rtol=1e-9, atol=1e-12)
    if run_step is not None:
        slack = 2 * sensitivity(lambda x: op.evaluate(x, inverse=inverse), x, ours)
        assert within(run_step(step, x), ours, limit, slack, mixing).all(), op
