"""Primaries: the published chromaticities, and matrices in plain floats."""

import colour
import numpy as np
import pytest

from grade.science.primaries import PRIMARIES, invert, multiply, transform

SPACES = {
    "ap1": "ACEScg", "ap0": "ACES2065-1", "rec709": "ITU-R BT.709", "rec2020": "ITU-R BT.2020",
    "p3d65": "P3-D65", "awg3": "ARRI Wide Gamut 3", "awg4": "ARRI Wide Gamut 4",
    "sgamut3cine": "S-Gamut3.Cine", "davinci": "DaVinci Wide Gamut",
}  # fmt: skip


def test_all_are_checked():
    assert set(SPACES) == set(PRIMARIES)


@pytest.mark.parametrize("name", PRIMARIES)
def test_the_published_chromaticities(name):
    ours, theirs = PRIMARIES[name], colour.RGB_COLOURSPACES[SPACES[name]]
    assert np.allclose((ours.red, ours.green, ours.blue), theirs.primaries, atol=1e-9)
    assert np.allclose(ours.white, theirs.whitepoint, atol=1e-5)
    derived = colour.normalised_primary_matrix(theirs.primaries, ours.white)
    assert np.allclose(np.reshape(ours.to_xyz, (3, 3)), derived, atol=1e-12)


def test_white_is_one():
    x, y = PRIMARIES["rec709"].white
    white = transform(PRIMARIES["rec709"].to_xyz, (1.0, 1.0, 1.0))
    assert white == pytest.approx((x / y, 1, (1 - x - y) / y))


def test_a_matrix_times_its_inverse():
    matrix = PRIMARIES["ap0"].to_xyz
    assert multiply(matrix, invert(matrix)) == pytest.approx((1, 0, 0, 0, 1, 0, 0, 0, 1), abs=1e-14)
    with pytest.raises(ZeroDivisionError):
        invert((1.0, 2.0, 3.0) * 3)
