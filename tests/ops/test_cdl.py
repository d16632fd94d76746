"""CDL: the published order, its clamp as a switch, and what passes the power."""

import numpy as np
import PyOpenColorIO as OCIO
import pytest

from grade.ops import CDL

TEN = {
    "slope": (1.2, 1.0, 0.9), "offset": (-0.05, 0.0, 0.02), "power": (1.1, 1.0, 0.95),
    "saturation": 1.3,
}  # fmt: skip


def theirs(pixels, style):
    """OpenColorIO without its approximations, one pixel at a time."""
    cdl = OCIO.CDLTransform(
        *(list(TEN[k]) for k in ("slope", "offset", "power")), TEN["saturation"]
    )
    cdl.setStyle(style)
    processor = OCIO.Config.CreateRaw().getProcessor(cdl)
    cpu = processor.getOptimizedCPUProcessor(OCIO.OPTIMIZATION_LOSSLESS)
    return np.array([cpu.applyRGB([float(v) for v in pixel]) for pixel in pixels])


@pytest.mark.parametrize(("clamp", "style"), [(True, OCIO.CDL_ASC), (False, OCIO.CDL_NO_CLAMP)])
def test_opencolorio_agrees(run, clamp, style):
    x = np.random.default_rng(3).uniform(-0.5, 2, (400, 3)).astype(np.float32)
    ours = run(CDL(**TEN, clamp=clamp), x)
    assert np.abs(ours - theirs(x, style)).max() < 2e-6


def test_without_saturation_an_infinity_stays_in_its_channel(run):
    graded = run(CDL(slope=1.1, power=1.2), [[np.inf, 0.5, -np.inf]])[0]
    assert np.isinf(graded[[0, 2]]).all() and np.isfinite(graded[1])


def test_clamped_back_and_forth_within_the_cube(run):
    op = CDL(slope=0.8, offset=0.05, power=1.3, saturation=0.9, clamp=True)
    x = np.random.default_rng(4).uniform(0.2, 0.9, (300, 3))
    assert np.abs(run(op, run(op, x), inverse=True) - x).max() < 1e-6
    assert np.isnan(run(op, [[np.nan, 0.5, 0.5]])).all()


def test_clamp_alone_clamps(run):
    assert np.array_equal(run(CDL(clamp=True), [[-1, 0.5, 2]]), [[0, 0.5, 1]])
