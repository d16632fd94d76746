"""HSLQualifier: skin, the hue wheel, greys, and what a hue and a saturation are."""

import math

import colour
import numpy as np
import pytest

from grade.op import Band, ParameterError
from grade.op.working_space import acescct
from grade.ops import HSLQualifier

# X-Rite ColorChecker after November 2014 in ACEScg (CAT02), as colour-science 0.4.7 publishes it.
CHECKER = colour.CCS_COLOURCHECKERS["ColorChecker24 - After November 2014"]


def checker():
    """The 24 patches in ACEScct, by name."""
    xyz = colour.xyY_to_XYZ(np.array(list(CHECKER.data.values())))
    light = colour.XYZ_to_RGB(xyz, "ACEScg", CHECKER.illuminant, "CAT02")
    return dict(zip(CHECKER.data, acescct(light), strict=True))


def wheel(size=400):
    """Hues round the middle, 0 to the right and counter-clockwise, on a ring of the picture."""
    y, x = (size / 2 - np.mgrid[0:size, 0:size] - 0.5) / size
    x = -x
    hue = np.arctan2(y, x) / (2 * math.pi) % 1
    radius = np.hypot(x, y)
    hsv = np.stack([hue, np.full_like(hue, 0.6), np.full_like(hue, 0.8)], axis=-1)
    return colour.HSV_to_RGB(hsv), (radius > 0.2) & (radius < 0.48)


@pytest.mark.parametrize("falloff", ["linear", "smooth"])
def test_skin_is_keyed_and_nothing_else_of_the_chart(falloff):
    skin = HSLQualifier(
        hue=Band(8, 35, soft=8), saturation=Band(0.08, 0.25, soft=0.05), falloff=falloff
    )
    mattes = {name: skin.evaluate(code) for name, code in checker().items()}
    assert len(mattes) == 24
    assert {name for name, matte in mattes.items() if matte > 0} == {"dark skin", "light skin"}
    assert mattes["dark skin"] == mattes["light skin"] == 1


@pytest.mark.parametrize("falloff", ["linear", "smooth"])
@pytest.mark.parametrize(
    ("band", "degrees"),
    [
        (Band(30, 90), 60),
        (Band(30, 90, soft=20), 80),
        (Band(200, 210, soft=(40, 10)), 35),
        (Band(340, 20), 40),
        (Band(350, 5, soft=(30, 8)), 15 + 19),
        (Band(10, 20, soft=30), 40),
        (Band(0, 360), 360),
    ],
)
def test_a_hue_wheel_is_keyed_by_its_area(band, degrees, falloff):
    pixels, ring = wheel()
    matte = HSLQualifier(hue=band, falloff=falloff).evaluate(pixels)[ring]
    analytic = math.pi * (0.48**2 - 0.2**2) * degrees / 360
    assert matte.sum() / 400**2 == pytest.approx(analytic, rel=5e-3)


def read(colours, **bands):
    """What a band of one ramp tells about a number: the number itself, in 0..1."""
    return HSLQualifier(**bands).evaluate(colours)


def test_hue_saturation_and_value_are_those_of_the_hexagon():
    x = np.random.default_rng(3).uniform(0, 1, (4000, 3))
    hue, saturation, value = np.moveaxis(colour.RGB_to_HSV(x), -1, 0)
    measured = read(x, hue=Band(180, 180, soft=180))
    assert measured == pytest.approx(1 - np.abs(hue * 360 - 180) / 180, abs=1e-9)
    assert read(x, saturation=Band(1, 1, soft=1)) == pytest.approx(saturation, abs=1e-9)
    assert read(x, luminance=Band(1, 1, soft=1)) == pytest.approx(value, abs=1e-9)


def test_saturation_and_lightness_of_the_double_cone():
    x = np.random.default_rng(4).uniform(0.01, 0.99, (4000, 3))
    _, saturation, lightness = np.moveaxis(colour.RGB_to_HSL(x), -1, 0)
    bands = {"saturation": Band(1, 1, soft=1), "luminance": Band(1, 1, soft=1)}
    for name, want in (("saturation", saturation), ("luminance", lightness)):
        got = read(x, model="hsl", **{name: bands[name]})
        assert got == pytest.approx(want, abs=1e-9)


def test_negative_channels_have_the_hue_of_the_formula():
    orange = np.array([0.8, 0.3, -0.2])  # max - min is 1, g - min a half of it: 30 degrees
    assert HSLQualifier(hue=Band(29.9, 30.1)).evaluate(orange) == 1
    assert HSLQualifier(saturation=Band(1.24, 1.26)).evaluate(orange) == 1  # 1 / 0.8
    dark = HSLQualifier(saturation=Band(0, 0.01))
    assert dark.evaluate([-0.1, -0.2, -0.3]) == 1


def test_a_grey_has_no_hue():
    greys = np.linspace(-1, 2, 50)[:, None] * [1, 1, 1]
    nearly = greys * [1, 1 + 1e-6, 1 - 1e-6]  # what a matrix leaves of one
    for pixels in (greys, nearly):
        for band in (Band(0, 359), Band(0, 0, soft=180), Band(30, 60)):
            assert not HSLQualifier(hue=band).evaluate(pixels).any()
        for band in (None, Band(0, 360)):
            assert (HSLQualifier(hue=band).evaluate(pixels) == 1).all()
    assert (HSLQualifier(saturation=Band(0, 0.1)).evaluate(greys) == 1).all()


def test_infinite_light_can_be_keyed_by_its_luminance():
    bright = HSLQualifier(luminance=Band(1, 65504))
    infinite = [np.inf, 0.5, 0.5]
    assert bright.evaluate(infinite) == 0 and HSLQualifier().evaluate(infinite) == 1
    assert HSLQualifier(hue=Band(0, 90)).evaluate(infinite) == 0


def test_only_hues_go_round():
    assert HSLQualifier(hue=Band(350, 10)).evaluate([0.5, 0.2, 0.2]) == 1
    with pytest.raises(ParameterError, match=r"skin\.saturation = 0\.5\.\.0\.2: low is above high"):
        HSLQualifier(saturation=Band(0.5, 0.2), name="skin")
