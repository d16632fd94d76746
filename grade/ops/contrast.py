"""Contrast: steeper or flatter about a pivot."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma, signed_power
from grade.op import Choice, DomainBy, Op, Param


class Contrast(Op):
    """Make the picture steeper or flatter about a grey that stays where it is.

    ``linear``, on scene light, a straight line in stops for every positive value:

        y = pivot * (x / pivot) ** contrast

    ``log``, on the codes of the log space worked in, where p is the code of ``pivot``:

        y = (x - p) * contrast + p

    Both turn the picture about the same grey and agree wherever the log curve is a pure logarithm;
    they part in its toe. The pivot is scene light in both, 0.18 for a grey card; 0.18 is code
    0.4135884 in ACEScct. ``log`` costs one operation per channel, ``linear`` a power.

    Negative light: the power is mirrored about zero. Nothing is clipped; infinities and NaN pass
    through (at contrast 0 they have no value: NaN).

    Source: OpenColorIO GradingPrimary, LIN and LOG styles. Standing alone, ``log`` is ACEScct.

    >>> round(Contrast(1.5).evaluate(0.72), 6)          # two stops over become three
    1.44
    >>> round(Contrast(1.5, style="log").evaluate(0.4135884), 6)
    0.413588
    """

    domain = DomainBy("style", linear="linear", log="log")
    contrast = Param(1.0, soft=(0.5, 2), hard=(0.01, 100), unit="factor", doc="Slope at the pivot.")
    pivot = Param(
        0.18, soft=(0.05, 1), hard=(0.0001, 100), unit="scene light", doc="The grey that stays."
    )
    style = Choice("linear", "log", doc="A power on light, or a line on log codes.")

    def forward(self, x: Any) -> Any:
        return self._turned(x, self.contrast)

    def inverse(self, y: Any) -> Any:
        """The reciprocal contrast about the same pivot."""
        return self._turned(y, 1 / self.contrast)

    def _turned(self, x: Any, contrast: Any) -> Any:
        if self.style == "linear":
            return signed_power(x * (1 / self.pivot), contrast) * self.pivot
        pivot = self.working.encode(self.pivot)
        return fma(x, contrast, pivot - pivot * contrast)
