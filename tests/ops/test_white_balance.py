"""WhiteBalance: against colour-science, and the way each knob turns."""

import colour
import numpy as np
import pytest

from grade.op import ParameterError, Working
from grade.ops import WhiteBalance
from grade.science.primaries import PRIMARIES


def test_the_loci_are_the_published_ones():
    for kelvin in (1500, 2856, 5600, 12000):
        ours = WhiteBalance.light(kelvin, 0.0, "blackbody")
        assert np.allclose(ours, colour.temperature.CCT_to_uv_Krystek1985(kelvin), atol=1e-8)
        with_duv = colour.temperature.CCT_to_uv([kelvin, 0.01], method="Ohno 2013")
        assert np.allclose(WhiteBalance.light(kelvin, 0.01, "blackbody"), with_duv, atol=2e-4)
    for kelvin in (4000, 6504, 25000):
        uv = WhiteBalance.light(kelvin, 0.0, "daylight")
        published = colour.temperature.CCT_to_xy_CIE_D(kelvin)
        assert np.allclose(colour.UCS_uv_to_xy(uv), published, atol=1e-12)


@pytest.mark.parametrize("adaptation", ["CAT16", "CAT02", "Bradford"])
def test_the_adaptation_is_von_kries(adaptation):
    kelvin, to_xyz = 3200, np.reshape(PRIMARIES["ap1"].to_xyz, (3, 3))
    xy = colour.UCS_uv_to_xy(WhiteBalance.light(kelvin, 0.0, "blackbody"))
    adapt = colour.adaptation.matrix_chromatic_adaptation_VonKries(
        colour.xy_to_XYZ(xy), to_xyz.sum(axis=1), transform=adaptation
    )
    x = np.random.default_rng(16).uniform(0, 2, (20, 3))
    theirs = x @ (np.linalg.inv(to_xyz) @ adapt @ to_xyz).T
    ours = WhiteBalance(kelvin, adaptation=adaptation).evaluate(x)
    assert np.allclose(ours, theirs, atol=1e-6)


def test_the_light_on_set_becomes_white(run):
    """A grey card under the light, as the working space sees it, comes out neutral."""
    space = PRIMARIES["awg4"]
    u, v = WhiteBalance.light(3000, 0.004, "blackbody")
    xyz = np.array([1.5 * u / v, 1, (2 - 0.5 * u - 5 * v) / v])
    card = 0.18 * np.linalg.solve(np.reshape(space.to_xyz, (3, 3)), xyz)
    working = Working(space.to_xyz, lambda light: light)
    assert run(WhiteBalance(3000, 0.004), [card], working=working) == pytest.approx(0.18, rel=1e-5)


def test_higher_is_warmer_and_a_green_light_goes_magenta():
    warmer = WhiteBalance(8000).evaluate([0.18] * 3)
    assert warmer[0] > 0.18 > warmer[2]
    magenta = WhiteBalance(tint=0.01).evaluate([0.18] * 3)
    assert magenta[1] < 0.18 < min(magenta[0], magenta[2])


def test_a_locus_has_ends():
    with pytest.raises(ParameterError, match=r"temperature = 3200: .*4000\.\.25000 K"):
        WhiteBalance(3200, locus="daylight")
    with pytest.raises(ParameterError, match=r"no light of 1000 K"):
        WhiteBalance(1000, 0.05)
