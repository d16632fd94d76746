"""White balance on a locus that has tungsten and daylight, absolute and relative to a white.

The right answer: a grey card under the light in question comes out neutral. The light is computed
by colour-science: Planck's law below 4000 K, the CIE D series above 5000 K, and between them their
mixture at equal luminance, as CIE 224:2017 and TM-30 mix their reference. A relative setting starts
at the white of the pixels: along that locus by minus the warmth in mired, and by the tint in Duv
across it, to the green side for a positive one. Krystek's formula of Planck's locus is within
0.00009 in u, v, which is 0.4 % of blue under tungsten.
"""

import colour
import numpy as np
import pytest

from grade.op import Working
from grade.ops import WhiteBalance
from grade.science.primaries import PRIMARIES, Primaries

DCI = Primaries.from_numbers([0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351])
SPACES = {**PRIMARIES, "dci": DCI}

LIGHTS = {
    "auto at 2856 K": ({"temperature": 2856}, "ap1"),
    "auto at 3999 K": ({"temperature": 3999}, "rec709"),
    "auto at 4250 K": ({"temperature": 4250}, "ap1"),
    "auto at 4500 K": ({"temperature": 4500}, "awg4"),
    "auto at 4900 K": ({"temperature": 4900}, "ap1"),
    "auto at 5500 K": ({"temperature": 5500}, "ap1"),
    "auto at 6000 K": ({"temperature": 6000}, "ap1"),
    "auto at 20000 K": ({"temperature": 20000}, "rec709"),
    "tungsten, a little green": ({"temperature": 3200, "tint": 0.004}, "ap1"),
    "20 mired warmer than AP1": ({"warmth": 20}, "ap1"),
    "20 mired cooler than AP1": ({"warmth": -20}, "ap1"),
    "60 mired warmer than Rec.709": ({"warmth": 60}, "rec709"),
    "80 mired cooler than Rec.709": ({"warmth": -80}, "rec709"),
    "a hundredth more magenta": ({"tint": 0.01}, "rec709"),
    "warmer and less magenta": ({"warmth": 15, "tint": -0.006}, "ap1"),
    "from the white of DCI": ({"warmth": 25, "tint": 0.002}, "dci"),
    "absolute, then 10 mired": ({"temperature": 5600, "warmth": 10}, "ap1"),
    "absolute, across the mixture": ({"temperature": 5200, "warmth": -40, "tint": 0.003}, "ap1"),
}


def locus(mired):
    """CIE 1960 u, v of the light of a color temperature."""
    kelvin = 1e6 / mired
    planck = np.asarray(colour.temperature.CCT_to_uv(kelvin, method="Planck 1900"))
    if kelvin <= 4000:
        return planck
    daylight = colour.xy_to_UCS_uv(colour.temperature.CCT_to_xy_CIE_D(kelvin))
    part = min((kelvin - 4000) / 1000, 1.0)
    xyz = [colour.xy_to_XYZ(colour.UCS_uv_to_xy(uv)) for uv in (planck, daylight)]
    mixed = (1 - part) * xyz[0] + part * xyz[1]
    return np.asarray(colour.xy_to_UCS_uv(colour.XYZ_to_xy(mixed)))


def green(mired):
    """The unit vector across Planck's locus toward green."""
    kelvin = 1e6 / mired
    low, high = (
        np.asarray(colour.temperature.CCT_to_uv(kelvin + step, method="Planck 1900"))
        for step in (-1.0, 1.0)
    )
    along = (high - low) / np.hypot(*(high - low))
    return np.array([along[1], -along[0]])


def light(settings, white):
    """u, v of the light that shall become white."""
    warmth, tint = settings.get("warmth", 0.0), settings.get("tint", 0.0)
    if "temperature" in settings:
        start, off = 1e6 / settings["temperature"], 0.0
    else:
        places = np.linspace(60, 400, 34001)
        near = np.hypot(*(np.array([locus(m) for m in places[::100]]) - white).T)
        fine = np.linspace(*(places[::100][near.argmin()] + np.array([-1, 1])), 2001)
        start = fine[np.hypot(*(np.array([locus(m) for m in fine]) - white).T).argmin()]
        off = (white - locus(start)) @ green(start)
    return locus(start - warmth) + (off + tint) * green(start - warmth)


@pytest.mark.parametrize("name", LIGHTS)
def test_a_card_under_the_light_is_neutral(name):
    settings, primaries = LIGHTS[name]
    to_xyz = np.reshape(SPACES[primaries].to_xyz, (3, 3))
    white = colour.xy_to_UCS_uv(colour.XYZ_to_xy(to_xyz.sum(axis=1)))
    xyz = colour.xy_to_XYZ(colour.UCS_uv_to_xy(light(settings, white)))
    card = 0.18 * np.linalg.solve(to_xyz, xyz)
    working = Working(SPACES[primaries].to_xyz, lambda light: light)
    got = WhiteBalance(**settings).evaluate(card, working=working)
    assert np.allclose(got, 0.18, rtol=5e-3), f"right 0.18 0.18 0.18, got {got.round(4)}"
