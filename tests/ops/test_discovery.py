"""An op is one file: put it beside the others and everything knows it."""

import sys

import numpy as np
import pytest

import grade.ops
from grade.op import OPS, UnknownOp, find_op

TOY = '''
"""Flare: a toy."""

from grade.op import Op, Param


class Flare(Op):
    """Add veiling glare.

        y = x * (1 - glare) + glare
    """

    glare = Param(0.0, soft=(0, 0.2), hard=(0, 0.5), unit="fraction", doc="How much.")

    def forward(self, x):
        return x * (1 - self.glare) + self.glare
'''


@pytest.fixture
def flare(tmp_path):
    """The toy in a folder that the package also looks in; gone after the test."""
    (tmp_path / "flare.py").write_text(TOY)
    grade.ops.__path__.append(str(tmp_path))
    try:
        yield grade.ops.discover([str(tmp_path)], "grade.ops")["Flare"]
    finally:
        grade.ops.__path__.remove(str(tmp_path))
        OPS.pop("flare", None)
        sys.modules.pop("grade.ops.flare", None)


def test_one_file_is_an_op(flare, run):
    assert find_op("flare") is flare
    assert flare(0.1).evaluate(0.0) == 0.1
    assert np.allclose(run(flare(0.1), [[0.0, 0.5, 1.0]]), [[0.1, 0.55, 1.0]])
    corners = np.array([[-0.0, np.inf, 1e-45]], np.float32)
    assert np.array_equal(run(flare(), corners).view(np.int32), corners.view(np.int32))


def test_the_catalogue_is_the_folder():
    assert set(grade.ops.__all__) >= {"CDL", "Exposure", "LUT3D", "LiftGammaGain"}
    with pytest.raises(AttributeError, match="Did you mean Exposure"):
        grade.ops.Exposur  # noqa: B018
    with pytest.raises(UnknownOp, match="there is no op 'flare'"):
        find_op("flare")
