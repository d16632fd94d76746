"""Convert: from one colour space to another."""

import numpy as np
import pytest

from grade.color.errors import UnknownSpace
from grade.op import ParameterError, find_op
from grade.ops.convert import Convert

EXAMPLES = [
    Convert(src="ACEScct", dst="ACEScg"),
    Convert(src="ACES2065-1", dst="ACEScct", amount=0.5),
    Convert(src="ACEScg", dst="ARRI LogC4"),
]


def test_published_values():
    """S-2016-001: 0.18 is 0.4135884 in ACEScct, and its toe begins at 0.0078125."""
    to_log = Convert(src="ACEScg", dst="ACEScct")
    assert to_log.evaluate(0.18) == pytest.approx(0.4135884, abs=1e-6)
    assert to_log.evaluate(0.0078125) == pytest.approx(0.155251141552511, abs=1e-6)
    assert to_log.evaluate(0.0) == pytest.approx(0.0729055341958355, abs=1e-6)


def test_negative_light_stays():
    pair = Convert(src="ACEScg", dst="ACEScct")
    assert pair.evaluate(pair.evaluate(-0.02), inverse=True) == pytest.approx(-0.02, abs=1e-9)


def test_there_and_back():
    pixels = np.random.default_rng(1).uniform(0, 0.9, (100, 3))
    op = Convert(src="ARRI LogC4", dst="ACES2065-1")
    np.testing.assert_allclose(op.evaluate(op.evaluate(pixels), inverse=True), pixels, atol=1e-6)


def test_equal_spaces_change_nothing():
    pixels = np.array([[0.1, -0.0, np.inf], [np.nan, 1e-30, -5.0]])
    same = Convert(src="scene_linear", dst="ACEScg").evaluate(pixels)
    np.testing.assert_array_equal(same, pixels)
    assert not Convert(src="ACEScg", dst="ACEScg").neutral()  # it depends on the config


def test_in_the_kernel():
    """What the traced op gives, float32, is what the formula gives."""
    from grade.ir.expression import channels, make, rgb
    from grade.ir.program import Program, Stage, Uniform
    from grade.ir.storage import Layout
    from grade.ir.types import F32
    from grade.run import executor

    uniforms = []

    def uniform(name, low, high):
        uniforms.append(Uniform(name, F32, low, high))
        return make("uniform", (), (F32, len(uniforms) - 1))

    op = Convert(src="ACEScct", dst="ACEScg", name="to_light")
    source = rgb(*(make("load", (), (F32, 0, c)) for c in range(3)))
    traced = channels(op.trace(source, uniform))
    assert [u.name for u in uniforms] == ["to_light.amount"]
    layout = Layout(3, "f32")
    program = Program((layout,), (layout,), tuple(uniforms), (Stage(tuple(traced)),))
    pixels = np.random.default_rng(2).uniform(-0.1, 1.0, (4, 50, 3)).astype(np.float32)
    result = np.empty_like(pixels)
    executor("cpu").prepare(program)([pixels], [result], [1.0])
    np.testing.assert_allclose(result, op.evaluate(pixels), rtol=3e-6, atol=1e-7)


def test_what_is_missing_or_unknown():
    assert find_op("convert") is Convert
    with pytest.raises(ParameterError, match=r"convert\.dst: name the space"):
        Convert(src="ACEScg")
    with pytest.raises(ParameterError, match=r"trim\.src: the space of the picture is not known"):
        Convert(dst="ACEScg", name="trim").evaluate(0.2)
    with pytest.raises(UnknownSpace, match="Nearest: ACEScg"):
        Convert(src="ACEScgg", dst="ACEScct").evaluate(0.2)
    with pytest.raises(UnknownSpace, match="no color space 'ARRI LogC4'"):
        cg = "cg-config-v1.0.0_aces-v1.3_ocio-v2.1"
        Convert(src="ARRI LogC4", dst="ACEScg", config=cg).evaluate(0.2)
