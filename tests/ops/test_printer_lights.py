"""PrinterLights: points are exposure, in whatever log they are given."""

import numpy as np
import pytest

from grade.op import Working
from grade.op.primaries import PRIMARIES
from grade.op.working import acescct
from grade.ops import PrinterLights


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
