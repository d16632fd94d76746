"""Points of gains and rotations: what they take, refuse, and when they change nothing."""

import pytest

from grade.op import ParameterError
from grade.ops import HueHueCurve, HueSaturationCurve, LumaSaturationCurve


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: HueSaturationCurve([]), r"points: 0 points; it takes 1\.\.16"),
        (lambda: HueSaturationCurve([[0, 1], [360, 1]]), r"hues 0 and 360 are a whole turn apart"),
        (lambda: HueSaturationCurve([[-360, 1], [700, 1]]), r"a whole turn apart or more"),
        (lambda: HueSaturationCurve([[90, -0.5]]), r"points\[0\]\.y = -0\.5: outside 0\.\.100"),
        (lambda: HueHueCurve([[90, 181]]), r"points\[0\]\.y = 181: outside -180\.\.180 \(degrees"),
        (lambda: HueHueCurve([[90, 0], [30, 0]]), r"points\[1\]\.x = 30: not 1e-06 above 90"),
        (lambda: LumaSaturationCurve([[0, 101]]), r"points\[0\]\.y = 101: outside 0\.\.100"),
        (lambda: HueHueCurve([[0, 1, 2]]), r"takes points \[\[x, y\], \.\.\.\]"),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_points_may_lie_about_red_in_order():
    about = HueSaturationCurve([[-20, 1], [0, 1.5], [20, 1]])
    above = HueSaturationCurve([[340, 1], [360, 1.5], [380, 1]])
    for colour in ([1, 0, 0], [0.8, 0.2, 0.3], [0.3, 0.7, 0.1]):
        assert about.evaluate(colour).tolist() == pytest.approx(above.evaluate(colour).tolist())


def test_a_listing_says_what_they_take():
    assert HueHueCurve.settings["points"].summary() == (
        "1..16 points, x -360..720, y -180..180, degrees, neutral at y = 0"
    )
