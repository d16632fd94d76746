"""Chromaticities of RGB spaces and their matrices, in Python floats and written order."""

from __future__ import annotations

from dataclasses import dataclass

Matrix = tuple[float, ...]
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Chromaticities:
    """CIE x, y of red, green, blue and white, eight numbers in that order."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) != 8:
            raise ValueError(f"chromaticities are eight numbers, not {self.values}")

    @property
    def to_xyz(self) -> Matrix:
        """Linear RGB to CIE XYZ, white at Y = 1, no adaptation. Source: SMPTE RP 177."""
        pairs = [(self.values[i], self.values[i + 1]) for i in range(0, 8, 2)]
        columns = [(x / y, 1.0, (1.0 - x - y) / y) for x, y in pairs]
        unscaled = tuple(columns[c][row] for row in range(3) for c in range(3))
        scale = apply(invert(unscaled), columns[3])
        return tuple(cell * scale[i % 3] for i, cell in enumerate(unscaled))


AP0 = Chromaticities((0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767))
AP1 = Chromaticities((0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767))
CAM16 = Chromaticities((0.8336, 0.1735, 2.3854, -1.4659, 0.087, -0.125, 0.333, 0.333))


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """The matrix product ``a b``."""
    return tuple(
        a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j]
        for i in range(3)
        for j in range(3)
    )


def apply(m: Matrix, v: Triple) -> Triple:
    """The matrix times a column."""
    r, g, b = (m[3 * i] * v[0] + m[3 * i + 1] * v[1] + m[3 * i + 2] * v[2] for i in range(3))
    return r, g, b


def invert(m: Matrix) -> Matrix:
    """The inverse by cofactors."""
    a, b, c, d, e, f, g, h, i = m
    first, second, third = e * i - f * h, f * g - d * i, d * h - e * g
    over = 1.0 / (a * first + b * second + c * third)
    cofactors = (
        first, c * h - b * i, b * f - c * e,
        second, a * i - c * g, c * d - a * f,
        third, b * g - a * h, a * e - b * d,
    )  # fmt: skip
    return tuple(cell * over for cell in cofactors)


def rows(matrix: Matrix, scale: Triple) -> Matrix:
    """Each row times a number."""
    return tuple(cell * scale[i // 3] for i, cell in enumerate(matrix))


def columns(matrix: Matrix, scale: Triple) -> Matrix:
    """Each column times a number."""
    return tuple(cell * scale[i % 3] for i, cell in enumerate(matrix))
