"""Places in the picture: the corners of a polygon, the points of a Bezier path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grade.op.parameters.json_schema import Schema, any_of, fixed_list, number_within, open_list
from grade.op.parameters.scalar import Param
from grade.op.parameters.setting import ParameterError, is_list

HANDLES = ("in_x", "in_y", "out_x", "out_y")


class PlacesParam(Param):
    """Places ``[[x, y], ...]`` in any order; how many there are is structure.

    Unlike control points of a curve they need not ascend.
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
        if not is_list(value) or not all(is_list(place) for place in value):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes {self.form}")
        if not self.fewest <= len(value) <= self.most:
            raise ParameterError(
                f"{owner}.{self.name}: {len(value)} places; it takes {self.fewest}..{self.most}"
            )
        return tuple(
            tuple(
                self._number(v, owner, f"[{i}].{label}")
                for v, label in zip(self.complete(place, i, owner), self.labels, strict=True)
            )
            for i, place in enumerate(value)
        )

    def complete(self, place: Sequence[Any], index: int, owner: str) -> Sequence[Any]:
        """A place with all its numbers, those left out filled in; or :class:`ParameterError`."""
        if len(place) != len(self.labels):
            raise ParameterError(
                f"{owner}.{self.name}[{index}] = {place!r}: {len(place)} numbers; it takes"
                f" {self.form}"
            )
        return place

    def flatten(self, value: Any) -> list[float]:
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

    def value_schema(self) -> Schema:
        return open_list(self._place_schema(number_within(*self.hard)), self.fewest, self.most)

    def _place_schema(self, one: Schema) -> Schema:
        return fixed_list([one] * len(self.labels))


class PathParam(PlacesParam):
    """Points of a closed path with a handle before and one after each.

    A point is ``[x, y]``, a corner; ``[x, y, dx, dy]``, smooth, with the handle (dx, dy) after it
    and the opposite one before; or ``[x, y, in_x, in_y, out_x, out_y]``. Handles are relative to
    their point, so moving the point takes them along.
    """

    labels = ("x", "y", *HANDLES)
    form = "points [x, y], [x, y, dx, dy] or [x, y, in_x, in_y, out_x, out_y]"

    def complete(self, place: Sequence[Any], index: int, owner: str) -> Sequence[Any]:
        if len(place) == 2:
            return (*place, 0.0, 0.0, 0.0, 0.0)
        if len(place) == 4:
            return (*place[:2], *map(_opposite, place[2:]), *place[2:])
        return super().complete(place, index, owner)

    def _place_schema(self, one: Schema) -> Schema:
        return any_of([fixed_list([one] * count) for count in (2, 4, 6)])


def _opposite(value: Any) -> Any:
    try:
        return 0.0 - value
    except TypeError:  # it is refused by name where the numbers are read
        return value
