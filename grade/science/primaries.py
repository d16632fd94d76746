"""Primaries and their matrices, in Python floats and written order: the same on every host."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

Matrix = tuple[float, float, float, float, float, float, float, float, float]
Vector = tuple[float, float, float]
Chromaticity = tuple[float, float]


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """The matrix product ``a b``, nine numbers row by row."""
    cells = [
        a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j]
        for i in range(3)
        for j in range(3)
    ]
    return tuple(cells)  # type: ignore[return-value]


def transform(m: Matrix, v: Vector) -> Vector:
    """The matrix times a column of three."""
    r, g, b = (m[3 * i] * v[0] + m[3 * i + 1] * v[1] + m[3 * i + 2] * v[2] for i in range(3))
    return r, g, b


def invert(m: Matrix) -> Matrix:
    """The inverse by cofactors.

    Works on nodes too, where it becomes an expression of uniforms. A singular matrix gives
    infinities on nodes and raises ``ZeroDivisionError`` on Python floats.
    """
    a, b, c, d, e, f, g, h, i = m
    first, second, third = e * i - f * h, f * g - d * i, d * h - e * g
    over = 1 / (a * first + b * second + c * third)
    cofactors = (
        first, c * h - b * i, b * f - c * e,
        second, a * i - c * g, c * d - a * f,
        third, b * g - a * h, a * e - b * d,
    )  # fmt: skip
    return tuple(cell * over for cell in cofactors)  # type: ignore[return-value]


@dataclass(frozen=True)
class Primaries:
    """CIE 1931 chromaticities of red, green, blue and white."""

    red: Chromaticity
    green: Chromaticity
    blue: Chromaticity
    white: Chromaticity

    @cached_property
    def to_xyz(self) -> Matrix:
        """Linear RGB to CIE XYZ with white at Y = 1. Source: SMPTE RP 177."""
        columns = [(x / y, 1.0, (1 - x - y) / y) for x, y in (self.red, self.green, self.blue)]
        x, y = self.white
        unscaled: Matrix = tuple(c[row] for row in range(3) for c in columns)  # type: ignore[assignment]
        scale = transform(invert(unscaled), (x / y, 1.0, (1 - x - y) / y))
        return tuple(cell * scale[i % 3] for i, cell in enumerate(unscaled))  # type: ignore[return-value]


D60 = (0.32168, 0.33767)  # of ACES, TB-2018-001
D65 = (0.3127, 0.3290)

# Sources: ACES S-2014-004 (AP1), ST 2065-1 (AP0), BT.709, BT.2020, SMPTE RP 431 (P3), ARRI LogC3
# and LogC4 specifications, Sony S-Gamut3 technical summary, Blackmagic DaVinci Wide Gamut paper.
PRIMARIES: dict[str, Primaries] = {
    "ap1": Primaries((0.713, 0.293), (0.165, 0.830), (0.128, 0.044), D60),
    "ap0": Primaries((0.7347, 0.2653), (0.0, 1.0), (0.0001, -0.077), D60),
    "rec709": Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65),
    "rec2020": Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65),
    "p3d65": Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65),
    "awg3": Primaries((0.684, 0.313), (0.221, 0.848), (0.0861, -0.102), D65),
    "awg4": Primaries((0.7347, 0.2653), (0.1424, 0.8576), (0.0991, -0.0308), D65),
    "sgamut3cine": Primaries((0.766, 0.275), (0.225, 0.800), (0.089, -0.087), D65),
    "davinci": Primaries((0.8, 0.313), (0.1682, 0.9877), (0.079, -0.1155), D65),
}
