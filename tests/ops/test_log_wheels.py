"""LogWheels: three ranges that add up to one, and a result that always rises."""

import itertools

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import LogWheels, PrinterLights

RAMP = np.linspace(-0.5, 1.6, 2101)[:, None].repeat(3, axis=1)


def test_the_example_of_the_look_file(run):
    wheels = LogWheels(shadow=(0.010, 0.004, -0.012), highlight=(0.0, 0.002, 0.006))
    deep, bright = run(wheels, [[0.05] * 3, [0.8] * 3]) - [[0.05] * 3, [0.8] * 3]
    assert deep == pytest.approx([0.010, 0.004, -0.012], abs=1e-6)
    assert bright == pytest.approx([0.0, 0.002, 0.006], abs=1e-6)


def test_the_three_ranges_are_whole():
    moved = LogWheels(shadow=0.05, midtone=0.05, highlight=0.05).evaluate(RAMP)
    assert np.allclose(moved, RAMP + 0.05, atol=1e-12)
    assert np.allclose(moved, LogWheels(offset=0.05).evaluate(RAMP), atol=1e-12)


def test_the_ranges_are_where_half_of_it_is():
    wheels = LogWheels(shadow=(0.08, 0, 0), low_range=0.3, softness=0.2, high_range=0.9)
    assert np.isclose(wheels.evaluate([0.3, 0, 0])[0] - 0.3, 0.04)
    assert np.isclose(wheels.evaluate([0.2, 0, 0])[0] - 0.2, 0.08)
    assert wheels.evaluate([0.4, 0, 0])[0] == 0.4


@pytest.mark.parametrize("softness", [0.35, 0.4, 0.8])
@pytest.mark.parametrize("high_range", [0.45, 0.55, 1.0])
def test_it_rises_everywhere_within_the_sliders(softness, high_range):
    for low_range in (0.0, 0.333, 0.45):
        for wheel in itertools.product((-0.1, 0.1), repeat=3):
            wheels = LogWheels(*wheel, 0.0, low_range, high_range, softness)
            assert (np.diff(wheels.evaluate(RAMP)[:, 0]) > 0).all(), wheels


def test_it_has_no_corner():
    """The slope never jumps: its steps shrink with the distance of the samples."""
    x = np.linspace(0, 1.2, 200001)[:, None].repeat(3, axis=1)
    slope = np.diff(LogWheels(0.1, -0.1, 0.1).evaluate(x)[:, 0]) / np.diff(x[:, 0])
    assert np.abs(np.diff(slope)).max() < 1e-4


def test_the_offset_is_printer_lights():
    points = PrinterLights(master=4).evaluate(0.4) - 0.4
    assert np.isclose(LogWheels(offset=points).evaluate(0.7), PrinterLights(master=4).evaluate(0.7))


def test_ranges_that_cross_are_refused():
    with pytest.raises(ParameterError, match=r"low_range = 0\.6: above high_range = 0\.55"):
        LogWheels(low_range=0.6)
