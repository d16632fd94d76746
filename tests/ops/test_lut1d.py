"""LUT1D: equal to OpenColorIO, with a domain of its own."""

import numpy as np
import PyOpenColorIO as OCIO
import pytest

from grade.op import ParameterError
from grade.ops import LUT1D


def test_opencolorio_agrees(run):
    entries = np.random.default_rng(12).uniform(-0.2, 1.3, (33, 3)).astype(np.float32)
    lut = OCIO.Lut1DTransform(33, False)
    lut.setData(entries)
    cpu = OCIO.Config.CreateRaw().getProcessor(lut).getDefaultCPUProcessor()
    x = np.random.default_rng(13).uniform(-0.3, 1.4, (500, 3)).astype(np.float32)
    x[:4, 0] = np.inf, -np.inf, np.nan, 1.0
    theirs = x.copy().reshape(1, -1, 3)
    cpu.applyRGB(theirs)
    assert np.abs(run(LUT1D(entries), x) - theirs[0]).max() < 5e-7


def test_the_domain_is_where_the_ends_are(run):
    op = LUT1D([0.0, 0.5, 1.0], domain_min=-2.0, domain_max=(2.0, 6.0, 10.0))
    assert run(op, [[0.0, 2.0, 4.0], [-9, -2, 10]]) == pytest.approx(
        np.array([[0.5, 0.5, 0.5], [0, 0, 1]])
    )


def test_what_is_no_table_is_refused():
    for table in ([1.0], np.zeros((4, 2)), [0.0, np.nan], "film.cube"):
        with pytest.raises(ParameterError, match=r"lut1d\.table = .*an array \(n,\) or \(n, 3\)"):
            LUT1D(table)
    with pytest.raises(ParameterError, match=r"domain_max = 0: not above domain_min = 0"):
        LUT1D([0.0, 1.0], domain_max=0.0)
