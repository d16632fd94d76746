"""Clamp: limit values to a range."""

from __future__ import annotations

from typing import Any

from grade.op import Op, Param, ParameterError, other_words
from grade.op.formulas.ramps import limit


class Clamp(Op):
    """Limit every channel to a range.

        y = min(high, max(low, x))

    It is not the identity at its defaults: a clamp in a look clamps to 0..1 unless it has other
    bounds. An infinite bound leaves that side open. Infinities are clamped like other values. NaN
    stays NaN.

    Source: OpenColorIO RangeTransform. Differs from it: there NaN becomes the lower bound.

    >>> Clamp(low=0.0, high=1.0).evaluate([-0.5, 0.25, float("inf")]).tolist()
    [0.0, 0.25, 1.0]
    """

    known_as = ("clip", "limit")
    synonyms = other_words(low="min minimum black", high="max maximum white")
    low = Param(
        0.0, soft=(0, 1), hard=(float("-inf"), float("inf")), unit="value", doc="The lower bound."
    )
    high = Param(
        1.0, soft=(0, 1), hard=(float("-inf"), float("inf")), unit="value", doc="The upper bound."
    )

    def validate(self) -> None:
        if self.low > self.high:
            raise ParameterError(
                f"{self.name or self.kind}.low = {self.low:g}: above high = {self.high:g} value"
            )

    def neutral(self) -> bool:
        return False

    def forward(self, x: Any) -> Any:
        return limit(x, self.low, self.high)
