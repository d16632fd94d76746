"""Control points of curves that are neutral at a level: gains at 1, rotations at 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grade.ir.expression import equal
from grade.op.parameters.scalar import Bounds, ParameterError, PointsParam

MOST = 16
TURN = 360.0
CLOSEST = 0.01  # degrees between the last point and the first, round the circle


class LevelPointsParam(PointsParam):
    """Control points ``[[x, y], ...]``, x ascending, 1 to 16; neutral where every y is the level.

    Parameters
    ----------
    default
        The points that stand there at first, all at the level.
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


class HuePointsParam(LevelPointsParam):
    """Points round the circle of hues: x in degrees, 0 = red, 120 = green.

    They span less than a turn; it may begin below 0 or end above 360, so that points may lie about
    red in order. The default points are the six corners of the circle.
    """

    def __init__(self, *, level: float, y: Bounds, unit: str, doc: str) -> None:
        corners = (0, 60, 120, 180, 240, 300)
        about: dict[str, Any] = {"x": (-TURN, 2 * TURN), "soft": (0, 360), "unit": unit}
        super().__init__(corners, level=level, y=y, doc=doc, **about)

    def check(self, value: Any, owner: str) -> Any:
        points = super().check(value, owner)
        first, last = points[0][0], points[-1][0]
        if TURN - (last - first) < CLOSEST:
            raise ParameterError(
                f"{owner}.{self.name}: the hues {first:g} and {last:g} are a whole turn apart or"
                " more; the curve closes by itself, leave one of them out"
            )
        return points
