"""Saturation: colors moved away from grey, or toward it."""

from __future__ import annotations

from typing import Any

from grade.op import Choice, Op, Param, other_words
from grade.op.formulas.above_black import mix_above_black, unmix_above_black
from grade.op.formulas.saturation import saturate, saturation_matrix


class Saturation(Op):
    """Move each channel away from, or toward, the grey of the same luma.

        Y = w.r x.r + w.g x.g + w.b x.b
        y = Y + saturation * (x - Y)

    0 is monochrome, 1 leaves the picture as it is. Luma is kept and a grey stays exactly grey.
    Nothing is clipped: a strong color may go below 0. NaN or an infinity in one channel reaches
    all three. In a log space a channel below black, the code of light 0, counts as black, and the
    rest of it is added back: a lamp beyond the gamut keeps its light. At 0 it also keeps what of
    its color lies beyond; a ``gamut_compress`` before the node brings that in.

    ``weights`` selects the luma: ``rec709`` (as in every CDL), ``rec601``, ``rec2020``, ``ap1``
    (the Y of ACEScg), ``equal`` (the mean). Source: ASC CDL v1.2 for the form; BT.709, BT.601,
    BT.2020 and the ACES CTL for the weights. Differs from the saturation of an HSV model, which
    keeps the largest channel.

    >>> Saturation(0.0).evaluate([1.0, 0.0, 0.0]).round(6).tolist()
    [0.2126, 0.2126, 0.2126]
    """

    known_as = ("sat", "chroma", "desaturate", "monochrome")
    synonyms = other_words(saturation="sat value")
    saturation = Param(1.0, soft=(0, 2), hard=(0, 100), unit="factor", doc="0 is monochrome.")
    weights = Choice("rec709", "rec601", "rec2020", "ap1", "equal", doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._saturated)

    def inverse(self, y: Any) -> Any:
        """The reciprocal saturation; NaN where saturation is 0."""
        matrix = saturation_matrix(self.saturation, self.weights)
        return unmix_above_black(self, y, self._saturated, self._desaturated, matrix)

    def _saturated(self, x: Any) -> Any:
        return saturate(x, self.saturation, self.weights)

    def _desaturated(self, y: Any) -> Any:
        return saturate(y, 1 / self.saturation, self.weights)
