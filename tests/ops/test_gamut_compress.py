"""GamutCompress: the published vector, OpenColorIO, and what it keeps."""

import numpy as np
import PyOpenColorIO as OCIO
import pytest

from grade.ops import GamutCompress

REFERENCE = [1.147, 1.264, 1.312, 0.815, 0.803, 0.88, 1.2]
OTHER = [1.2, 1.4, 1.1, 0.7, 0.5, 0.9, 2.0]
NAMES = ("cyan", "magenta", "yellow", "threshold_cyan", "threshold_magenta", "threshold_yellow",
         "power")  # fmt: skip


def theirs(pixels, parameters, way):
    fixed = OCIO.FixedFunctionTransform(OCIO.FIXED_FUNCTION_ACES_GAMUT_COMP_13, parameters)
    processor = OCIO.Config.CreateRaw().getProcessor(fixed, way)
    result = np.ascontiguousarray(pixels).copy()
    processor.getOptimizedCPUProcessor(OCIO.OPTIMIZATION_LOSSLESS).applyRGB(result)
    return result


@pytest.mark.parametrize("parameters", [REFERENCE, OTHER], ids=["reference", "other"])
def test_opencolorio_agrees(run, parameters):
    op = GamutCompress(**dict(zip(NAMES, parameters, strict=True)))
    x = np.random.default_rng(7).uniform(-0.5, 1.5, (2000, 3)).astype(np.float32)
    assert np.abs(run(op, x) - theirs(x, parameters, OCIO.TRANSFORM_DIR_FORWARD)).max() < 2e-6
    y = run(op, x[x.max(axis=-1) > 0.5])  # farther out the inverse has its pole
    back = theirs(y, parameters, OCIO.TRANSFORM_DIR_INVERSE)
    assert np.abs(run(op, y, inverse=True) - back).max() < 1e-4


def test_the_limits_come_to_lie_on_the_edge():
    for channel, limit in enumerate(REFERENCE[:3]):
        x = [1.0, 1.0, 1.0]
        x[channel] = 1 - limit
        assert abs(GamutCompress().evaluate(x)[channel]) < 1e-12


def test_colours_within_the_thresholds_keep_their_bits(run):
    x = np.random.default_rng(9).uniform(0.3, 1, (500, 3)).astype(np.float32)
    assert np.array_equal(run(GamutCompress(), x), x)


def test_what_has_no_distance(run):
    assert np.array_equal(run(GamutCompress(), [[0, -1, -0.5]]), [[0, 0, 0]])
    assert np.isnan(run(GamutCompress(), [[np.inf, 0.5, 0.5]])).all()
