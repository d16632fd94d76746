"""3x3 matrices as nine numbers row by row, computed in written order: no BLAS, the same bits.

The functions work on Python floats, on NumPy scalars and on nodes of the IR, where the result is
an expression.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Matrix = tuple[float, float, float, float, float, float, float, float, float]
Vector = tuple[Any, Any, Any]


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """The matrix product ``a b``."""
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


def scale_rows(m: Matrix, factors: Vector) -> Matrix:
    """Multiply each row by its factor."""
    return tuple(cell * factors[i // 3] for i, cell in enumerate(m))


def scale_columns(m: Matrix, factors: Vector) -> Matrix:
    """Multiply each column by its factor."""
    return tuple(cell * factors[i % 3] for i, cell in enumerate(m))


def invert(m: Matrix) -> Matrix:
    """The inverse by cofactors.

    A singular matrix gives infinities on nodes and raises ``ZeroDivisionError`` on Python floats.
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


def exact_determinant(m: Sequence[float]) -> Fraction:
    """The determinant of the floats as they are, without rounding."""
    a, b, c, d, e, f, g, h, i = (Fraction(cell) for cell in m)
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def invert_exactly(m: Sequence[float]) -> Matrix:
    """The inverse with each cell correctly rounded.

    Raises
    ------
    ZeroDivisionError
        If the matrix has no inverse.
    """
    fractions: Any = tuple(Fraction(cell) for cell in m)
    return tuple(float(cell) for cell in invert(fractions))  # type: ignore[return-value]
