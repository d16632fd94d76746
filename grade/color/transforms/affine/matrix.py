"""Matrix: a 3x3 matrix and an offset.

Source: OpenColorIO ``MatrixTransform``; ops/matrix/MatrixOpCPU.cpp for the order of the sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step, collapse
from grade.ir.expression import fma, matvec
from grade.science.matrices import exact_determinant, invert_exactly

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Matrix(Step):
    """``y = M x + offset``, with the cells of M row by row.

    A diagonal matrix is a product per channel, so an infinity stays infinite. A full matrix turns
    it into NaN, because 0 * inf is NaN.
    """

    cells: tuple[float, ...]
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    name = "Matrix"

    @property
    def bijective(self) -> bool:
        return exact_determinant(self.cells) != 0

    @property
    def diagonal(self) -> bool:
        """Whether no channel depends on another."""
        return not any(c for i, c in enumerate(self.cells) if i % 4)

    def __call__(self, x: Any) -> Any:
        shift = collapse(self.offset) if any(self.offset) else None
        if self.diagonal:
            scale = collapse(self.cells[::4])
            if shift is None:
                return x * scale
            return x + shift if scale == 1.0 else fma(x, scale, shift)
        y = matvec(self.cells, x)
        return y if shift is None else y + shift


@reads("Matrix")
def read(transform: Any) -> Matrix | None:
    """Read a matrix of three channels; ops never write alpha, so it may not involve alpha."""
    wide = [float(v) for v in transform.getMatrix()]
    shift = [float(v) for v in transform.getOffset()]
    alpha = [wide[i] for i in (3, 7, 11, 12, 13, 14)] + [wide[15] - 1, shift[3]]
    if any(alpha):
        raise UntranslatedTransform("Matrix", "it mixes alpha and color")
    cells = tuple(wide[4 * row + column] for row in range(3) for column in range(3))
    offset = (shift[0], shift[1], shift[2])
    if is_inverse(transform):
        if exact_determinant(cells) == 0:
            raise UntranslatedTransform("Matrix", "it has no inverse")
        cells = invert_exactly(cells)
        rows = (cells[0:3], cells[3:6], cells[6:9])
        red, green, blue = (-sum(m * s for m, s in zip(row, offset, strict=True)) for row in rows)
        offset = (red, green, blue)
    if cells == IDENTITY and not any(offset):
        return None
    return Matrix(cells, offset)
