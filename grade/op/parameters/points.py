"""Control points of a curve, x ascending. How many there are is structure; moving one is not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from grade.ir.expression import equal
from grade.ir.float32 import bits_float, float_bits
from grade.op.parameters.json_schema import Schema, fixed_list, number_within, open_list
from grade.op.parameters.scalar import Bounds, Param
from grade.op.parameters.setting import ParameterError, is_list

CLOSEST_POINTS = 1e-6  # in x; nearer points have no meaningful slope between them
MOST = 16
TURN = 360.0
CLOSEST_HUES = 0.01  # degrees between the last point and the first, round the circle


class PointsParam(Param):
    """Control points ``[[x, y], ...]`` with ascending x, neutral where y = x at each."""

    def __init__(
        self, default: Sequence[Sequence[float]], *, fewest: int, most: int, **about: Any
    ) -> None:
        super().__init__(default, **about)
        self.default = tuple((float(x), float(y)) for x, y in default)
        self.fewest, self.most = fewest, most

    def check(self, value: Any, owner: str) -> Any:
        if not is_list(value) or not all(is_list(p) and len(p) == 2 for p in value):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes points [[x, y], ...]")
        if not self.fewest <= len(value) <= self.most:
            raise ParameterError(
                f"{owner}.{self.name}: {len(value)} points; it takes {self.fewest}..{self.most}"
            )
        points = tuple(
            (self._number(x, owner, f"[{i}].x"), self._number(y, owner, f"[{i}].y"))
            for i, (x, y) in enumerate(value)
        )
        for i, (left, right) in enumerate(pairwise(points), 1):
            apart = bits_float(float_bits(right[0])) - bits_float(float_bits(left[0]))
            if apart < CLOSEST_POINTS:
                raise ParameterError(
                    f"{owner}.{self.name}[{i}].x = {right[0]:g}: not {CLOSEST_POINTS:g} above"
                    f" {left[0]:g} before it; give the points from left to right"
                )
        return points

    def flatten(self, value: Any) -> list[float]:
        return [float(v) for point in value for v in point]

    def names(self, value: Any) -> Sequence[str]:
        return [f".{i}.{axis}" for i in range(len(value)) for axis in "xy"]

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        flat = super().with_number(value, suffix, number)
        return tuple(zip(flat[0::2], flat[1::2], strict=True))

    def assemble(self, parts: Sequence[Any]) -> Any:
        return list(zip(parts[0::2], parts[1::2], strict=True))

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """Neutral is the diagonal: every point at y = x."""
        return [equal(x, y) for x, y in bound]

    def value_schema(self) -> Schema:
        point = fixed_list([number_within(*axis) for axis in self._axes()])
        return open_list(point, self.fewest, self.most)

    def _axes(self) -> tuple[Bounds, Bounds]:
        """The domains of validity of x and of y."""
        return self.hard, self.hard


class OptionalPointsParam(PointsParam):
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


class LevelPointsParam(PointsParam):
    """Control points of a curve that is neutral at a level: gains at 1, rotations at 0.

    There are 1 to 16 points, x ascending; the curve is neutral where every y is the level.

    Parameters
    ----------
    default
        The x of the first points, all at the level.
    level
        The height at which the curve changes nothing.
    x, y
        The domains of validity of the two.
    soft
        Where a colorist draws.
    """

    def __init__(
        self,
        default: Sequence[float],
        *,
        level: float,
        x: Bounds,
        y: Bounds,
        soft: Bounds,
        unit: str,
        doc: str,
    ) -> None:
        hard = (min(x[0], y[0]), max(x[1], y[1]))
        points = [(position, level) for position in default]
        super().__init__(points, fewest=1, most=MOST, soft=soft, hard=hard, unit=unit, doc=doc)
        self.level, self.x, self.y = level, x, y

    def check(self, value: Any, owner: str) -> Any:
        points = super().check(value, owner)
        for i, point in enumerate(points):
            for axis, number, (low, high) in zip("xy", point, (self.x, self.y), strict=True):
                if not low <= number <= high:
                    raise ParameterError(
                        f"{owner}.{self.name}[{i}].{axis} = {number:g}: outside {low:g}..{high:g}"
                        f" ({self.unit})"
                    )
        return points

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        return [equal(y, self.level) for _, y in bound]

    def summary(self) -> str:
        (a, b), (c, d) = self.x, self.y
        return f"1..{self.most} points, x {a:g}..{b:g}, y {c:g}..{d:g}, {self.unit}, neutral at" + (
            f" y = {self.level:g}"
        )

    def _axes(self) -> tuple[Bounds, Bounds]:
        return self.x, self.y


class HuePointsParam(LevelPointsParam):
    """Control points round the circle of hues: x in degrees, 0 = red, 120 = green.

    They span less than a turn. The turn may begin below 0 or end above 360, so that points may lie
    on both sides of red in order. The default points are the six corners of the circle.
    """

    def __init__(self, *, level: float, y: Bounds, unit: str, doc: str) -> None:
        corners = (0, 60, 120, 180, 240, 300)
        about: dict[str, Any] = {"x": (-TURN, 2 * TURN), "soft": (0, 360), "unit": unit}
        super().__init__(corners, level=level, y=y, doc=doc, **about)

    def check(self, value: Any, owner: str) -> Any:
        points = super().check(value, owner)
        first, last = points[0][0], points[-1][0]
        if TURN - (last - first) < CLOSEST_HUES:
            raise ParameterError(
                f"{owner}.{self.name}: the hues {first:g} and {last:g} are a whole turn apart or"
                " more; the curve closes by itself, leave one of them out"
            )
        return points
