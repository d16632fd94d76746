"""What the color tests share: samples, the oracle, and the way through the compiler."""

import numpy as np
import pytest

from grade.ir.expression import channels, make, rgb
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout
from grade.ir.types import F32


def program_of(transform):
    """One stage that reads three floats, maps them and writes three floats."""
    layout = Layout(3, "f32")
    source = rgb(*(make("load", (), (F32, 0, c)) for c in range(3)))
    stage = Stage(tuple(channels(rgb(*channels(transform(source))))))
    return verify(Program((layout,), (layout,), (), (stage,)))


@pytest.fixture(scope="session")
def compiled():
    """``compiled(transform, pixels)``: the float32 pixels that the CPU kernel gives."""
    from grade.run import executor

    def run(transform, pixels):
        result = np.empty_like(pixels)
        executor("cpu").prepare(program_of(transform))([pixels[None]], [result[None]])
        return result

    return run


@pytest.fixture(scope="session")
def as_program():
    return program_of


@pytest.fixture(scope="session")
def oracle():
    """``oracle(processor, pixels)``: OpenColorIO, lossless, float32."""
    import PyOpenColorIO as ocio

    def run(processor, pixels):
        single = (ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)
        lossless = processor.getOptimizedProcessor(*single)
        result = np.ascontiguousarray(pixels, dtype=np.float32).copy()
        lossless.getOptimizedCPUProcessor(*single).applyRGB(result)
        return result

    return run


@pytest.fixture(scope="session")
def processor_of():
    """``processor_of(transform)``: an OpenColorIO processor, the cache off."""
    import PyOpenColorIO as ocio

    config = ocio.Config.CreateRaw()
    config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
    return config.getProcessor


@pytest.fixture(scope="session")
def samples():
    """Ramps of grey -0.5..1.5, greys 1e-6..200 evenly over the decades, random colors."""
    random = np.random.default_rng(20240229)
    ramp = np.linspace(-0.5, 1.5, 2001)
    decades = np.exp(np.linspace(np.log(1e-6), np.log(200.0), 2001))
    return np.concatenate(
        [
            np.repeat(ramp[:, None], 3, axis=1),
            np.repeat(decades[:, None], 3, axis=1),
            random.uniform(-0.5, 1.5, (6000, 3)),
            np.exp(random.uniform(np.log(1e-6), np.log(200.0), (2000, 3))),
        ]
    ).astype(np.float32)


@pytest.fixture(scope="session")
def corners():
    """NaN of both signs and with a payload, infinities, zeros, denormals, the ends of the range."""
    patterns = np.array([0x7FC00000, 0xFFC00000, 0x7FC01234], dtype=np.uint32).view(np.float32)
    numbers = [np.inf, -np.inf, 0.0, -0.0, 1e-42, -1e-42, 3.4e38, -3.4e38, 65504, 65519, 65520]
    odd = np.concatenate([patterns, np.float32(numbers)])
    ordinary = np.full((len(odd), 3), (0.2, 0.3, 0.4), dtype=np.float32)
    rows = []
    for channel in range(3):
        row = ordinary.copy()
        row[:, channel] = odd
        rows.append(row)
    return np.concatenate(rows)


@pytest.fixture(scope="session")
def difference():
    """``difference(ours, theirs)``: min(absolute, relative to |theirs| + 1e-4); 0 for two NaN."""

    def measure(ours, theirs, whole_pixel=False):
        ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
        size = np.abs(theirs)
        if whole_pixel:
            size = np.where(np.isfinite(size), size, 0).max(axis=-1, keepdims=True)
        with np.errstate(all="ignore"):
            absolute = np.where(ours == theirs, 0.0, np.abs(ours - theirs))
            found = np.minimum(absolute, absolute / (size + 1e-4))
        return np.where(np.isnan(ours) & np.isnan(theirs), 0.0, found)

    return measure


@pytest.fixture(scope="session")
def classes():
    """``classes(pixels)``: 9 for NaN, 1 and -1 for the infinities, 0 for a number."""

    def of(pixels):
        with np.errstate(invalid="ignore"):
            sign = np.where(np.isinf(pixels), np.sign(pixels), 0)
        return np.where(np.isnan(pixels), 9, sign).astype(int)

    return of
