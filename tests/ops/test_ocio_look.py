"""OCIOLook: looks of a config, wherever the picture is."""

import numpy as np
import pytest

from grade.color.errors import UnknownSpace
from grade.graph import Look
from grade.op import ParameterError, find_op
from grade.ops.convert import Convert
from grade.ops.ocio_look import OCIOLook

GAMUT = "ACES 1.3 Reference Gamut Compression"
EXAMPLES = [
    OCIOLook(GAMUT, space="ACEScg"),
    OCIOLook(GAMUT, space="ACES2065-1"),
    OCIOLook(GAMUT, space="ACEScg", amount=0.4, channels="rg"),
]


def test_what_lies_outside_comes_in():
    """ACES 1.3: a distance beyond 1 from the achromatic axis is compressed, up to the limits."""
    assert find_op("ocio_look") is OCIOLook
    inside = EXAMPLES[0].evaluate([0.5, 0.3, -0.05])
    assert inside[0] == pytest.approx(0.5, abs=1e-6) and inside[2] > 0


def test_it_works_in_every_space_alike():
    pixels = np.array([[0.5, 0.3, -0.05], [0.1, 0.6, 0.2]])
    log = Convert(src="ACEScg", dst="ACEScct")
    there = OCIOLook(GAMUT, space="ACEScct").evaluate(log.evaluate(pixels))
    np.testing.assert_allclose(there, log.evaluate(EXAMPLES[0].evaluate(pixels)), atol=1e-5)


def test_in_a_look_the_graph_knows_the_space(tmp_path):
    look = Look("x", working="ACEScg")
    look.outputs["m"] = look.source >> OCIOLook(GAMUT, name="gamut", amount=0.5)
    pixel = np.array([[[0.5, 0.3, -0.05]]], np.float32)
    whole = EXAMPLES[0].evaluate(pixel[0, 0])
    np.testing.assert_allclose(look.apply(pixel)[0, 0], (pixel[0, 0] + whole) / 2, atol=1e-6)
    assert Look.load(look.save(tmp_path / "x.grade.yaml")) == look


def test_what_is_missing_or_unknown():
    with pytest.raises(ParameterError, match=r"ocio_look\.looks: name the look"):
        OCIOLook()
    with pytest.raises(ParameterError, match=r"gamut\.space: the space of the picture"):
        OCIOLook(GAMUT, name="gamut").evaluate(0.2)
    with pytest.raises(UnknownSpace, match="has no look 'Gamut'"):
        OCIOLook("Gamut", space="ACEScg").evaluate(0.2)
