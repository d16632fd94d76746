"""Matrix: each channel as a mixture of the three."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import matvec
from grade.op import Op, RgbParam, VectorParam, other_words
from grade.science.matrices import invert


class Matrix(Op):
    """Mix the channels by a 3x3 matrix, then add an offset.

        y.r = m[0] x.r + m[1] x.g + m[2] x.b + offset.r
        y.g = m[3] x.r + m[4] x.g + m[5] x.b + offset.g
        y.b = m[6] x.r + m[7] x.g + m[8] x.b + offset.b

    The nine numbers stand row by row: the first three make the new red. A row that adds up to 1
    keeps greys. Nothing is clipped. NaN in one channel reaches all three, and so does an infinity,
    as NaN where a coefficient is 0.

    Source: the order of OpenColorIO's MatrixTransform and of the CLF Matrix, without alpha.

    >>> to_ap0 = Matrix([0.6954522414, 0.1406786965, 0.1638690622,
    ...                  0.0447945634, 0.8596711185, 0.0955343182,
    ...                  -0.0055258826, 0.0040252103, 1.0015006723])
    >>> to_ap0.evaluate([1.0, 0.0, 0.0]).round(7).tolist()      # ACEScg red in ACES2065-1
    [0.6954522, 0.0447946, -0.0055259]
    """

    known_as = ("color_matrix", "matrix_3x3")
    synonyms = other_words(matrix="values", offset="add")
    matrix = VectorParam(
        (1, 0, 0, 0, 1, 0, 0, 0, 1),
        soft=(-2, 2), hard=(-1000, 1000), unit="factor", doc="Nine numbers, row by row.",
    )  # fmt: skip
    offset = RgbParam(
        0.0, soft=(-0.2, 0.2), hard=(-1000, 1000), unit="value", doc="Added after the matrix."
    )

    def forward(self, x: Any) -> Any:
        return matvec(self.matrix, x) + self.offset

    def inverse(self, y: Any) -> Any:
        """Subtract the offset, then apply the inverse matrix; NaN if the matrix has none."""
        return matvec(invert(tuple(self.matrix)), y - self.offset)
