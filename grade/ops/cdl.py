"""CDL: slope, offset, power and saturation, as the ASC defines them."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma, power, select
from grade.op import Op, Param, RgbParam, Switch, other_words
from grade.op.formulas.above_black import mix_above_black, unmix_above_black
from grade.op.formulas.ramps import limit
from grade.op.formulas.saturation import saturate, saturation_matrix


class CDL(Op):
    """The ASC Color Decision List, the ten numbers that every system exchanges.

        y = x * slope + offset
        y = y ** power
        Y = 0.2126 y.r + 0.7152 y.g + 0.0722 y.b
        out = Y + saturation * (y - Y)

    Without ``clamp``, a negative value passes the power unchanged and nothing is clipped. With it,
    values are clamped to 0..1 before the power and after the saturation, as the ASC specifies. The
    luma weights are those of Rec.709 in every space. The ASC's saturation mixes a channel of a lamp
    beyond the gamut, whose log code is far below 0, into the others, and the lamp turns black; with
    ``above_black`` such a channel counts as black in a log space, as in ``saturation``, and the
    rest of it is added back. No other system has this switch, so it is off by default. NaN stays
    NaN. An infinity stays one while saturation is 1, else it reaches all three channels.

    Source: ASC CDL v1.2 (S. Borg et al.). Differs from the ASC: there values are always clamped;
    here that is a switch, off by default, because scene-linear and log pictures go beyond 0..1.
    Differs from OpenColorIO: its clamped style gives 0 for NaN.

    >>> trim = CDL(slope=(1.2, 1, 0.9), offset=(-0.05, 0, 0.02), power=(1.1, 1, 0.95),
    ...            saturation=1.3, clamp=True)
    >>> trim.evaluate([0.5, 0.4, 0.2]).round(6).tolist()
    [0.549945, 0.396438, 0.158225]
    >>> trim.copy(clamp=False).evaluate([1.5, 0.1, -0.1]).round(6).tolist()
    [2.267963, -0.007979, -0.228979]
    """

    known_as = (
        "asc_cdl", "sop", "sops", "slope", "power", "color_decision_list", "color_correction",
    )  # fmt: skip
    synonyms = other_words(
        power="gamma",
        slope="gain multiply",
        offset="lift add",
        saturation="sat",
        clamp="clip",
    )
    slope = RgbParam(
        1.0, soft=(0, 2), hard=(0, 1000), unit="factor", doc="Multiplies the value; black stays."
    )
    offset = RgbParam(
        0.0, soft=(-0.2, 0.2), hard=(-1000, 1000), unit="code value", doc="Added after slope."
    )
    power = RgbParam(
        1.0, soft=(0.5, 2), hard=(0.01, 100), unit="exponent", doc="Above 1 darkens mid-tones."
    )
    saturation = Param(
        1.0, soft=(0, 2), hard=(0, 100), unit="factor", doc="0 is monochrome, Rec.709 weights."
    )
    clamp = Switch(False, doc="Clamp to 0..1 before the power and at the end, as the ASC does.")
    above_black = Switch(
        False, doc="In a log space, saturate only what lies above the code of light 0."
    )

    def neutral(self) -> bool:
        return not self.clamp

    def forward(self, x: Any) -> Any:
        y = self._powered(self._held(fma(x, self.slope, self.offset)), self.power)
        if self.above_black:
            return self._held(mix_above_black(self, y, self._saturated))
        return self._held(self._saturated(y))

    def inverse(self, y: Any) -> Any:
        """Undo saturation, power, offset and slope; impossible for a slope or saturation of 0."""
        x = self._held(y)
        if self.above_black:
            matrix = saturation_matrix(self.saturation, "rec709")
            x = unmix_above_black(self, x, self._saturated, self._desaturated, matrix)
        else:
            x = self._desaturated(x)
        x = self._held(x)
        x = self._powered(x, 1 / self.power)
        return self._held((x - self.offset) * (1 / self.slope))

    def _saturated(self, x: Any) -> Any:
        return saturate(x, self.saturation, "rec709")

    def _desaturated(self, y: Any) -> Any:
        return saturate(y, 1 / self.saturation, "rec709")

    def _held(self, x: Any) -> Any:
        return limit(x, 0.0, 1.0) if self.clamp else x

    def _powered(self, x: Any, exponent: Any) -> Any:
        return select(x < 0.0, x, power(x, exponent))
