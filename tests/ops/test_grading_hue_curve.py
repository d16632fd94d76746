"""GradingHueCurve: what each curve moves, its two variants, and what is refused."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import GradingHueCurve

HALF = [[0.125, 0.75], [0.5, 1.25], [0.875, 1.0]]
EXAMPLES = (
    GradingHueCurve("log", hue_hue=[[0.125, 0.0625], [0.5, 0.5625], [0.875, 0.875]], hue_sat=HALF),
    GradingHueCurve("video", hue_lum=HALF, sat_lum=[[0, 1], [0.5, 0.75], [1, 1.25]]),
    GradingHueCurve("video", hue_lum=HALF, sat_lum=[[0, 1], [0.5, 0.75]], variant="ocio25"),
    GradingHueCurve("linear", lum_lum=[[-7, -6], [0, 0.25], [7, 6]], lum_sat=[[-5, 1.5], [5, 1]]),
    GradingHueCurve("log", sat_sat=[[0, 0], [0.5, 0.625], [1, 1]]),
    GradingHueCurve("video", hue_fx=[[0.25, 0.0625], [0.75, 0]]),
    GradingHueCurve("log", hue_sat=HALF, direction="inverse", amount=0.5, channels="rg"),
)  # fmt: skip

COLOURS = np.random.default_rng(3).uniform(0.05, 0.9, (200, 3))
LUMA = np.array([0.2126, 0.7152, 0.0722])


def test_saturation_by_hue_leaves_luma_and_greys():
    op = GradingHueCurve("log", hue_sat=[[0.1, 0.5], [0.5, 0.5], [0.9, 0.5]])
    y = op.evaluate(COLOURS)
    luma = (COLOURS @ LUMA)[:, None]
    assert np.allclose(y - luma, (COLOURS - luma) / 2, atol=1e-7)
    assert np.allclose(op.evaluate(0.4), 0.4, atol=1e-7)


def test_a_third_of_a_turn_makes_green_of_red():
    op = GradingHueCurve("log", hue_fx=[[0.1, 1 / 3], [0.5, 1 / 3], [0.9, 1 / 3]])
    red, green, blue = op.evaluate([0.5, 0.2, 0.2])
    assert green > red and np.isclose(red, blue, atol=1e-6)


def test_video_multiplies_or_adds():
    curve = [[0, 1.5], [1, 1.5]]
    new, old = (
        GradingHueCurve("video", sat_lum=curve, variant=v).evaluate([0.4, 0.5, 0.6]) @ LUMA
        for v in ("ocio26", "ocio25")
    )
    before = np.array([0.4, 0.5, 0.6]) @ LUMA
    assert np.isclose(new, 1.5 * before, atol=1e-6) and np.isclose(old, before + 0.05, atol=1e-6)


def test_a_curve_of_neutral_points_is_the_identity(run):
    op = GradingHueCurve("linear", hue_sat=[[0, 1], [0.5, 1]], lum_lum=[[-7, -7], [7, 7]])
    x = np.array([[0.3, -0.0, np.nan], [np.inf, 1e-42, -2]], np.float32)
    assert run(op, x).tobytes() == x.tobytes()
    dull = GradingHueCurve("log", hue_sat=HALF)
    assert np.isnan(run(dull, x[:1])).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hue_sat": [[0.5, 1], [1, 1]]}, r"hue_sat: hues are at least 0 and below 1"),
        ({"lum_lum": [[0, 0.5], [1, 0.4]]}, r"lum_lum: this curve may not fall"),
        ({"hue_hue": [[0.1, 0], [0.9, 1.1]]}, r"hue_hue: this curve may not fall"),
        ({"sat_sat": [[0.5, 0.5]]}, r"sat_sat: 1 point; it takes none or 2\.\.16"),
    ],
)
def test_what_is_no_curve_is_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        GradingHueCurve(**values)
