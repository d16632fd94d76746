"""Neon lamps through every op that mixes channels on log codes.

A lamp is a color of a camera's wide gamut at 97 % to 100 % saturation, up to six stops over white.
In narrower primaries a channel of it is negative light, and the straight toe of a log curve makes
of that a code of -3 to -90. An op that mixes channels there spreads it over the others.

The right answer, derived: what a mixture may see of a channel is its light down to none, whose code
is c0. So y = mix(max(x, c0)) + (x - max(x, c0)). ``mix`` is the op's published formula, which its
own tests check; here it only ever sees codes of light, where nothing was wrong. c0 is what
OpenColorIO gives for light 0 in the space: 0.0729055 in ACEScct.
"""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.ops import (
    CDL,
    BleachBypass,
    FilmDensity,
    HueHueCurve,
    HueLumaCurve,
    HueRotate,
    HueSaturationCurve,
    LumaSaturationCurve,
    RGBCurves,
    RGBMixer,
    Saturation,
    SaturationLumaCurve,
    SaturationSaturationCurve,
    SplitTone,
    Vibrance,
)

CONFIG = ocio.Config.CreateFromFile("ocio://studio-config-v4.0.0_aces-v2.0_ocio-v2.5")
LUMA = [[0, 0], [0.4, 0.4], [0.7, 0.8]]
# Name, op, camera gamut of the lamp, working space, hue in degrees, saturation, stops over white.
LAMPS = [
    ("saturation up", Saturation(1.3), "ARRI Wide Gamut 4", "ACEScct", 0, 0.97, 4),
    ("saturation down", Saturation(0.6), "ARRI Wide Gamut 4", "ACEScct", 240, 0.97, 4),
    ("saturation in LogC3", Saturation(0.8), "REDWideGamutRGB", "ARRI LogC3 (EI800)", 230, 1, 6),
    ("hue_saturation_curve", HueSaturationCurve([[0, 0.7], [180, 1.2]]), "REDWideGamutRGB",
     "ACEScct", 240, 1, 5),
    ("hue_hue_curve", HueHueCurve([[0, 20], [240, -15]]), "S-Gamut3.Cine", "ACEScct", 250, 1, 4),
    ("luma_saturation_curve", LumaSaturationCurve([[-0.5, 0.5], [0.5, 1.2]]), "V-Gamut",
     "ACEScct", 235, 1, 6),
    ("saturation_saturation_curve", SaturationSaturationCurve([[0.5, 1], [1, 0.7]]),
     "ARRI Wide Gamut 4", "ACEScct", 0, 0.97, 4),
    ("hue_luma_curve on codes", HueLumaCurve([[0, 1.05], [240, 1.2]], space="ACEScct"),
     "ARRI Wide Gamut 4", "ACEScct", 240, 0.97, 4),
    ("saturation_luma_curve on codes", SaturationLumaCurve([[0, 1], [0.9, 1.1]], space="ACEScct"),
     "REDWideGamutRGB", "ACEScct", 240, 1, 4),
    ("bleach_bypass", BleachBypass(0.6), "ARRI Wide Gamut 4", "ACEScct", 240, 0.97, 4),
    ("bleach_bypass in S-Log3", BleachBypass(0.9), "REDWideGamutRGB", "S-Log3 S-Gamut3.Cine", 225,
     1, 5),
    ("film_density", FilmDensity(1.2, absorption=0.1), "ARRI Wide Gamut 4", "ACEScct", 0, 0.97, 4),
    ("rgb_mixer on codes", RGBMixer((0.8, 0.1, 0.1), space="ACEScct"), "V-Gamut", "ACEScct", 240,
     1, 4),
    ("vibrance", Vibrance(-0.5), "REDWideGamutRGB", "ACEScct", 245, 0.9, 4),
    ("split_tone", SplitTone(shadow=(-0.02, 0, 0.04), highlight=(0.04, 0.01, 0), balance=-3),
     "ARRI Wide Gamut 4", "ACEScct", 120, 1, 4),
    ("hue_rotate", HueRotate(12), "ARRI Wide Gamut 4", "ACEScct", 240, 0.97, 4),
    ("cdl with above_black", CDL(saturation=0.8, above_black=True), "ARRI Wide Gamut 4",
     "ACEScct", 0, 0.97, 4),
    ("rgb_curves luma", RGBCurves(luma=LUMA), "REDWideGamutRGB", "ACEScct", 240, 1, 4),
]  # fmt: skip


def lamp(gamut, working, hue, saturation, stops):
    """The code values of a lamp in the working space, by OpenColorIO."""
    corner = np.clip(np.abs((np.array([0, -120, -240]) + hue + 180) % 360 - 180) / 60, 0, 2)
    pure = np.clip(2 - corner, 0, 1)
    light = 2.0**stops * (1 - saturation * (1 - pure))
    processor = CONFIG.getProcessor(f"Linear {gamut}", working).getDefaultCPUProcessor()
    return np.array(processor.applyRGB([float(v) for v in light]), np.float32)


def black_code(working):
    linear = {"ACEScct": "ACEScg", "ARRI LogC3 (EI800)": "Linear ARRI Wide Gamut 3",
              "S-Log3 S-Gamut3.Cine": "Linear S-Gamut3.Cine"}[working]  # fmt: skip
    return CONFIG.getProcessor(linear, working).getDefaultCPUProcessor().applyRGB([0.0] * 3)[0]


def graded(op, working, codes):
    look = grade.Look("lamp", working=working)
    look.outputs["out"] = look.source >> op.copy(name="node")
    return look.apply(codes.reshape(1, 1, 3))[0, 0]


def written(codes):
    return " ".join(f"{float(code):.4f}" for code in codes)


def bound(op, working):
    """The formula on the space's own codes; BleachBypass and SplitTone ask for those of grey."""
    from grade.graph.tracing.spaces import Spaces

    space = Spaces(grade.Look("lamp", working=working)).working(working)

    class Plain:
        to_xyz = space.to_xyz
        logarithmic = False

        @staticmethod
        def encode(light):
            linear = space.linear
            forward = CONFIG.getProcessor(linear, working).getDefaultCPUProcessor()
            return forward.applyRGB([float(light)] * 3)[0]

    return lambda x: op.evaluate(x, working=Plain())


@pytest.mark.parametrize(
    ("op", "gamut", "working", "hue", "saturation", "stops"),
    [case[1:] for case in LAMPS],
    ids=[case[0] for case in LAMPS],
)
def test_a_lamp_is_mixed_above_black(op, gamut, working, hue, saturation, stops):
    codes = lamp(gamut, working, hue, saturation, stops)
    black = black_code(working)
    assert codes.min() < black, "the lamp has a channel below no light"
    held = np.maximum(codes.astype(np.float64), black)
    right = bound(op, working)(held) + (codes - held)
    got = graded(op, working, codes)
    assert np.allclose(got, right, rtol=3e-6, atol=3e-6), (
        f"codes {written(codes)}: right {written(right)}, got {written(got)}"
    )
