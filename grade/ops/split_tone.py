"""SplitTone: one tint for the shadows, another for the highlights."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import exp2
from grade.op import Choice, Op, Param, RgbParam, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.ramps import smooth_ramp
from grade.op.formulas.saturation import luma
from grade.science.luma import LUMA_WEIGHTS

GREY = 0.18


class SplitTone(Op):
    """Tint shadows and highlights differently and keep luma.

        h = 3 t**2 - 2 t**3,  t from 0 at balance - width / 2 to 1 at balance + width / 2
        tint = shadow + h * (highlight - shadow)
        y = x + tint - luma(tint)

    ``shadow`` and ``highlight`` are added to the channels of the log codes. In log an addition is a
    factor on light, so black stays black and nothing is lifted. t is measured on the pixel's luma,
    in stops about 18 % grey: ``balance`` is where both tints are equally strong, ``width`` is the
    number of stops from one to the other. Luma is kept exactly.

    A brighter grey stays brighter in a channel while its tint, after the luma is taken out, changes
    by less than 2/3 of ``width`` from one end to the other, a stop being 0.057 in ACEScct: within
    the sliders it always is. A stronger tint over a narrower crossover may turn a channel back.

    Codes below black get the tint of the shadows, codes above 1 that of the highlights. In the luma
    that decides, a channel below black, the code of light 0, counts as black. Nothing is clipped.
    NaN in one channel reaches all three; an infinity stays one.

    Source: split toning of prints, as in Adobe Lightroom and Camera Raw. Their formula is not
    published, so this one is ours. Outside a look the op works in ACEScct.

    >>> tone = SplitTone(shadow=(-0.01, 0, 0.02), highlight=(0.02, 0.01, 0))
    >>> tone.evaluate([0.1, 0.1, 0.1]).round(6).tolist()
    [0.090682, 0.100682, 0.120682]
    >>> tone.evaluate([0.8, 0.8, 0.8]).round(6).tolist()
    [0.808596, 0.798596, 0.788596]
    """

    group = "creative"
    domain = "log"
    known_as = ("split_toning", "toning", "duotone")
    synonyms = other_words(
        shadow="shadows",
        highlight="highlights",
        balance="crossover",
        width="softness",
    )
    shadow = RgbParam(
        0.0, soft=(-0.03, 0.03), hard=(-1, 1), unit="code value", doc="The tint of the shadows."
    )
    highlight = RgbParam(
        0.0, soft=(-0.03, 0.03), hard=(-1, 1), unit="code value", doc="The tint of the highlights."
    )
    balance = Param(
        0.0,
        soft=(-3, 3),
        hard=(-12, 12),
        unit="stops",
        doc="Where both tints are equally strong, from 18 % grey.",
    )
    width = Param(
        4.0,
        soft=(3, 8),
        hard=(0.1, 24),
        unit="stops",
        doc="Width of the crossover between the tints.",
    )
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._tinted)

    def _tinted(self, x: Any) -> Any:
        half = self.width * 0.5
        low = self.working.encode(exp2(self.balance - half) * GREY)
        high = self.working.encode(exp2(self.balance + half) * GREY)
        bright = smooth_ramp(luma(x, self.weights), low, high)
        shadow = self.shadow - luma(self.shadow, self.weights)
        highlight = self.highlight - luma(self.highlight, self.weights)
        return x + (shadow + bright * (highlight - shadow))
