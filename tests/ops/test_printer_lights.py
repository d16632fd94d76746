"""PrinterLights: points are exposure, in whatever log they are given."""

import numpy as np
import pytest

from grade.op import Working
from grade.op.working_space import acescct
from grade.ops import PrinterLights
from grade.science.primaries import PRIMARIES

LOG10_2 = 0.30102999566398120


def test_a_point_is_0_025_log_exposure():
    for points in (1, 12, -7.5):
        moved = PrinterLights(master=points).evaluate(acescct(0.18))
        assert np.isclose(moved, acescct(0.18 * 10 ** (0.025 * points)), atol=1e-12)


def test_a_point_in_acescct_is_0_004740(run):
    grey = np.full((1, 3), 0.4135884, np.float32)
    assert (run(PrinterLights(points=(1, 0, -1)), grey) - grey)[0] == pytest.approx(
        [0.004740, 0, -0.004740], abs=5e-7
    )


def test_the_log_of_the_look_decides():
    """In a log of ten stops per unit a point is a tenth of 0.083048 stops."""
    ten = Working(PRIMARIES["ap1"].to_xyz, lambda light: np.log2(light) / 10)
    assert PrinterLights(master=1).evaluate(0.5, working=ten) == pytest.approx(0.5083048, abs=1e-7)


def test_points_add_to_the_master():
    assert PrinterLights(3, 2).evaluate(0.4) == PrinterLights(master=5).evaluate(0.4)


def test_12_0412_points_are_a_stop(run):
    """FIELD 3.5: a stop is 12.0412 points, 12 points are 1.995262 times the light."""
    light = 2.0 ** np.linspace(-4, 6, 11)[:, None] * np.ones(3)
    codes = PrinterLights(master=12.0412).evaluate(acescct(light))
    assert np.allclose(2.0 ** (codes * 17.52 - 9.72), 2 * light, rtol=1e-6)
    codes = PrinterLights(12.0).evaluate(acescct(light))
    assert np.allclose(2.0 ** (codes * 17.52 - 9.72), 1.995262 * light, rtol=1e-6)
    trimmed = run(PrinterLights(master=12.0412), acescct(light))
    assert np.allclose(trimmed, acescct(2 * light), atol=2e-7), "and in float32"


def test_a_point_on_a_pure_logarithm_is_a_gain_of_1_059254():
    """Cineon: 0.002 density per code value of 1023 and a gamma of 0.6 make 7.5 codes a point."""
    cineon = Working(
        PRIMARIES["rec709"].to_xyz, lambda light: np.log2(light) * LOG10_2 * 300 / 1023
    )
    moved = PrinterLights(master=1).evaluate(0.5, working=cineon) - 0.5
    assert moved * 1023 == pytest.approx(7.5, abs=1e-9)
    assert 10 ** (moved * 1023 / 300) == pytest.approx(1.059254, abs=5e-7)
