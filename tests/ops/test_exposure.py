"""Exposure: stops are stops."""

import numpy as np

from grade.ops import Exposure


def test_a_stop_doubles_to_the_bit(run):
    x = np.random.default_rng(1).uniform(-1, 60000, (500, 3)).astype(np.float32)
    for stops in (-3, -1, 1, 2, 5):
        assert np.array_equal(run(Exposure(stops), x), x * np.float32(2) ** stops)


def test_a_third_of_a_stop():
    assert np.isclose(Exposure(1 / 3).evaluate(1.0), 1.2599210498948732, rtol=1e-15)


def test_it_is_meant_in_light():
    assert Exposure.domain == "linear" == Exposure(1.0).domain
