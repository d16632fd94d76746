"""SoftClip: no corner, no cut, and nothing in between."""

import numpy as np
import pytest

from grade.op import ParameterError
from grade.ops import SoftClip

BOTH = SoftClip(shoulder=0.7, ceiling=1.0, toe=0.1, floor=-0.02)
HDR = SoftClip(shoulder=4.0, ceiling=10.0)


@pytest.mark.parametrize("knee", [0.7, 0.1])
def test_the_knees_have_no_corner(knee):
    """Value and slope meet: the chords on both sides differ by what the curvature allows."""
    for h in (1e-3, 1e-4, 1e-5):
        left, at, right = BOTH.evaluate(np.array([knee - h, knee, knee + h]))
        assert at == knee
        assert abs((right - at) - (at - left)) < 20 * h * h


def test_it_rises_everywhere_and_stays_within(run):
    x = np.repeat(np.linspace(-8, 60, 4000, dtype=np.float32)[:, None], 3, axis=1)
    y = run(BOTH, x)[:, 0]
    assert (np.diff(y) >= 0).all()
    assert y.min() > -0.02 and y.max() < 1.0
    assert (
        np.diff(BOTH.evaluate(np.linspace(-8, 60, 4000).repeat(3).reshape(-1, 3))[:, 0]) > 0
    ).all()


def test_between_the_knees_are_the_bits_of_the_input(run):
    x = np.random.default_rng(23).uniform(0.1, 0.7, (300, 3)).astype(np.float32)
    assert np.array_equal(run(BOTH, x), x)
    bright = np.random.default_rng(24).uniform(-5, 4, (300, 3)).astype(np.float32)
    assert np.array_equal(run(HDR, bright), bright), "a ceiling above 1, and no toe"


def test_the_shoulder_is_reinhard_s():
    x = np.array([0.25, 1.0, 3.0])
    assert np.allclose(SoftClip(shoulder=0.0, ceiling=1.0).evaluate(x), x / (1 + x), atol=1e-15)


def test_infinities_are_the_ends(run):
    ends = run(BOTH, [[np.inf, -np.inf, np.nan]])[0]
    assert ends[0] == 1 and ends[1] == np.float32(-0.02) and np.isnan(ends[2])


def test_a_side_that_is_unset_is_off(run):
    x = np.array([[-1e9, 0.5, 1e9]], np.float32)
    assert np.array_equal(run(SoftClip(ceiling=2.0, floor=-0.5), x), x)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"shoulder": 1.0}, r"shoulder = 1: not below ceiling = 1"),
        ({"toe": -0.1}, r"toe = -0\.1: not above floor = 0"),
        ({"toe": 0.6, "shoulder": 0.5}, r"toe = 0\.6: above shoulder = 0\.5"),
    ],
)
def test_knees_that_cross_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        SoftClip(**values)
