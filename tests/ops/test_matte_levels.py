"""MatteLevels: black, white, gamma."""

import numpy as np
import pytest

from grade.op import MatteError, ParameterError
from grade.ops import Ellipse, Exposure, LumaQualifier, MatteLevels


def test_defaults_give_the_bits_of_the_input(plate):
    mattes = np.array([0.0, -0.0, 1.0, 1e-45, 1e-39, 0.18, 0.999999], np.float32)
    assert plate.through(MatteLevels(), mattes).tobytes() == mattes.tobytes()
    assert plate.through(MatteLevels(0.1, 0.6, 2.0, amount=0), mattes).tobytes() == mattes.tobytes()


def test_black_white_and_gamma():
    m = np.linspace(0, 1, 21)
    want = np.clip((m - 0.15) / 0.55, 0, 1) ** (1 / 1.7)
    assert MatteLevels(0.15, 0.7, 1.7).evaluate(m) == pytest.approx(want, abs=1e-12)
    half = MatteLevels(0.15, 0.7, 1.7, amount=0.5).evaluate(m)
    assert half == pytest.approx((m + want) / 2, abs=1e-12)


def test_it_never_turns_a_matte_round():
    for levels in (MatteLevels(0.2, 0.3, 0.01), MatteLevels(0.0, 0.01, 100), MatteLevels(0.9, 1.0)):
        matte = levels.evaluate(np.linspace(0, 1, 500))
        assert (np.diff(matte) >= 0).all() and matte[0] == 0 and matte[-1] == 1


def test_black_above_white_is_refused():
    with pytest.raises(ParameterError, match=r"clean\.black = 0\.6: not below white = 0\.4 matte"):
        MatteLevels(0.6, 0.4, name="clean")


def test_windows_and_keys_go_through_it_and_it_through_no_picture_op():
    levels = MatteLevels(0.1, 0.9)
    assert (Ellipse() >> levels).operands[0].kind == "ellipse"
    assert (LumaQualifier() >> levels).operands[0].kind == "luma_qualifier"
    with pytest.raises(MatteError, match=r"matte=\.\.\."):
        Ellipse() >> levels >> Exposure(1.0)
