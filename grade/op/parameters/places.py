"""Places in the picture: the corners of a polygon, the points of a path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grade.op.parameters.scalar import Param, ParameterError

HANDLES = ("in_x", "in_y", "out_x", "out_y")


class PlacesParam(Param):
    """Places ``[[x, y], ...]`` in any order; how many there are is structure.

    Unlike the control points of a curve they need not ascend.
    """

    labels: tuple[str, ...] = ("x", "y")
    form = "places [[x, y], ...]"

    def __init__(
        self, default: Sequence[Sequence[float]], *, fewest: int, most: int, **about: Any
    ) -> None:
        super().__init__(default, **about)
        self.default = tuple(tuple(float(v) for v in place) for place in default)
        self.fewest, self.most = fewest, most

    def check(self, value: Any, owner: str) -> Any:
        if not _listed(value) or not all(_listed(place) for place in value):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes {self.form}")
        if not self.fewest <= len(value) <= self.most:
            raise ParameterError(
                f"{owner}.{self.name}: {len(value)} places; it takes {self.fewest}..{self.most}"
            )
        return tuple(
            tuple(
                self._number(v, owner, f"[{i}].{label}")
                for v, label in zip(self.whole(place, i, owner), self.labels, strict=True)
            )
            for i, place in enumerate(value)
        )

    def whole(self, place: Sequence[Any], index: int, owner: str) -> Sequence[Any]:
        """A place with all its numbers, or :class:`ParameterError`."""
        if len(place) != len(self.labels):
            raise ParameterError(
                f"{owner}.{self.name}[{index}] = {place!r}: {len(place)} numbers; it takes"
                f" {self.form}"
            )
        return place

    def flat(self, value: Any) -> list[float]:
        return [float(v) for place in value for v in place]

    def names(self, value: Any) -> Sequence[str]:
        return [f".{i}.{label}" for i in range(len(value)) for label in self.labels]

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        return tuple(self.assemble(super().with_number(value, suffix, number)))

    def assemble(self, parts: Sequence[Any]) -> Any:
        size = len(self.labels)
        return [tuple(parts[i : i + size]) for i in range(0, len(parts), size)]

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """No conditions: a shape has no neutral form."""
        return []

    def summary(self) -> str:
        low, high = self.hard
        return f"{self.fewest}..{self.most} {self.form}, {low:g}..{high:g} {self.unit}"


class PathParam(PlacesParam):
    """Points of a closed path with a handle before and one after each.

    A point is ``[x, y]``, a corner; ``[x, y, dx, dy]``, smooth, with the handle (dx, dy) after it
    and the opposite one before; or ``[x, y, in_x, in_y, out_x, out_y]``. Handles are relative to
    their point, so moving the point takes them along.
    """

    labels = ("x", "y", *HANDLES)
    form = "points [x, y], [x, y, dx, dy] or [x, y, in_x, in_y, out_x, out_y]"

    def whole(self, place: Sequence[Any], index: int, owner: str) -> Sequence[Any]:
        if len(place) == 2:
            return (*place, 0.0, 0.0, 0.0, 0.0)
        if len(place) == 4:
            return (*place[:2], *map(_opposite, place[2:]), *place[2:])
        return super().whole(place, index, owner)


def _opposite(value: Any) -> Any:
    try:
        return 0.0 - value
    except TypeError:  # it is refused by name where the numbers are read
        return value


def _listed(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str | dict)
