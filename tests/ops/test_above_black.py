"""Mixing above black: what changes, what keeps its bits, and the way back."""

import numpy as np
import pytest

import grade
from grade.op import Working, find_op
from grade.op.formulas.above_black import black_code
from grade.op.working_space import ACES, acescct
from grade.ops import (
    CDL,
    BleachBypass,
    FilmDensity,
    HueHueCurve,
    HueRotate,
    HueSaturationCurve,
    LumaSaturationCurve,
    RGBCurves,
    RGBMixer,
    Saturation,
    SaturationSaturationCurve,
    SplitTone,
    Vibrance,
)

from ..test_every_op import KINDS, instances

CCT = Working(ACES.to_xyz, acescct, logarithmic=True)
LIGHT = Working(ACES.to_xyz, lambda light: light, logarithmic=False)
BLACK = float(acescct(0.0))
OPS = [
    Saturation(1.4),
    Saturation(0.0),
    HueSaturationCurve([[0, 0.4], [180, 1.8]]),
    HueHueCurve([[0, 40], [200, -60]]),
    LumaSaturationCurve([[0, 0.5], [1, 2]]),
    SaturationSaturationCurve([[0, 1], [1, 0.3]]),
    BleachBypass(0.8),
    FilmDensity(1.6, absorption=0.2),
    RGBMixer(red=(0.6, 0.3, 0.1)),
    Vibrance(0.8),
    SplitTone(shadow=(-0.05, 0, 0.05), highlight=(0.05, 0, 0)),
    HueRotate(35),
    RGBCurves(luma=[[0, 0.1], [1, 1.2]]),
    CDL(saturation=1.5, above_black=True),
]
each_op = pytest.mark.parametrize("op", OPS, ids=lambda op: op.kind)
INVERTIBLE = [
    Saturation(1.7),
    Saturation(0.3, "ap1"),
    BleachBypass(0.9),
    RGBMixer(red=(0.8, 0.1, 0.1), green=(0.05, 0.9, 0.05)),
    HueRotate(25),
    CDL(slope=1.2, offset=0.02, saturation=0.6, above_black=True),
]


def colors(count=400):
    draw = np.random.default_rng(12)
    lamps = np.where(draw.random((count, 3)) < 0.4, draw.uniform(-15, BLACK, (count, 3)), 0.7)
    return np.where(lamps == 0.7, draw.uniform(BLACK, 1.4, (count, 3)), lamps)


@each_op
def test_a_pixel_above_black_keeps_its_bits(op, run):
    plain = Working(ACES.to_xyz, acescct, logarithmic=False)
    x = np.random.default_rng(3).uniform(BLACK + 1e-6, 1.5, (500, 3)).astype(np.float32)
    assert run(op, x, working=CCT).tobytes() == run(op, x, working=plain).tobytes()


@each_op
def test_the_rest_is_added_back_to_its_own_channel(op):
    x = colors()
    held = np.maximum(x, BLACK)
    expected = op.evaluate(held, working=CCT) + (x - held)
    assert np.allclose(op.evaluate(x, working=CCT), expected, atol=1e-12)


@pytest.mark.parametrize("op", [op for op in OPS if op.domain != "log"], ids=lambda op: op.kind)
def test_light_is_mixed_as_it_is(op, run):
    x = colors().astype(np.float32)
    assert run(op, x, working=LIGHT).tobytes() == run(op, x).tobytes()
    assert black_code(op) is None


@pytest.mark.parametrize("op", INVERTIBLE, ids=lambda op: f"{op.kind}")
def test_the_way_back(op, run):
    """A matrix with positive principal minors has one input for every output."""
    x = colors()
    there = op.evaluate(x, working=CCT)
    assert np.allclose(op.evaluate(there, working=CCT, inverse=True), x, atol=1e-9)
    back = run(op, there.astype(np.float32), inverse=True, working=CCT)
    assert np.allclose(back, x, atol=5e-5)


def test_the_cdl_of_the_asc_mixes_everything():
    lamp = [-4.9, -14.0, 0.78]
    luma = 0.2126 * -4.9 + 0.7152 * -14 + 0.0722 * 0.78
    expected = luma + 0.5 * (np.array(lamp) - luma)
    assert np.allclose(CDL(saturation=0.5).evaluate(lamp, working=CCT), expected)


def test_a_space_without_a_linear_sibling_is_mixed_as_it_is():
    """ADX10 has none in the config, and a look in it still works."""
    look = grade.Look("print", working="ADX10")
    look.outputs["out"] = look.source >> Saturation(0.5)
    x = np.float32([[[-0.2, 0.5, 0.6]]])
    expected = Saturation(0.5).evaluate(x[0, 0])
    assert np.allclose(look.apply(x)[0, 0], expected, atol=1e-6)


FORMULA_OF_OTHERS = {
    "aces2_output": "the view of ACES",
    "cdl": "the ASC fixes it; above_black is the switch",
    "convert": "another space",
    "display": "another space",
    "file_lut": "the file's table",
    "grading_hue_curve": "OpenColorIO's, to the bit",
    "grading_primary": "OpenColorIO's, to the bit",
    "lut3d": "the user's table",
    "matrix": "the user's matrix",
    "ocio_look": "the config's look",
}
SERIAL = [
    k for k in KINDS if len(find_op(k).pictures) == 1 and not find_op(k).more
    and k not in FORMULA_OF_OTHERS
]  # fmt: skip


@pytest.mark.parametrize("kind", SERIAL)
def test_no_op_spreads_what_lies_below_black(kind):
    """How far a channel lies below black changes nothing in the other two, whatever the op."""
    for op in instances(kind)[:4]:
        for channel in range(3) if op.domain in ("any", "log") else ():
            lamp = np.array([0.55, 0.45, 0.6])
            lamp[channel] = BLACK
            deep = lamp.copy()
            deep[channel] = -9.0
            others = [c for c in range(3) if c != channel]
            black, below = (op.evaluate(x, working=CCT)[others] for x in (lamp, deep))
            assert np.allclose(black, below, rtol=0, atol=1e-9), op


# --- neon ramps -----------------------------------------------------------------------------------


def ramp(gamut, hue, stops):
    """A hue of a camera's gamut from no saturation to all of it, in linear AP1."""
    config = grade.Look("x", working="ACEScct").configuration
    corner = np.clip(np.abs((np.array([0, -120, -240]) + hue + 180) % 360 - 180) / 60, 0, 2)
    pure = np.clip(2 - corner, 0, 1)
    saturation = np.linspace(0, 1, 101)[:, None]
    light = 2.0**stops * (1 - saturation * (1 - pure))
    return config.convert(f"Linear {gamut}", "ACEScg")(light)


GENTLE = [
    Saturation(0.85),
    HueSaturationCurve([[0, 0.8], [180, 1.2]]),
    HueHueCurve([[0, 8], [240, -8]]),
    LumaSaturationCurve([[0, 0.9], [1, 1.1]]),
    SaturationSaturationCurve([[0, 1], [1, 0.85]]),
    BleachBypass(0.25),
    FilmDensity(1.1, absorption=0.04),
    RGBMixer(blue=(0.05, 0.05, 0.9)),
    HueRotate(6),
    CDL(saturation=0.85, above_black=True),
]
GAMUTS = ("ARRI Wide Gamut 4", "S-Gamut3.Cine", "REDWideGamutRGB", "V-Gamut")
PLAIN = Working(ACES.to_xyz, acescct, logarithmic=False)


def least_left(op, working):
    """The least part of its brightest channel that a lamp keeps, over gamuts, hues and stops."""
    config = grade.Look("x", working="ACEScct").configuration
    encode, decode = config.convert("ACEScg", "ACEScct"), config.convert("ACEScct", "ACEScg")
    lamps = [ramp(g, hue, s) for g in GAMUTS for hue in range(0, 360, 30) for s in (0, 6)]
    codes = encode(np.concatenate(lamps))
    graded = decode(op.evaluate(codes, working=working))
    assert np.isfinite(graded).all() or working is PLAIN
    return (graded.max(axis=1) / decode(codes).max(axis=1)).min()


@each_op
def test_no_lamp_turns_black(op):
    """Strong ops: light is left, where before less than none was."""
    assert least_left(op, CCT) > 0.0
    assert least_left(op, CCT) >= least_left(op, PLAIN)


@pytest.mark.parametrize("op", GENTLE, ids=lambda op: op.kind)
def test_a_gentle_op_keeps_a_lamp_bright(op):
    """Strengths that looks use: before, less than none was left of some."""
    assert least_left(op, CCT) > 0.18
    assert least_left(op, PLAIN) < 0.0
