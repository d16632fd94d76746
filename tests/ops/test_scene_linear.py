"""Ops that act on light give the same picture in every working space of the same primaries."""

import numpy as np
import pytest

import grade
from grade.op import AS_IS
from grade.ops import ColorCorrect, HueLumaCurve, NukeGrade, SaturationLumaCurve

KNOBS = {
    "blackpoint": 0.02, "whitepoint": 0.95, "lift": 0.03, "gain": 1.1, "multiply": 1.05,
    "offset": -0.01, "gamma": 1.2,
}  # fmt: skip
OPS = [
    NukeGrade(**KNOBS),
    ColorCorrect(gamma=1.2, contrast=1.15, shadows_gain=0.8, saturation=1.2, offset=0.01),
    HueLumaCurve([[0, 1.4], [120, 0.7], [240, 1.2]]),
    SaturationLumaCurve([[0, 1.3], [0.5, 0.8]]),
]
LIGHT = np.random.default_rng(5).uniform(0.01, 4.0, (1, 64, 3)).astype(np.float32)
every_op = pytest.mark.parametrize("op", OPS, ids=lambda op: op.kind)


def graded(op, working, **fields):
    look = grade.Look("x", input="ACEScg", working=working)
    node = op.copy(name="it", **fields)
    look.outputs["m"] = look.source >> node >> grade.Convert(dst="ACEScg")
    return look.apply(LIGHT, device="reference")


@every_op
@pytest.mark.parametrize("working", ["ACEScct", "ACEScg"])
def test_the_knobs_mean_light(op, working):
    expected = op.evaluate(LIGHT.astype(np.float64))
    assert np.allclose(graded(op, working), expected, rtol=1e-4, atol=1e-4)


@every_op
def test_code_values_are_to_be_had(op):
    """By the name of the space, or as the picture is."""
    here = graded(op, "ACEScct", space="ACEScct")
    assert not np.allclose(here, graded(op, "ACEScct"), rtol=1e-2)
    assert (here == graded(op, "ACEScct", space=AS_IS)).all()


def test_a_grade_that_is_pasted_from_nuke():
    """A = multiply (gain - lift) / (white - black), B = offset + lift - A black, then the gamma."""
    slope = 1.05 * (1.1 - 0.03) / (0.95 - 0.02)
    base = -0.01 + 0.03 - slope * 0.02
    expected = (slope * LIGHT.astype(np.float64) + base) ** (1 / 1.2)
    assert np.allclose(graded(NukeGrade(**KNOBS), "ACEScct"), expected, rtol=1e-4, atol=1e-4)
