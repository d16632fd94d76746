"""HueRotate: rotate all hues by an angle, with luma kept."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import cos, matvec, sin
from grade.op import Choice, Op, Param, other_words
from grade.op.formulas.above_black import mix_above_black, unmix_above_black
from grade.science.luma import LUMA_WEIGHTS
from grade.science.matrices import Matrix

DEGREE = 0.017453292519943295  # in radians
ROOT_THIRD = 0.5773502691896258


class HueRotate(Op):
    """Rotate all colors about the grey axis and keep their luma.

        p = x - mean(x)
        q = p cos(a) + (k cross p) sin(a),   k = (1, 1, 1) / sqrt(3)
        y = q + (luma(x) - luma(q))

    The op is a 3x3 matrix. Positive ``degrees`` turn red toward green, in the direction of hue.
    Greys stay. Two rotations are the rotation by their sum, and 360 degrees are none. A strong
    color may go below 0: nothing is clipped. In a log space a channel below black, the code of
    light 0, counts as black, and the rest of it is added back; then several colors may have one
    result, of which ``inverse`` gives one. NaN or an infinity in one channel reaches all three.

    Source: P. Haeberli, Matrix Operations for Image Processing (1993), hue rotation while
    preserving luminance. Differs from SVG's hueRotate, whose matrix approximates it, and from a
    hue shift in HSV, which keeps the largest channel.

    >>> HueRotate(120.0, weights="equal").evaluate([1.0, 0.25, 0.0]).round(9).tolist()
    [0.0, 1.0, 0.25]
    """

    group = "creative"
    known_as = ("hue", "hue_shift", "rotate_hue", "hue_rotation")
    synonyms = other_words(degrees="hue angle shift rotation")
    degrees = Param(
        0.0,
        soft=(-180, 180),
        hard=(-360, 360),
        unit="degrees",
        doc="Above 0 red turns toward green.",
    )
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._rotated)

    def inverse(self, y: Any) -> Any:
        """The rotation by the opposite angle."""
        matrix = self._matrix(self.degrees)
        return unmix_above_black(self, y, self._rotated, self._rotated_back, matrix)

    def _rotated(self, x: Any) -> Any:
        return matvec(self._matrix(self.degrees), x)

    def _rotated_back(self, y: Any) -> Any:
        return matvec(self._matrix(-self.degrees), y)

    def _matrix(self, degrees: Any) -> Matrix:
        weights = LUMA_WEIGHTS[self.weights]
        c, s = cos(degrees * DEGREE), sin(degrees * DEGREE)
        # k cross p, and the luma that each channel of p adds to it.
        turn = (0.0, -ROOT_THIRD, ROOT_THIRD, ROOT_THIRD, 0.0, -ROOT_THIRD,
                -ROOT_THIRD, ROOT_THIRD, 0.0)  # fmt: skip
        brought = [
            weights[0] * turn[j] + weights[1] * turn[3 + j] + weights[2] * turn[6 + j]
            for j in range(3)
        ]
        return tuple(
            weights[j] + c * (float(i == j) - weights[j]) + s * (turn[3 * i + j] - brought[j])
            for i in range(3)
            for j in range(3)
        )
