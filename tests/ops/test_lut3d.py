"""LUT3D: equal to OpenColorIO in both interpolations; axes are red, green, blue."""

import numpy as np
import PyOpenColorIO as OCIO
import pytest

from grade.op import ParameterError
from grade.ops import LUT3D

MODES = {"tetrahedral": OCIO.INTERP_TETRAHEDRAL, "trilinear": OCIO.INTERP_LINEAR}


@pytest.mark.parametrize("interpolation", MODES)
def test_opencolorio_agrees(run, interpolation):
    n = 5
    nodes = np.random.default_rng(14).uniform(-0.2, 1.3, (n, n, n, 3)).astype(np.float32)
    lut = OCIO.Lut3DTransform(n)
    lut.setData(nodes)
    lut.setInterpolation(MODES[interpolation])
    cpu = OCIO.Config.CreateRaw().getProcessor(lut).getDefaultCPUProcessor()
    x = np.random.default_rng(15).uniform(-0.2, 1.2, (600, 3)).astype(np.float32)
    x[0], x[1], x[2] = (np.inf, -np.inf, np.nan), (0.5, 0.5, 0.25), (1, 0.25, 0)
    theirs = x.copy().reshape(1, -1, 3)
    cpu.applyRGB(theirs)
    ours = run(LUT3D(nodes, interpolation=interpolation), x)
    assert np.abs(ours - theirs[0]).max() < 1e-6


def test_a_domain_beyond_one(run):
    corners = [[[[r, g, b] for b in (0, 8)] for g in (0, 8)] for r in (0, 8)]
    op = LUT3D(corners, domain_max=8.0)
    x = [[0.5, 4.0, 7.5], [9.0, -1.0, 8.0]]
    assert run(op, x) == pytest.approx(np.array([[0.5, 4.0, 7.5], [8, 0, 8]]), abs=1e-6)


def test_what_is_no_cube_is_refused():
    for table in (np.zeros((3, 3, 2, 3)), np.zeros((1, 1, 1, 3)), np.zeros((130, 1, 1, 3)), 7):
        with pytest.raises(ParameterError, match=r"lut3d\.table = .* axes red, green, blue"):
            LUT3D(table)
