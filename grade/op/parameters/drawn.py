"""Curves that are there when somebody has drawn them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grade.ir.expression import equal
from grade.op.parameters.scalar import Bounds, ParameterError, PointsParam


class DrawnParam(PointsParam):
    """Control points, or none at all: then there is no curve, and it costs nothing.

    Parameters
    ----------
    level
        The height at which a curve changes nothing; None for the diagonal.
    """

    def __init__(
        self, level: float | None, *, most: int, soft: Bounds, hard: Bounds, unit: str, doc: str
    ) -> None:
        super().__init__((), fewest=0, most=most, soft=soft, hard=hard, unit=unit, doc=doc)
        self.level = level

    def check(self, value: Any, owner: str) -> Any:
        if hasattr(value, "__len__") and len(value) == 1:
            raise ParameterError(f"{owner}.{self.name}: 1 point; it takes none or 2..{self.most}")
        return super().check(value, owner)

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        return [equal(y, x if self.level is None else self.level) for x, y in bound]

    def summary(self) -> str:
        return f"{self.hard[0]:g}..{self.hard[1]:g}, {self.unit}, default none"
