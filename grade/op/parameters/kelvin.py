"""A color temperature, whose keys blend as lights do: evenly in mired."""

from __future__ import annotations

from typing import Any

from grade.op.parameters.scalar import Param

MEGAKELVIN = 1e6


class Kelvin(float):
    """A color temperature. Between two of them lies the one halfway in mired, 1e6 / K.

    A mired looks alike everywhere on the scale, a kelvin counts for ten times more at 3000 than at
    10000: a dissolve in kelvin would do all of its change at one end.

    >>> Kelvin(3000).blend_with(Kelvin(6000), 0.5)
    4000.0
    """

    __slots__ = ()

    def blend_with(self, other: float, t: float) -> float:
        """The temperature at the fraction ``t`` of the way to another; the ends are exact."""
        if t in (0.0, 1.0) or self == other:
            return other if t == 1.0 else self
        start, end = MEGAKELVIN / self, MEGAKELVIN / other
        mired = start + t * (end - start)
        return Kelvin(MEGAKELVIN / mired if mired else float("inf"))


class KelvinParam(Param):
    """A color temperature; its keys blend in mired."""

    def check(self, value: Any, owner: str) -> Any:
        number = super().check(value, owner)
        return None if number is None else Kelvin(number)
