"""HueRotate: Haeberli's steps one by one, and what a rotation is."""

import numpy as np
import pytest

from grade.ops import HueRotate
from grade.science.luma import LUMA_WEIGHTS

X = np.random.default_rng(21).uniform(-1, 5, (200, 3))


def about(axis, cosine, sine):
    """A rotation about x or y, as the paper's xrotatemat and yrotatemat on columns."""
    if axis == "x":
        return np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])


def haeberli(degrees, weights):
    """Grey onto z, luma's plane sheared to be flat, turned about z, and all of it undone."""
    upright = about("y", np.sqrt(2 / 3), -np.sqrt(1 / 3)) @ about("x", *[np.sqrt(0.5)] * 2)
    assert np.allclose(upright @ np.ones(3), [0, 0, np.sqrt(3)])
    flat = weights @ np.linalg.inv(upright)
    shear = np.array([[1, 0, 0], [0, 1, 0], [flat[0] / flat[2], flat[1] / flat[2], 1]])
    a = np.radians(degrees)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    into = shear @ upright
    return np.linalg.inv(into) @ turn @ into


@pytest.mark.parametrize("weights", LUMA_WEIGHTS)
@pytest.mark.parametrize("degrees", [-75, 30, 140])
def test_it_is_haeberli_s_construction(weights, degrees):
    theirs = X @ haeberli(degrees, np.array(LUMA_WEIGHTS[weights])).T
    assert np.allclose(HueRotate(degrees, weights).evaluate(X), theirs, atol=1e-9)


@pytest.mark.parametrize("weights", LUMA_WEIGHTS)
def test_luma_and_greys_stay(weights):
    w = np.array(LUMA_WEIGHTS[weights])
    assert np.allclose(HueRotate(50, weights).evaluate(X) @ w, X @ w, atol=1e-9)
    assert HueRotate(50, weights).evaluate(0.18) == pytest.approx(0.18, abs=1e-9)


def test_angles_add_and_360_is_none():
    twice = HueRotate(35).evaluate(HueRotate(50).evaluate(X))
    assert np.allclose(twice, HueRotate(85).evaluate(X), atol=1e-8)
    assert np.allclose(HueRotate(360).evaluate(X), X, atol=1e-8)


def test_red_goes_to_green():
    red, green, blue = HueRotate(30).evaluate([1.0, 0.0, 0.0])
    assert red > green > blue
