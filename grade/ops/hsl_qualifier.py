"""HSLQualifier: select colors by hue, saturation and luminance."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import absolute, channels, equal, select
from grade.op import BandParam, Choice, Qualifier, other_words
from grade.op.formulas.falloff import FALLOFFS, apply_falloff
from grade.op.formulas.hexcone import to_hexcone


class HSLQualifier(Qualifier):
    """Select a range of hues, saturations and luminances, with soft edges.

        m = hue_band(h) * saturation_band(s) * luminance_band(l)

        max, min the largest and the smallest channel, C = max - min
        h   60 degrees * ((g - b)/C, 2 + (b - r)/C or 4 + (r - g)/C, by the largest), 0 = red
        s   hsv: C / max                       hsl: C / (1 - |max + min - 1|)
        l   hsv: max                           hsl: (max + min) / 2

    A band selects its range in full and falls to 0 over ``soft`` beyond it. A band that is not
    given selects everything. A hue band with low above high goes round over red. Hues of colors
    with negative channels follow the formula; saturation is 0 where its divisor is infinite or not
    above 0. A grey has no hue: a hue band of less than 360 degrees does not select it, nor anything
    whose C is below 2^-16 of its largest magnitude. NaN in any channel gives 0. An infinity has no
    hue and no saturation; opposite ones in a pixel give 0.

    The numbers are those of the working space: in ACEScct skin has hues 8..35 and saturations
    0.08..0.25; in linear light the same skin has saturations of about 0.5.

    Source: Smith 1978, Color gamut transform pairs (hsv); Joblove and Greenberg 1978 (hsl). The
    worked example has hue 61.8 degrees, hsv saturation 0.779 and hsl saturation 0.638 in the table
    of https://en.wikipedia.org/wiki/HSL_and_HSV.

    >>> from grade.op import Band
    >>> olive = [0.628, 0.643, 0.142]
    >>> HSLQualifier(hue=Band(61.7, 61.9), saturation=Band(0.7785, 0.7795)).evaluate(olive)
    1.0
    >>> HSLQualifier(saturation=Band(0.6375, 0.6385), model="hsl").evaluate(olive)
    1.0
    """

    known_as = (
        "hsl", "hsl_key", "hsl_keyer", "hsv_key", "hue_key", "key", "keyer", "qualifier",
        "secondary", "skin_key", "selective_color",
    )  # fmt: skip
    synonyms = other_words(saturation="sat", luminance="luma lum lightness value brightness")
    hue = BandParam(
        soft=(0, 360),
        hard=(0, 360),
        unit="degree",
        doc="The hues to select; 0 is red.",
        circle=True,
    )
    saturation = BandParam(
        soft=(0, 1), hard=(0, 65504), unit="saturation", doc="The saturations to select; 0 is grey."
    )
    luminance = BandParam(
        soft=(0, 1), hard=(-65504, 65504), unit="code value", doc="The luminances to select."
    )
    model = Choice("hsv", "hsl", doc="The definition of saturation and luminance.")
    falloff = Choice(*FALLOFFS, doc="Shape of the soft edges: a straight ramp, or eased.")

    def forward(self, x: Any) -> Any:
        r, g, b = channels(x)
        cone = to_hexcone(x)
        any_hue = absolute(self.hue.high - self.hue.low) >= 360.0
        by_hue = self.hue.select_hue(cone.hue)
        by_hue = select(any_hue, 1.0, select(cone.has_hue, by_hue, 0.0))
        saturation, luminance = cone.saturation(self.model), cone.luminance(self.model)
        matte = (
            apply_falloff(by_hue, self.falloff)
            * apply_falloff(self.saturation.select_value(saturation), self.falloff)
            * apply_falloff(self.luminance.select_value(luminance), self.falloff)
        )
        return select(equal(r, r) & equal(g, g) & equal(b, b), matte, 0.0)

    def coordinates(self, x: Any) -> tuple[Any, Any, Any]:
        cone = to_hexcone(x)
        return cone.hue_or_none(), cone.saturation(self.model), cone.luminance(self.model)
