"""Invert: only what channels= says, and twice is nothing."""

import numpy as np

from grade.ops import Invert


def test_twice_is_nothing(run):
    x = np.random.default_rng(29).integers(-512, 1024, (200, 3)).astype(np.float32) / 512
    assert np.array_equal(run(Invert(), run(Invert(), x)), x)


def test_only_the_channels_that_are_named(run):
    x = np.array([[0.25, 0.5, -1.0]], np.float32)
    assert np.array_equal(run(Invert(channels="rb"), x), [[0.75, 0.5, 2.0]])


def test_infinities_turn(run):
    assert np.array_equal(run(Invert(), [[np.inf, -np.inf, 0]]), [[-np.inf, np.inf, 1]])
