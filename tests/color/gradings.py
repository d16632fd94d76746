"""What the tests of the grading transforms share: pixels, kernels, OpenColorIO, the measure."""

import functools

import numpy as np
import PyOpenColorIO as ocio

from grade.ir.error_bounds import error_bound
from grade.ir.expression import channels, make, rgb
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout, encode
from grade.ir.types import F32
from grade.passes.pipeline import relax
from grade.run import executor

STYLES = {"log": ocio.GRADING_LOG, "linear": ocio.GRADING_LIN, "video": ocio.GRADING_VIDEO}
SAMPLED, ALL = 40, 500  # parameter sets in every test run, and in the long one
SINGLE = (ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)


def pixels(draw):
    """Greys and colors from -0.5 to 1.5, and lights from 1e-4 to 60."""
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
        """Pixels in float32, and what finds the error that float32 can have made by first order."""
        numbers = [v for n, p in op.params().items() for v in p.flatten(op.values[n])]
        structure = tuple(op.values[n] for n, s in op.settings.items() if s.structural)
        names = tuple(n + part for n, p in op.params().items() for part in p.names(op.values[n]))
        key = (op.kind, structure, names, inverse)
        if key not in self.kernels:
            program = program_of(op, inverse)
            self.kernels[key] = executor("cpu").prepare(program), relax(program)
        kernel, program = self.kernels[key]
        target = np.empty_like(x)
        kernel([x[None]], [target[None]], numbers)
        return target, functools.partial(_bound, program, x, numbers)


def _bound(program, x, numbers):
    planes = [[x[None, :, c] for c in range(3)]]
    bounds = error_bound(program, planes, numbers)
    return np.stack([b.error[0] for b in bounds], axis=-1)


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


OURS, THEIRS = 1.5, 1000  # of the first-order bound; a logarithm of 15 bits is 256 ULP, and
# the whites of a tone grade go on with a difference of near numbers over a hundredth of the width
USUAL = 0.9  # of all values are within the limit itself, parameters drawn wide


def agree(run, op, transform, x, limits, inverse=False, mixing=False, usual=USUAL):
    """Our kernel with our float64 formula, and OpenColorIO with that: float64, and its bound.

    ``limits`` are for the first and for the second. A formula of many stages loses digits here
    and there: beyond the limit may be what rounding can do by first order, for the first at
    float32, for the second at the bits that OpenColorIO has. ``usual``: the share of the values
    that must be within the limit itself.
    """
    ours = op.evaluate(x, inverse=inverse)
    kernel, bound = run(op, x, inverse)
    theirs = opencolorio(transform, x)
    for actual, limit, times in ((kernel, limits[0], OURS), (theirs, limits[1], THEIRS)):
        far = apart(actual, ours, mixing)
        if (far <= limit).all():
            continue
        wrong = (far > limit) & (np.abs(actual - ours) > times * bound())
        at = wrong.any(axis=-1)
        assert not at.any(), (op, x[at], actual[at], ours[at], far[wrong], bound()[at])
        assert (far <= limit).mean() >= usual, (op, np.sort(far.ravel())[-20:])
    return ours, bound


def steps_agree(step, op, x, inverse=False):
    """The step of constants is the op: in float64, to rounding."""
    expected = op.evaluate(x, inverse=inverse)
    np.testing.assert_allclose(step(x.astype(np.float64)), expected, rtol=1e-8, atol=1e-11)
