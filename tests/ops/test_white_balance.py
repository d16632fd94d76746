"""WhiteBalance: against colour-science, and the way each knob turns."""

import warnings
from pathlib import Path

import colour
import numpy as np
import pytest

import grade
from grade.graph.file.load import from_text
from grade.op import ParameterError, Working
from grade.ops import WhiteBalance
from grade.science.primaries import PRIMARIES, Primaries


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
    with pytest.raises(ParameterError, match=r"temperature = 3200: .*25000 K.*locus auto"):
        WhiteBalance(3200, locus="daylight")
    with pytest.raises(ParameterError, match=r"warmth = 90 mired: with temperature 9000 K .*40"):
        WhiteBalance(9000, warmth=90)
    with pytest.raises(ParameterError, match=r"warmth = 90 mired.*outside 67\.\.1000"):
        WhiteBalance(8000, warmth=90, locus="blackbody")
    with pytest.raises(ParameterError, match=r"no light of 1000 K"):
        WhiteBalance(1000, 0.05)


# --- the locus of lamps and skies -----------------------------------------------------------------


@pytest.mark.parametrize("kelvin", [2000, 3000, 4000, 4200, 4500, 4800, 5000, 6504, 12000, 25000])
def test_auto_is_the_reference_light_of_cie_224(kelvin):
    """colour-science computes it from spectra; Krystek is within 0.00009 of Planck's law."""
    # It says so when it samples the observer at the steps of its spectra.
    warnings.filterwarnings("ignore", message="Aligning")
    sd = colour.quality.cfi2017.sd_reference_illuminant(kelvin, colour.SpectralShape(380, 780, 5))
    cmfs = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"].copy()
    xyz = colour.sd_to_XYZ(sd, cmfs.align(sd.shape), method="Integration")
    published = colour.xy_to_UCS_uv(colour.XYZ_to_xy(xyz))
    assert np.allclose(WhiteBalance.light(kelvin, 0.0, "auto"), published, atol=2e-4)


def test_auto_has_no_jump_and_its_ends_are_the_loci_to_the_bit():
    for kelvin in (1500.0, 4000.0):
        assert WhiteBalance.light(kelvin, 0.0) == WhiteBalance.light(kelvin, 0.0, "blackbody")
    for kelvin in (5000.0, 9000.0):
        assert WhiteBalance.light(kelvin, 0.0) == WhiteBalance.light(kelvin, 0.0, "daylight")
    mireds = np.linspace(150, 300, 15001)
    u, v = np.array([WhiteBalance.light(1e6 / m, 0.0) for m in mireds[::50]]).T
    assert np.hypot(np.diff(u), np.diff(v)).max() < 6e-4
    assert (np.diff(u) > 0).all() and (np.diff(v) > 0).all()


def test_daylight_balanced_to_6000_kelvin_is_not_green():
    """A grey card under D60, the sky's light of 6000 K, in AP1."""
    to_xyz = np.reshape(PRIMARIES["ap1"].to_xyz, (3, 3))
    xy = colour.temperature.CCT_to_xy_CIE_D(6000)
    card = 0.18 * np.linalg.solve(to_xyz, colour.xy_to_XYZ(xy))
    assert np.allclose(WhiteBalance(6000).evaluate(card), 0.18, rtol=1e-6)
    red, green, blue = WhiteBalance(6000, locus="blackbody").evaluate(card)
    assert green > 1.01 * max(red, blue)


# --- relative to the working white ----------------------------------------------------------------

DCI = Primaries.from_numbers([0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351])


@pytest.mark.parametrize("space", [*PRIMARIES, "dci"])
def test_0_0_is_the_identity_in_every_working_space(space, run):
    """Not by the switch of neutral values alone: next to 0 the white hardly moves."""
    working = Working({**PRIMARIES, "dci": DCI}[space].to_xyz, lambda light: light)
    x = np.random.default_rng(2).uniform(0, 4, (40, 3)).astype(np.float32)
    assert np.array_equal(run(WhiteBalance(), x, working=working), x)
    for locus in ("auto", "blackbody", "daylight"):
        nearly = run(WhiteBalance(tint=1e-9, locus=locus), x, working=working)
        assert np.allclose(nearly, x, rtol=2e-6, atol=2e-6)
        nearly = run(WhiteBalance(warmth=1e-4, locus=locus), x, working=working)
        assert np.allclose(nearly, x, rtol=1e-5, atol=1e-5)


def measured(op, working):
    """Color temperature in mired and Duv of the light that the op makes white."""
    to_xyz = np.reshape(working.to_xyz, (3, 3))
    seen = op.evaluate([1.0, 1.0, 1.0], inverse=True, working=working)
    uv = colour.xy_to_UCS_uv(colour.XYZ_to_xy(to_xyz @ seen))
    kelvin, duv = colour.temperature.uv_to_CCT(uv, method="Ohno 2013")
    return 1e6 / kelvin, duv


@pytest.mark.parametrize(("warmth", "tint"), [(20, 0), (-35, 0), (0, 0.008), (15, -0.01)])
@pytest.mark.parametrize("space", ["ap1", "rec709", "dci"])
def test_the_light_moves_by_minus_the_warmth_and_by_the_tint(space, warmth, tint):
    working = Working({**PRIMARIES, "dci": DCI}[space].to_xyz, lambda light: light)
    start, moved = (
        measured(op, working) for op in (WhiteBalance(), WhiteBalance(warmth=warmth, tint=tint))
    )
    assert moved[0] - start[0] == pytest.approx(-warmth, abs=0.6)
    # The daylight locus itself changes its distance from Planck's by some 0.0005 on the way.
    assert moved[1] - start[1] == pytest.approx(tint, abs=6e-4)


def test_absolute_comes_first_then_relative():
    twice = WhiteBalance(5000, warmth=30).evaluate([0.2, 0.3, 0.4])
    once = WhiteBalance(1e6 / (1e6 / 5000 - 30)).evaluate([0.2, 0.3, 0.4])
    assert np.allclose(twice, once, rtol=1e-9)


def test_the_inverse_of_a_move_is_the_way_back(run):
    x = np.random.default_rng(4).uniform(0, 2, (20, 3)).astype(np.float32)
    op = WhiteBalance(warmth=40, tint=0.01)
    assert np.allclose(run(op, run(op, x), inverse=True), x, rtol=2e-6, atol=1e-6)


def test_a_move_ends_at_the_last_light_of_the_locus():
    far = WhiteBalance(warmth=200).evaluate([0.18] * 3)
    assert np.allclose(far, WhiteBalance(warmth=150).evaluate([0.18] * 3))
    assert np.isfinite(far).all()


def test_keys_blend_in_mired():
    keyed = WhiteBalance({1001: 2500, 1011: 10000})
    assert keyed.at(1006).temperature == pytest.approx(4000)
    assert keyed.at(1001).temperature == 2500 and keyed.at(1020).temperature == 10000


def test_a_file_of_version_1_means_what_it_meant():
    text = """\
grade: 1
look: x
input: ACEScg
nodes:
  a: {op: white_balance, temperature: 5200}
  b: {op: white_balance, tint: 0.01}
  c:
    op: white_balance
    temperature:
      1: 3000
      9: 6000
  d: {op: white_balance, temperature: 5000, locus: daylight}
  e: {op: white_balance, temperature: 4000}
outputs:
  m: {from: e}
versions:
  v: {e.temperature: {1: 4000, 9: 5000}}
"""
    look = from_text(text, "x.grade.yaml", Path(), grade.Look)
    assert "  a: {op: white_balance, temperature: 5200, locus: blackbody}\n" in look.text
    assert "  d: {op: white_balance, temperature: 5000, locus: daylight}\n" in look.text
    assert [look.op(name).kind for name in "abcde"] == [
        "white_balance", "kelvin_balance", "kelvin_balance", "white_balance", "kelvin_balance"
    ]  # fmt: skip
    assert look.op("c").at(5).temperature == 4500
