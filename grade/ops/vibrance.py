"""Vibrance: more saturation for colors that have little."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import absolute, channels, equal, fma, maximum, minimum, select
from grade.op import Choice, Op, Param, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.ramps import limit, smooth_ramp
from grade.op.formulas.saturation import luma
from grade.science.luma import LUMA_WEIGHTS

# Hues in degrees, red at 0: protection begins, is full from, is full up to, ends.
SKIN = (0.0, 8.0, 40.0, 60.0)
FAINTEST = 1e-30  # least divisor: fainter light has no color to speak of


class Vibrance(Op):
    """Saturate weak colors more than strong ones.

        c = (max - min) / max(|max|, |min|), limited to 0..1       the strength of the color
        s = 1 + vibrance * (1 - c) * (1 - skin * h)
        y = Y + s * (x - Y)

    A pure color stays as it is at every setting, a grey stays grey, and luma is kept. Within -1..1
    a stronger color never becomes weaker than a weaker one of its hue. -1 takes all color from the
    weakest colors. ``weights`` selects the luma Y.

    ``skin`` leaves out skin colors: h is 1 for hues of 8 to 40 degrees, as HSV counts them, and
    falls smoothly to 0 at 0 and 60 degrees. At 0 no hue is treated differently.

    A color with a negative value counts as the strongest, so it stays. In a log space a channel
    below black, the code of light 0, counts as black, and the rest of it is added back. Nothing is
    clipped. NaN or an infinity in one channel gives NaN in all three.

    Source: the form of the ASC CDL's saturation, with a factor per pixel. Differs from raw
    developers, whose vibrance is unpublished and always protects skin.

    >>> Vibrance(1.0).evaluate([0.6, 0.5, 0.5]).round(6).tolist()     # a sixth, so s is 11/6
    [0.665617, 0.482283, 0.482283]
    >>> Vibrance(1.0).evaluate([1.0, 0.0, 0.0]).round(6).tolist()
    [1.0, 0.0, 0.0]
    """

    group = "creative"
    known_as = ("color_boost", "vib", "smart_saturation")
    synonyms = other_words(vibrance="sat saturation boost")
    vibrance = Param(
        0.0, soft=(-1, 1), hard=(-1, 1), unit="factor", doc="Above 0 weak colors grow stronger."
    )
    skin = Param(
        0.0, soft=(0, 1), hard=(0, 1), unit="fraction", doc="How far hues of skin are left out."
    )
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._saturated)

    def _saturated(self, x: Any) -> Any:
        red, green, blue = channels(x)
        most = maximum(red, maximum(green, blue))
        least = minimum(red, minimum(green, blue))
        span = most - least
        reach = maximum(absolute(most), absolute(least))
        strength = limit(span / maximum(FAINTEST, reach), 0.0, 1.0)
        # Skin lies between red and yellow: red is largest, blue least, the hue is in green.
        warm = (red >= green) & (green >= blue)
        hue = select(warm, (green - blue) / maximum(FAINTEST, span) * 60.0, 0.0)
        rise, full, fall, end = SKIN
        spared = self.skin * (smooth_ramp(hue, rise, full) - smooth_ramp(hue, fall, end))
        saturation = fma(self.vibrance * (1.0 - strength), 1.0 - spared, 1.0)
        grey = luma(x, self.weights)
        return select(equal(self.vibrance, 0.0), x, fma(saturation, x - grey, grey))
