"""LumaQualifier: select colors by brightness."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, fma
from grade.op import BandParam, Choice, Qualifier, other_words
from grade.op.formulas.falloff import FALLOFFS, apply_falloff
from grade.science.luma import LUMA_WEIGHTS


class LumaQualifier(Qualifier):
    """Select a range of luma, with soft edges.

        Y = w.r x.r + w.g x.g + w.b x.b
        m = luma_band(Y)

    The band selects its range in full and falls to 0 over ``soft`` beyond it. If it is not given it
    selects everything, negative values and infinities too. NaN gives 0, and so do infinities of
    both signs in one pixel. The numbers are those of the working space; ``weights`` are those of
    ``saturation``.

    Source: BT.709, BT.601, BT.2020 and the ACES CTL for the weights; the trapezoidal membership
    function, MATLAB ``trapmf``, for the band; the worked example is that of its page, [1 5 7 8], at
    3 and 7.5.

    >>> from grade.op import Band
    >>> middle = LumaQualifier(Band(5, 7, soft=(4, 1)), weights="equal")
    >>> [round(middle.evaluate(grey), 9) for grey in (3, 7.5)]
    [0.5, 0.5]
    """

    known_as = ("luma_key", "luma_keyer", "luminance_key", "lum_key")
    synonyms = other_words(luma="luminance lum range")
    luma = BandParam(
        soft=(0, 1), hard=(-65504, 65504), unit="code value", doc="The lumas to select."
    )
    weights = Choice(*LUMA_WEIGHTS, doc="The luma weights.")
    falloff = Choice(*FALLOFFS, doc="Shape of the soft edges: a straight ramp, or eased.")

    def forward(self, x: Any) -> Any:
        return apply_falloff(self.luma.select_value(self._luma(x)), self.falloff)

    def coordinates(self, x: Any) -> tuple[Any, Any, Any]:
        hue, saturation, _ = super().coordinates(x)
        return hue, saturation, self._luma(x)

    def _luma(self, x: Any) -> Any:
        red, green, blue = channels(x)
        weights = LUMA_WEIGHTS[self.weights]
        return fma(blue, weights[2], fma(green, weights[1], red * weights[0]))
