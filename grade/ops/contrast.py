"""Contrast: a steeper or flatter picture about a pivot."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import (
    absolute,
    copysign,
    exp2,
    fma,
    log2,
    minimum,
    select,
    signed_power,
    sqrt,
)
from grade.op import Choice, DomainBy, Op, Param, other_words
from grade.op.parameters.optional import OptionalParam

FARTHEST = 300.0  # stops; float32 has 277


class Contrast(Op):
    """Make the picture steeper or flatter about a pivot that stays where it is.

    ``linear`` works on scene light; it is a straight line in stops for positive values:

        y = pivot * (x / pivot) ** contrast

    ``log`` works on the codes of the log working space, where p is the code of ``pivot``:

        y = (x - p) * contrast + p

    ``low_soft`` and ``high_soft`` let the ends roll off: a steep contrast eases back to slope 1
    below and above the pivot, a toe and a shoulder that no value runs into. With n the distance
    from the pivot in stops, the contrast of a pixel is then

        1 + (contrast - 1) / (1 + soft * n)

    so the slope falls from ``contrast`` at the pivot to 1, without a corner, and the far ends move
    by (contrast - 1) / soft stops at most. 0 or unset is the straight line; unset costs nothing.
    The result rises everywhere at every setting.

    Both styles have the same pivot and agree wherever the log curve is a pure logarithm; they
    differ in its toe. The pivot is scene light in both, 0.18 for a grey card; 0.18 is code
    0.4135884 in ACEScct. ``log`` costs one operation per channel, ``linear`` a power.

    For negative light the power is mirrored about zero. Nothing is clipped. Infinities and NaN pass
    through.

    Source: OpenColorIO GradingPrimary, LIN and LOG styles. Outside a look, ``log`` is ACEScct.

    >>> round(Contrast(1.5).evaluate(0.72), 6)          # two stops over become three
    1.44
    >>> round(Contrast(1.5, style="log").evaluate(0.4135884), 6)
    0.413588
    >>> round(Contrast(2.0, high_soft=0.5).evaluate(0.72), 6)     # two stops become three, not four
    1.44
    """

    domain = DomainBy("style", linear="linear", log="log")
    known_as = ("contrast_pivot", "pivot")
    synonyms = other_words(
        pivot="center pivot_point",
        contrast="slope",
        low_soft="toe",
        high_soft="shoulder",
    )
    contrast = Param(1.0, soft=(0.5, 2), hard=(0.01, 100), unit="factor", doc="Slope at the pivot.")
    pivot = Param(
        0.18,
        soft=(0.05, 1),
        hard=(0.0001, 100),
        unit="scene light",
        doc="The light that stays unchanged.",
    )
    style = Choice("linear", "log", doc="A power on light, or a line on log codes.")
    low_soft = OptionalParam(
        soft=(0, 1),
        hard=(0, 100),
        unit="per stop",
        doc="Roll-off below the pivot: how soon the slope eases to 1.",
    )
    high_soft = OptionalParam(
        soft=(0, 1),
        hard=(0, 100),
        unit="per stop",
        doc="Roll-off above the pivot: how soon the slope eases to 1.",
    )

    def forward(self, x: Any) -> Any:
        return self._eased(x, False) if self._soft() else self._turned(x, self.contrast)

    def inverse(self, y: Any) -> Any:
        """The reciprocal contrast about the same pivot; with roll-off, its equation solved."""
        return self._eased(y, True) if self._soft() else self._turned(y, 1 / self.contrast)

    def _turned(self, x: Any, contrast: Any) -> Any:
        if self.style == "linear":
            return signed_power(x * (1 / self.pivot), contrast) * self.pivot
        pivot = self.working.encode(self.pivot)
        return fma(x, contrast, pivot - pivot * contrast)

    def _soft(self) -> bool:
        return self.low_soft is not None or self.high_soft is not None

    def _eased(self, x: Any, back: bool) -> Any:
        if self.style == "linear":
            stops = log2(absolute(x) * (1 / self.pivot))
            return copysign(exp2(stops * self._slope(stops, back)), x) * self.pivot
        pivot = self.working.encode(self.pivot)
        # Two stops about the pivot measure how many codes a stop has.
        lighter, darker = (
            self.working.encode(self.pivot * 2.0),
            self.working.encode(self.pivot / 2.0),
        )
        away = x - pivot
        return fma(away, self._slope(away * (2.0 / (lighter - darker)), back), pivot)

    def _slope(self, stops: Any, back: bool) -> Any:
        """The factor on the distance from the pivot; ``back``: by the distance of the result."""
        soft = select(stops < 0.0, self._or_none(self.low_soft), self._or_none(self.high_soft))
        # Limited: no picture is farther away, and 0 times an infinity would be NaN.
        reach = soft * minimum(FARTHEST, absolute(stops))
        if not back:
            return 1.0 + (self.contrast - 1.0) / (1.0 + reach)
        # n from u = n + (c - 1) n / (1 + k n): the positive root of k n**2 + (c - k u) n - u,
        # as n / u, in whichever form adds and does not subtract.
        b = self.contrast - reach
        root = sqrt(fma(b, b, 4.0 * reach))
        return select(b < 0.0, (root - b) / (2.0 * reach), 2.0 / (b + root))

    def _or_none(self, soft: Any) -> Any:
        return 0.0 if soft is None else soft
