"""Colorimetry: the published chromaticities, matrices, adaptation and luma weights."""

from fractions import Fraction

import colour
import numpy as np
import pytest

from grade.science.adaptation import ADAPTATIONS, adapt_white
from grade.science.luma import LUMA_WEIGHTS
from grade.science.matrices import (
    exact_determinant,
    invert,
    invert_exactly,
    multiply,
    transform,
)
from grade.science.primaries import PRIMARIES, Primaries
from grade.science.white_points import ACES_WHITE, D65, to_xyz

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


def test_the_exact_inverse_is_correctly_rounded():
    matrix = PRIMARIES["awg4"].to_xyz
    determinant = exact_determinant(matrix)
    assert float(determinant) == pytest.approx(np.linalg.det(np.reshape(matrix, (3, 3))), rel=1e-12)
    exact = [Fraction(*cell.as_integer_ratio()) for cell in invert_exactly(matrix)]
    for row in range(3):
        product = sum(Fraction(matrix[3 * row + i]) * exact[3 * i + row] for i in range(3))
        assert abs(product - 1) < Fraction(1, 2**48)
    with pytest.raises(ZeroDivisionError):
        invert_exactly((1.0, 2.0, 3.0) * 3)


def test_an_adaptation_takes_one_white_to_the_other():
    for name in ADAPTATIONS:
        adapted = transform(adapt_white(name, ACES_WHITE, D65), to_xyz(*ACES_WHITE))
        assert adapted == pytest.approx(to_xyz(*D65), abs=1e-14)


def test_eight_numbers_are_primaries_and_others_are_not():
    numbers = PRIMARIES["ap0"].numbers
    assert Primaries.from_numbers(numbers) == PRIMARIES["ap0"]
    with pytest.raises(ValueError, match="eight numbers"):
        Primaries.from_numbers(numbers[:6])


@pytest.mark.parametrize("name", LUMA_WEIGHTS)
def test_the_luma_weights_of_a_grey_add_up_to_it(name):
    assert sum(LUMA_WEIGHTS[name]) == pytest.approx(1.0, abs=1e-9)
