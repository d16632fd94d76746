"""Camera logarithms against colour-science, which was written from the makers' papers."""

import numpy as np
import pytest

from grade.color.config.config import DEFAULT, open_config

CONFIG = open_config(DEFAULT)

PAPER = 1e-4  # the maker's paper rounds the break point, and colour-science follows it
TABLE = 2e-5  # the config has a table where the paper has a formula

# space, its linear space, colour-science's name, largest relative difference
CAMERAS = [
    ("ACEScct", "ACEScg", "ACEScct", 5e-6),
    ("ARRI LogC4", "Linear ARRI Wide Gamut 4", "ARRI LogC4", 1e-5),
    ("ARRI LogC3 (EI800)", "Linear ARRI Wide Gamut 3", "ARRI LogC3", PAPER),
    ("S-Log3 S-Gamut3", "Linear S-Gamut3", "S-Log3", 3e-6),
    ("V-Log V-Gamut", "Linear V-Gamut", "V-Log", PAPER),
    ("Log3G10 REDWideGamutRGB", "Linear REDWideGamutRGB", "Log3G10", 3e-6),
    ("DaVinci Intermediate WideGamut", "Linear DaVinci WideGamut", "DaVinci Intermediate", 3e-6),
    ("BMDFilm WideGamut Gen5", "Linear BMD WideGamut Gen5", "Blackmagic Film Generation 5", 1e-5),
    ("D-Log D-Gamut", "Linear D-Gamut", "D-Log", 10 * PAPER),
    ("CanonLog2 CinemaGamut D55", "Linear CinemaGamut D55", "Canon Log 2", TABLE),
    ("CanonLog3 CinemaGamut D55", "Linear CinemaGamut D55", "Canon Log 3", TABLE),
    ("Apple Log", "Linear Rec.2020", "Apple Log Profile", TABLE),
]


@pytest.mark.parametrize(("log", "linear", "name", "tolerance"), CAMERAS)
def test_decoding(log, linear, name, tolerance):
    import colour

    codes = np.linspace(0.1, 0.95, 400)
    ours = CONFIG.convert(log, linear)(np.repeat(codes[:, None], 3, axis=1))[:, 0]
    with np.errstate(invalid="ignore"):
        theirs = colour.cctf_decoding(codes, function=name)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * 0.02)


@pytest.mark.parametrize(("log", "linear", "name", "tolerance"), CAMERAS)
def test_encoding(log, linear, name, tolerance):
    import colour

    light = np.exp(np.linspace(np.log(1e-3), np.log(12), 400))
    ours = CONFIG.convert(linear, log)(np.repeat(light[:, None], 3, axis=1))[:, 0]
    with np.errstate(invalid="ignore"):  # it computes branches that it does not take
        theirs = colour.cctf_encoding(light, function=name)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def test_acescc():
    """The config's ACEScc is a table of 4096 entries over 17 stops and more, exact at its nodes."""
    import colour

    codes = np.linspace(-0.3, 1.4, 400)
    ours = CONFIG.convert("ACEScc", "ACEScg")(np.repeat(codes[:, None], 3, axis=1))[:, 0]
    theirs = colour.cctf_decoding(codes, function="ACEScc")
    np.testing.assert_allclose(ours, theirs, rtol=5e-5, atol=1e-6)
