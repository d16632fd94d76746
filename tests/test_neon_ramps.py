"""Lamps in a look: a color that grows pure may grow darker, but not go out.

Ramps from white to the purest color of a camera's gamut, all hues, at white and up to six stops
over it, go through every display output of every shipped look. The light that a look leaves of a
color, against white, is at least half of what the same view leaves of it behind gamut compression
alone.
"""

import functools

import numpy as np
import pytest

import grade
from grade.graph import Look
from grade.graph.file.shipped import shipped_looks

from .draw import some
from .windows_off import everywhere

GAMUTS = ("ARRI Wide Gamut 4", "S-Gamut3.Cine", "REDWideGamutRGB", "V-Gamut")
OVER_WHITE = (0, 2, 4, 6)
HUES = np.arange(0, 360, 5)
LOOKS = shipped_looks()
DISPLAYS = ("sdr", "hdr", "p3")
LUMINANCE = {
    "sdr": (0.2126, 0.7152, 0.0722),
    "p3": (0.2290, 0.6917, 0.0793),
    "hdr": (0.2627, 0.6780, 0.0593),
}
# What a look leaves of the reference at least, where that is less than half, and why.
LESS = {
    "noir": (0.04, "a red filter drops blue and green"),
    "bleach_bypass": (0.15, "the silver is a black-and-white image, and a contrasty one"),
    "desert": (0.35, "a part of the silver stays"),
    "day_for_night": (0.29, "reds die first at night"),
    "teal_orange": (0.26, "blues are turned to a darker teal"),
    "pastel": (0.26, "the purest colors turn to powder, magenta most"),
    "green_thriller": (0.32, "blues sour"),
    "print_2383": (0.44, "the yellow dye takes blue from the lights"),
    "cross_process": (0.47, "the blue layer is flat"),
}


def lamps():
    """(4 gamuts * 4 stops * 72 hues, 101 steps of saturation, 3) in ACES2065-1."""
    hues = np.stack([np.clip(abs((HUES / 60 + o) % 6 - 3) - 1, 0, 1) for o in (0, 4, 2)], -1)
    rgb = 1 - np.linspace(0, 1, 101)[None, :, None] * (1 - hues[:, None, :])
    stops = np.concatenate([rgb * 2.0**stop for stop in OVER_WHITE]).astype(np.float32)
    found = []
    for gamut in GAMUTS:
        look = Look("lamps", input=f"Linear {gamut}", working="ACES2065-1")
        look.outputs["m"] = look.source
        found.append(look.apply(stops))
    return np.concatenate(found)


LAMPS = functools.cache(lamps)


def light(code, output):
    code = np.asarray(code, np.float64)
    if output == "hdr":  # SMPTE ST 2084
        e = np.clip(code, 0, 1) ** (1 / 78.84375)
        linear = (np.maximum(e - 0.8359375, 0) / (18.8515625 - 18.6875 * e)) ** (
            1 / 0.1593017578125
        )
    else:
        linear = np.maximum(code, 0) ** (2.6 if output == "p3" else 2.4)
    return linear @ LUMINANCE[output]


def against_white(picture, output):
    shown = light(picture, output)
    return shown / shown[:, :1]


@functools.cache
def reference(output):
    op = Look.load(LOOKS["hdr_safe"]).outputs[output].op.values
    look = Look("reference", input="ACES2065-1", working="ACEScct")
    behind = look.source >> grade.GamutCompress()
    look.outputs[output] = behind >> grade.Display(op["display"], view=op["view"])
    return against_white(look.apply(LAMPS()), output)


@pytest.mark.parametrize(
    ("name", "output"), some([(name, output) for name in LOOKS for output in DISPLAYS], 8)
)
def test_a_lamp_does_not_go_out(name, output):
    picture = everywhere(Look.load(LOOKS[name])).apply(LAMPS(), output=output)
    assert np.isfinite(picture).all()
    left = against_white(picture, output) / reference(output)
    least, _ = LESS.get(name, (0.5, ""))
    assert left.min() >= least, f"{left.min():.3f}"


def test_every_exception_is_a_look():
    assert set(LESS) <= set(LOOKS)


def test_a_lamp_that_goes_out_is_found():
    look = Look.load(LOOKS["neutral"])
    behind = look.source >> grade.FilmDensity(1.6, absorption=0.3)
    look.outputs["sdr"] = behind >> grade.Display(
        "Rec.1886 Rec.709 - Display", view="ACES 2.0 - SDR 100 nits (Rec.709)"
    )
    left = against_white(look.apply(LAMPS(), output="sdr"), "sdr") / reference("sdr")
    assert left.min() < 0.1
