"""Bands: a range that a key accepts, with soft edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from grade.ir.expression import clamp, maximum, minimum, select
from grade.op.animation.keyframes import blend
from grade.op.parameters.scalar import Bounds, Param, ParameterError

INFINITY = float("inf")


@dataclass(frozen=True, slots=True)
class Band:
    """From ``low`` to ``high`` everything, falling to nothing over ``soft`` beyond either.

    Parameters
    ----------
    low, high
        The range that is taken whole. Of hues, ``low > high`` goes round over 0.
    soft
        How far the edges reach out; two numbers are those of the low and of the high edge.
    """

    low: float
    high: float
    soft: float | tuple[float, float] = 0.0

    @property
    def edges(self) -> tuple[float, float]:
        """The softness of the low and of the high edge."""
        return self.soft if isinstance(self.soft, tuple) else (self.soft, self.soft)

    def blended(self, other: Band, t: float) -> Band:
        """The band on the way to another."""
        low, high, *edges = blend(
            (self.low, self.high, *self.edges), (other.low, other.high, *other.edges), t
        )
        return Band(low, high, edges[0] if edges[0] == edges[1] else (edges[0], edges[1]))


class Edges(NamedTuple):
    """A band as a formula sees it: four expressions."""

    low: Any
    high: Any
    soft_low: Any
    soft_high: Any

    def of(self, value: Any) -> Any:
        """How much of a value is taken: 1 inside, falling straight to 0. NaN gives 0."""
        below = _fallen(self.low - value, self.soft_low)
        above = _fallen(value - self.high, self.soft_high)
        taken = minimum(below, above)
        return select(value - value >= 0.0, taken, _beyond(value, self.low, self.high))

    def of_hue(self, degrees: Any) -> Any:
        """The same of an angle, 0 to 360, round the circle; a band of 360 degrees takes all."""
        width = self.high - self.low
        width = select(width < 0.0, width + 360.0, width)
        past = degrees - self.low
        past = select(past < 0.0, past + 360.0, past)
        past = select(past >= 360.0, past - 360.0, past)  # degrees beyond the low edge, 0..360
        beyond, before = past - width, 360.0 - past
        outside = maximum(_fallen(beyond, self.soft_high), _fallen(before, self.soft_low))
        return select((past <= width) | (width >= 360.0), 1.0, outside)


def _fallen(distance: Any, soft: Any) -> Any:
    """1 up to distance 0, 0 from ``soft`` on; an edge without softness is a step."""
    ramp = clamp(1.0 - distance * (1.0 / soft), 0.0, 1.0)
    return select(distance <= 0.0, 1.0, select(soft > 0.0, ramp, 0.0))


def _beyond(value: Any, low: Any, high: Any) -> Any:
    """Of an infinity: taken where the band is open on that side. NaN is in no band."""
    return select((value >= low) & (value <= high), 1.0, 0.0)


class BandParam(Param):
    """A :class:`Band`: four uniforms. None takes everything."""

    components = (".low", ".high", ".soft_low", ".soft_high")

    def __init__(
        self, *, soft: Bounds, hard: Bounds, unit: str, doc: str, circle: bool = False
    ) -> None:
        super().__init__(None, soft=soft, hard=hard, unit=unit, doc=doc)
        self.unset = (0.0, 360.0) if circle else (-INFINITY, INFINITY)
        self.circle = circle

    def check(self, value: Any, owner: str) -> Any:
        if value is None:
            return None
        if isinstance(value, Mapping):
            unknown = [str(name) for name in value if name not in ("low", "high", "soft")]
            if unknown or "low" not in value or "high" not in value:
                raise self._refusal(value, owner)
            value = Band(value["low"], value["high"], value.get("soft", 0.0))
        if not isinstance(value, Band):
            raise self._refusal(value, owner)
        low = self._number(value.low, owner, ".low")
        high = self._number(value.high, owner, ".high")
        soft = value.soft if isinstance(value.soft, tuple | list) else (value.soft, value.soft)
        if len(soft) != 2:
            raise self._refusal(value, owner)
        edges = tuple(self._edge(v, owner) for v in soft)
        if low > high and not self.circle:
            raise ParameterError(
                f"{owner}.{self.name} = {low:g}..{high:g}: low is above high; only hues go round"
            )
        return Band(low, high, edges[0] if edges[0] == edges[1] else (edges[0], edges[1]))

    def _edge(self, value: Any, owner: str) -> float:
        most = self.hard[1] - self.hard[0]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise ParameterError(
                f"{owner}.{self.name}.soft = {value!r}: outside 0..{most:g} {self.unit}"
            )
        return float(value)

    def _refusal(self, value: Any, owner: str) -> ParameterError:
        return ParameterError(
            f"{owner}.{self.name} = {value!r}: takes a range, as in grade.Band(8, 35, soft=8) or"
            f" {{low: 8, high: 35, soft: 8}}; {self.summary()}"
        )

    def bounds(self) -> Bounds:
        return (-INFINITY, INFINITY)

    def flat(self, value: Any) -> list[float]:
        if value is None:
            return [*self.unset, 0.0, 0.0]
        return [value.low, value.high, *value.edges]

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        """The band with one of its numbers changed; ``.soft`` changes both edges."""
        flat = self.flat(value)
        if suffix == ".soft":
            return Band(flat[0], flat[1], number)
        numbers = dict(zip(self.components, flat, strict=True)) | {suffix: number}
        low, high, soft_low, soft_high = numbers.values()
        return Band(low, high, (soft_low, soft_high))

    def assemble(self, parts: Sequence[Any]) -> Any:
        return Edges(*parts)

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        return []

    def summary(self) -> str:
        return f"{self.hard[0]:g}..{self.hard[1]:g}, {self.unit}, default everything"
