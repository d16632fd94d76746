"""Chromatic adaptation from one white to another: a gain for each cone response (von Kries)."""

from __future__ import annotations

from typing import Any

from grade.science.matrices import Matrix, Vector, invert, multiply, scale_rows, transform
from grade.science.white_points import Chromaticity, to_xyz

# Sharpened cone responses from XYZ. Sources: C. Li et al. 2017 (CAT16), CIE 159:2004 (CAT02),
# K. M. Lam 1985 as in ICC.1 (Bradford).
ADAPTATIONS: dict[str, Matrix] = {
    "CAT16": (0.401288, 0.650173, -0.051461, -0.250268, 1.204414, 0.045854,
              -0.002079, 0.048952, 0.953127),
    "CAT02": (0.7328, 0.4296, -0.1624, -0.7036, 1.6975, 0.0061, 0.0030, 0.0136, 0.9834),
    "Bradford": (0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296),
}  # fmt: skip


def cone_responses(adaptation: str, xyz: Any) -> Vector:
    """The three cone responses to a color in XYZ: numbers or nodes."""
    return transform(ADAPTATIONS[adaptation], xyz)


def scale_cones(adaptation: str, to_xyz: Matrix, gains: list[Any]) -> Matrix:
    """The matrix on RGB that multiplies each cone response by its gain.

    It goes to the responses, applies the gains, and goes back. ``to_xyz`` takes the RGB to XYZ.
    Gains may be nodes; the nine cells are then expressions.
    """
    into = multiply(ADAPTATIONS[adaptation], to_xyz)
    factors: Any = gains
    return multiply(invert(into), scale_rows(into, factors))


def adapt_white(adaptation: str, source: Chromaticity, target: Chromaticity) -> Matrix:
    """The matrix from XYZ under one white to XYZ under another."""
    cones = ADAPTATIONS[adaptation]
    before, after = (transform(cones, to_xyz(*white)) for white in (source, target))
    scaled: Any = tuple(cell * after[i // 3] / before[i // 3] for i, cell in enumerate(cones))
    return multiply(invert(cones), scaled)
