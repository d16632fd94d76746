"""WhitePoint: against colour-science, and the white it promises."""

import colour
import numpy as np
import pytest

from grade.op import ParameterError, Working
from grade.ops import WhiteBalance, WhitePoint
from grade.science.primaries import PRIMARIES

TUNGSTEN = (0.44758, 0.40745)  # CIE illuminant A


@pytest.mark.parametrize("adaptation", ["CAT16", "CAT02", "Bradford"])
@pytest.mark.parametrize("toward", ["working", "chosen"])
def test_the_adaptation_is_von_kries(adaptation, toward):
    to_xyz = np.reshape(PRIMARIES["ap1"].to_xyz, (3, 3))
    whites = [colour.xy_to_XYZ(TUNGSTEN), to_xyz.sum(axis=1)]
    adapt = colour.adaptation.matrix_chromatic_adaptation_VonKries(
        *(whites if toward == "working" else whites[::-1]), transform=adaptation
    )
    x = np.random.default_rng(17).uniform(-0.2, 2, (20, 3))
    theirs = x @ (np.linalg.inv(to_xyz) @ adapt @ to_xyz).T
    assert np.allclose(WhitePoint(*TUNGSTEN, toward, adaptation).evaluate(x), theirs, atol=1e-6)


def test_what_has_the_chosen_white_becomes_neutral(run):
    space = PRIMARIES["awg4"]
    card = 0.18 * np.linalg.solve(np.reshape(space.to_xyz, (3, 3)), colour.xy_to_XYZ(TUNGSTEN))
    working = Working(space.to_xyz, lambda light: light)
    assert run(WhitePoint(*TUNGSTEN), [card], working=working) == pytest.approx(0.18, rel=1e-5)


def test_it_is_white_balance_with_the_white_of_its_kelvin():
    u, v = WhiteBalance.light(3200, 0.002, "blackbody")
    x = np.random.default_rng(18).uniform(0, 2, (20, 3))
    by_chromaticity = WhitePoint(*(float(c) for c in colour.UCS_uv_to_xy((u, v)))).evaluate(x)
    assert np.allclose(by_chromaticity, WhiteBalance(3200, 0.002).evaluate(x), atol=1e-9)


def test_the_white_of_the_space_changes_nothing():
    x = np.random.default_rng(19).uniform(0, 2, (20, 3))
    assert np.allclose(WhitePoint(0.32168, 0.33767).evaluate(x), x, atol=1e-12)


def test_a_white_has_two_coordinates_and_is_a_light():
    with pytest.raises(ParameterError, match=r"tint\.y: unset while x = 0\.31"):
        WhitePoint(x=0.31, name="tint")
    with pytest.raises(ParameterError, match=r"x, y = 0\.7, 0\.05: no light"):
        WhitePoint(0.7, 0.05)
