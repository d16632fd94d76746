"""ChromaQualifier: select colors by their distance from a color, at any brightness."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, fma, sqrt
from grade.op import Choice, Param, Qualifier, RgbParam, other_words
from grade.op.formulas.falloff import FALLOFFS, apply_falloff
from grade.op.parameters.band import BandMatte
from grade.science.luma import LUMA_WEIGHTS

CB, CR = 1.8556, 1.5748  # 2 (1 - 0.0722) and 2 (1 - 0.2126)


class ChromaQualifier(Qualifier):
    """Select what lies near a color in the plane of the color differences of BT.709.

        v  = x - color
        Y  = 0.2126 v.r + 0.7152 v.g + 0.0722 v.b
        Cb = (v.b - Y) / 1.8556
        Cr = (v.r - Y) / 1.5748
        m  = 1 up to a distance |(Cb, Cr)| of radius, falling to 0 over ``soft`` beyond

    Adding the same to all channels changes nothing. In a log space that is exposure, so a color is
    selected in light and in shade alike; in linear light the distance grows with exposure. Negative
    channels follow the formula. NaN and infinities have no place in the plane and give 0.

    Source: BT.709-6, 3.2 and 3.3. The worked example is its red, which has Cr = 0.5 and, being
    -0.2126/1.8556 in Cb, a distance of 0.51296.

    >>> red = ChromaQualifier(color=0.0, radius=0.5, soft=0.02).evaluate([1.0, 0.0, 0.0])
    >>> round(1.0 - red, 4)  # (0.51296 - 0.5) / 0.02
    0.6479
    """

    known_as = ("chroma_key", "chroma_keyer", "key_3d", "keyer_3d", "greenscreen")
    synonyms = other_words(radius="tolerance range")
    color = RgbParam(
        0.5, soft=(0, 1), hard=(-65504, 65504), unit="code value", doc="The color to select."
    )
    radius = Param(
        0.05,
        soft=(0, 0.5),
        hard=(0, 65504),
        unit="chroma",
        doc="Distance from the color within which the matte is 1.",
    )
    soft = Param(0.05, soft=(0, 0.5), hard=(0, 65504), unit="chroma", doc="Width of the soft edge.")
    falloff = Choice(*FALLOFFS, doc="Shape of the soft edge: a straight ramp, or eased.")

    def forward(self, x: Any) -> Any:
        red, green, blue = (a - b for a, b in zip(channels(x), channels(self.color), strict=True))
        weights = LUMA_WEIGHTS["rec709"]
        luma = fma(blue, weights[2], fma(green, weights[1], red * weights[0]))
        cb, cr = (blue - luma) * (1 / CB), (red - luma) * (1 / CR)
        distance = sqrt(fma(cr, cr, cb * cb))
        near = BandMatte(0.0, self.radius, self.soft, self.soft).select_value(distance)
        return apply_falloff(near, self.falloff)
