"""The inverse of a 3D LUT: ``forward(inverse(y)) - y`` beside that of OpenColorIO's lossless one.

y are colors that the cube has: what it gives for colors drawn at random, read between its nodes as
the inverse assumes (tetrahedra), and as the file asks (trilinear). OpenColorIO's own residual of
the same colors is the measure: ours may be twice as large.
"""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.graph import Look
from grade.ops import FileLUT

from ..color.cubes_to_invert import CUBES, cube_file
from ..draw import some

COUNT = 1000
NOISE = 1.2e-7  # one step of float32 at 1


def lossless(path, interpolation, direction):
    """OpenColorIO's lossless transform of a file, as a function of pixels."""
    transform = ocio.FileTransform(str(path), interpolation=interpolation, direction=direction)
    config = ocio.Config.CreateRaw()
    config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
    single = (ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)
    processor = config.getProcessor(transform).getOptimizedCPUProcessor(*single)

    def apply(pixels):
        result = np.ascontiguousarray(pixels, np.float32).copy()
        processor.applyRGB(result)
        return result

    return apply


def residuals(path, way):
    """The largest and the mean residual: OpenColorIO's, and ours."""
    interpolation = {"trilinear": ocio.INTERP_LINEAR, "tetrahedral": ocio.INTERP_TETRAHEDRAL}[way]
    forward, back = (
        lossless(path, interpolation, direction)
        for direction in (ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE)
    )
    y = forward(np.random.default_rng(5).uniform(0, 1, (COUNT, 3)))
    look = Look("back")
    look.outputs["master"] = look.source >> FileLUT(path, direction="inverse", interpolation=way)
    ours = look.apply(y[None])[0]
    kept = (y >= 0).all(-1) & (y <= 1).all(-1)  # OpenColorIO clamps the others first
    found = [np.abs(forward(x) - y)[kept].max(-1) for x in (back(y), ours)]
    return [(error.max(), error.mean()) for error in found]


@pytest.mark.parametrize("name", some(CUBES, 7))  # all in the full run
def test_the_residual_is_at_most_twice_that_of_opencolorio(name, tmp_path):
    path, wrong = cube_file(tmp_path, name), []
    for way in ("tetrahedral", "trilinear"):
        (right, right_mean), (got, got_mean) = residuals(path, way)
        print(f"{name}, {way}: OpenColorIO {right:.2e} mean {right_mean:.1e},",
              f"got {got:.2e} mean {got_mean:.1e}")  # fmt: skip
        if got > 2 * right + NOISE or got_mean > 2 * right_mean + NOISE:
            wrong.append(way)
    assert not wrong
