"""Bands: the range of values that a qualifier selects, with soft edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from grade.ir.expression import clamp, maximum, minimum, select
from grade.op.animation.keyframes import blend
from grade.op.parameters.json_schema import Schema, any_of, fixed_list, number_within
from grade.op.parameters.scalar import Bounds, Param
from grade.op.parameters.setting import ParameterError, is_list
from grade.suggestion import suggest

INFINITY = float("inf")
_PARTS = ("low", "high", "soft")
_SYNONYMS = {
    "min": "low", "minimum": "low", "from": "low", "start": "low", "max": "high",
    "maximum": "high", "to": "high", "end": "high", "softness": "soft", "feather": "soft",
    "falloff": "soft", "width": "high",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """The values from ``low`` to ``high``, with soft edges beyond them.

    Parameters
    ----------
    low, high
        The range that is selected in full. For hues, ``low > high`` goes round over 0.
    soft
        Width of the soft edges, where the matte falls to 0. Two numbers set the low and the high
        edge.
    """

    low: float
    high: float
    soft: float | tuple[float, float] = 0.0

    @property
    def edges(self) -> tuple[float, float]:
        """The widths of the low and of the high edge."""
        return self.soft if isinstance(self.soft, tuple) else (self.soft, self.soft)

    def blend_with(self, other: Band, t: float) -> Band:
        """The band at the fraction ``t`` of the way to another."""
        low, high, *edges = blend(
            (self.low, self.high, *self.edges), (other.low, other.high, *other.edges), t
        )
        return Band(low, high, edges[0] if edges[0] == edges[1] else (edges[0], edges[1]))


class BandMatte(NamedTuple):
    """A band as a formula sees it: four expressions, from which it makes a matte."""

    low: Any
    high: Any
    soft_low: Any
    soft_high: Any

    def select_value(self, value: Any) -> Any:
        """The matte of a value: 1 inside the band, falling in a straight line to 0. NaN gives 0."""
        below = _fall_off(self.low - value, self.soft_low)
        above = _fall_off(value - self.high, self.soft_high)
        selected = minimum(below, above)
        return select(value - value >= 0.0, selected, _select_infinity(value, self.low, self.high))

    def select_hue(self, degrees: Any) -> Any:
        """The matte of an angle, 0 to 360, round the circle. A band of 360 degrees is all hues."""
        width = self.high - self.low
        width = select(width < 0.0, width + 360.0, width)
        past = degrees - self.low
        past = select(past < 0.0, past + 360.0, past)
        past = select(past >= 360.0, past - 360.0, past)  # degrees beyond the low edge, 0..360
        beyond, before = past - width, 360.0 - past
        outside = maximum(_fall_off(beyond, self.soft_high), _fall_off(before, self.soft_low))
        return select((past <= width) | (width >= 360.0), 1.0, outside)


def _fall_off(distance: Any, soft: Any) -> Any:
    """1 up to distance 0, 0 from ``soft`` on. Without softness the edge is a step."""
    ramp = clamp(1.0 - distance * (1.0 / soft), 0.0, 1.0)
    return select(distance <= 0.0, 1.0, select(soft > 0.0, ramp, 0.0))


def _select_infinity(value: Any, low: Any, high: Any) -> Any:
    """The matte of an infinity: 1 where the band is open on that side. NaN is in no band."""
    return select((value >= low) & (value <= high), 1.0, 0.0)


class BandParam(Param):
    """A :class:`Band`: four uniforms. None selects everything."""

    components = (".low", ".high", ".soft_low", ".soft_high")

    def __init__(
        self, *, soft: Bounds, hard: Bounds, unit: str, doc: str, circle: bool = False
    ) -> None:
        super().__init__(None, soft=soft, hard=hard, unit=unit, doc=doc)
        self.everything = (0.0, 360.0) if circle else (-INFINITY, INFINITY)
        self.circle = circle

    def check(self, value: Any, owner: str) -> Any:
        if value is None:
            return None
        if isinstance(value, Mapping):
            for name in value:
                if name not in _PARTS:
                    hint = suggest(str(name), _PARTS, _SYNONYMS)
                    raise self._refusal(value, owner, f"has no part {name!r}.{hint} It ")
            for name in ("low", "high"):
                if name not in value:
                    raise self._refusal(value, owner, f"{name} is missing; ")
            value = Band(value["low"], value["high"], value.get("soft", 0.0))
        if is_list(value) and len(value) == 2:
            value = Band(value[0], value[1])
        if not isinstance(value, Band):
            raise self._refusal(value, owner)
        low = self._number(value.low, owner, ".low")
        high = self._number(value.high, owner, ".high")
        soft = value.soft if isinstance(value.soft, tuple | list) else (value.soft, value.soft)
        if len(soft) != 2:
            raise self._refusal(value, owner)
        edges = tuple(self._soft_edge(v, owner) for v in soft)
        if low > high and not self.circle:
            raise ParameterError(
                f"{owner}.{self.name} = {low:g}..{high:g}: low is above high; only hues go round"
            )
        return Band(low, high, edges[0] if edges[0] == edges[1] else (edges[0], edges[1]))

    def _soft_edge(self, value: Any, owner: str) -> float:
        most = self.hard[1] - self.hard[0]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise ParameterError(
                f"{owner}.{self.name}.soft = {value!r}: outside 0..{most:g} {self.unit}"
            )
        return float(value)

    def _refusal(self, value: Any, owner: str, problem: str = "") -> ParameterError:
        return ParameterError(
            f"{owner}.{self.name} = {value!r}: {problem}takes a range, as in [8, 35],"
            f" {{low: 8, high: 35, soft: 8}} or grade.Band(8, 35, soft=8); {self.summary()}"
        )

    def bounds(self) -> Bounds:
        return (-INFINITY, INFINITY)

    def flatten(self, value: Any) -> list[float]:
        if value is None:
            return [*self.everything, 0.0, 0.0]
        return [value.low, value.high, *value.edges]

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        """The band with one of its numbers changed; ``.soft`` changes both edges."""
        flat = self.flatten(value)
        if suffix == ".soft":
            return Band(flat[0], flat[1], number)
        numbers = dict(zip(self.components, flat, strict=True)) | {suffix: number}
        low, high, soft_low, soft_high = numbers.values()
        return Band(low, high, (soft_low, soft_high))

    def assemble(self, parts: Sequence[Any]) -> Any:
        return BandMatte(*parts)

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """No conditions: a qualifier is never the identity."""
        return []

    def summary(self) -> str:
        return f"{self.hard[0]:g}..{self.hard[1]:g}, {self.unit}, default everything"

    def value_schema(self) -> Schema:
        one, edge = number_within(*self.hard), number_within(0.0, self.hard[1] - self.hard[0])
        band = {
            "type": "object",
            "title": "band",
            "properties": {
                "low": {**one, "description": f"Everything from here up, {self.unit}."},
                "high": {**one, "description": f"Everything up to here, {self.unit}."},
                "soft": {
                    **any_of([edge, fixed_list([edge, edge])]),
                    "description": "Width of the soft edges; two numbers: low edge, high edge.",
                    "default": 0.0,
                },
            },
            "required": ["low", "high"],
            "additionalProperties": False,
        }
        return any_of([band, fixed_list([one, one])])
