"""Display: what a screen is sent."""

import numpy as np
import pytest

from grade.color.errors import ConfigError, UnknownSpace
from grade.op import ParameterError, find_op
from grade.ops.display import Display
from grade.ops.ocio_look import OCIOLook

REC1886 = "Rec.1886 Rec.709 - Display"
PLAIN = "Un-tone-mapped"
EXAMPLES = [
    Display(REC1886, view=PLAIN, src="ACEScg"),
    Display("sRGB - Display", view=PLAIN, src="ACEScct"),
    Display("Rec.2100-PQ - Display", view=PLAIN, src="ACES2065-1"),
]


def test_gamma_and_white():
    """Light of 0.18 through an inverse gamma of 2.4; white is 1, and the view adds nothing."""
    op = Display(REC1886, view=PLAIN, src="lin_rec709")
    assert op.evaluate(0.18) == pytest.approx(0.18 ** (1 / 2.4), abs=1e-6)
    assert op.evaluate(1.0) == pytest.approx(1.0, abs=1e-6)
    assert op.evaluate(-0.5) == pytest.approx(-(0.5 ** (1 / 2.4)), abs=1e-6)  # mirrored


def test_srgb_has_a_line_near_black():
    op = Display("sRGB - Display", view=PLAIN, src="lin_rec709")
    assert op.evaluate(0.001) == pytest.approx(0.01292, abs=1e-5)  # IEC 61966-2-1


def test_pq():
    """SMPTE ST 2084: light of 1.0 is 100 cd/m2, code 0.508."""
    op = Display("Rec.2100-PQ - Display", view=PLAIN, src="lin_rec2020")
    assert op.evaluate(1.0) == pytest.approx(0.508078, abs=2e-5)


def test_there_and_back():
    pixels = np.random.default_rng(1).uniform(0.05, 0.95, (100, 3))
    op = Display(REC1886, view=PLAIN, src="ACEScg")
    np.testing.assert_allclose(op.evaluate(op.evaluate(pixels, inverse=True)), pixels, atol=1e-6)


def test_what_is_missing_or_unknown():
    assert find_op("display") is Display
    with pytest.raises(ParameterError, match=r"display\.view: name the view"):
        Display(REC1886)
    with pytest.raises(ParameterError, match=r"display\.src: the space of the picture"):
        Display(REC1886, view=PLAIN).evaluate(0.2)
    with pytest.raises(UnknownSpace, match="its views are"):
        Display(REC1886, view="Film", src="ACEScg").evaluate(0.2)


def test_looks_take_the_place_of_the_view_s_own():
    gamut = "ACES 1.3 Reference Gamut Compression"
    outside = [0.5, 0.3, -0.05]
    plain = Display(REC1886, view=PLAIN, src="ACEScg").evaluate(outside)
    none = Display(REC1886, view=PLAIN, src="ACEScg", looks="").evaluate(outside)
    looked = Display(REC1886, view=PLAIN, src="ACEScg", looks=gamut).evaluate(outside)
    np.testing.assert_allclose(none, plain, atol=1e-7)
    compressed = OCIOLook(gamut, space="ACEScg").evaluate(outside)
    expected = Display(REC1886, view=PLAIN, src="ACEScg").evaluate(compressed)
    np.testing.assert_allclose(looked, expected, atol=1e-6)
    assert np.abs(looked - plain).max() > 0.01
    with pytest.raises(UnknownSpace, match="has no look 'Film'"):
        Display(REC1886, view=PLAIN, src="ACEScg", looks="Film").evaluate(0.2)


def test_context_variables_of_another_form_are_refused():
    with pytest.raises(ConfigError, match="takes NAME=VALUE"):
        Display(REC1886, view=PLAIN, src="ACEScg", context="SHOT").evaluate(0.2)
