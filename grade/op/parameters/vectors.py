"""A fixed number of numbers: three channels, the nine of a matrix, a center, a size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grade.ir.expression import channels, equal, rgb
from grade.op.parameters.json_schema import Schema, any_of, fixed_list, number_within
from grade.op.parameters.scalar import Bounds, Param
from grade.op.parameters.setting import ParameterError, is_list


class RgbParam(Param):
    """Three numbers, one per channel; a single number sets all three."""

    components = (".r", ".g", ".b")

    def __init__(self, default: Any, **about: Any) -> None:
        super().__init__(default, **about)
        self.default = (float(default),) * 3 if isinstance(default, int | float) else tuple(default)

    def check(self, value: Any, owner: str) -> Any:
        if is_list(value):
            if len(value) != 3:
                raise ParameterError(
                    f"{owner}.{self.name} = {value!r}: takes one number or three (red, green, blue)"
                )
            pairs = zip(value, self.components, strict=True)
            return tuple(self._number(v, owner, c) for v, c in pairs)
        return (self._number(value, owner, ""),) * 3

    def flatten(self, value: Any) -> list[float]:
        return [float(v) for v in value]

    def assemble(self, parts: Sequence[Any]) -> Any:
        return rgb(*parts)

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        return [equal(c, d) for c, d in zip(channels(bound), self.default, strict=True)]

    def value_schema(self) -> Schema:
        one = number_within(*self.hard)
        return any_of([one, fixed_list([one] * 3)])


class VectorParam(Param):
    """A fixed number of numbers, each addressed by its index: ``mix.cells.4``."""

    def __init__(self, default: Sequence[float], **about: Any) -> None:
        super().__init__(default, **about)
        self.default = tuple(float(v) for v in default)
        self.components = tuple(f".{i}" for i in range(len(self.default)))

    def check(self, value: Any, owner: str) -> Any:
        if not is_list(value) or len(value) != len(self.default):
            raise ParameterError(
                f"{owner}.{self.name} = {value!r}: takes {len(self.default)} numbers"
            )
        pairs = zip(value, self.components, strict=True)
        return tuple(self._number(v, owner, c) for v, c in pairs)

    def flatten(self, value: Any) -> list[float]:
        return [float(v) for v in value]

    def assemble(self, parts: Sequence[Any]) -> Any:
        return list(parts)

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        return [equal(c, d) for c, d in zip(bound, self.default, strict=True)]

    def value_schema(self) -> Schema:
        return fixed_list([number_within(*self.hard)] * len(self.default))


class LabelledParam(VectorParam):
    """A list of numbers, each addressed by its label: ``spot.center.x``.

    Parameters
    ----------
    default
        As many numbers as there are labels.
    labels
        Their names, in the order of the list.
    one
        Whether a single number sets them all.
    """

    def __init__(
        self,
        default: Sequence[float],
        *,
        labels: Sequence[str],
        one: bool,
        soft: Bounds,
        hard: Bounds,
        unit: str,
        doc: str,
    ) -> None:
        super().__init__(default, soft=soft, hard=hard, unit=unit, doc=doc)
        self.labels, self.one = tuple(labels), one
        self.components = tuple(f".{label}" for label in labels)

    def check(self, value: Any, owner: str) -> Any:
        if self.one and not hasattr(value, "__len__"):
            return (self._number(value, owner, ""),) * len(self.components)
        if not is_list(value) or len(value) != len(self.components):
            what = f"{len(self.components)} numbers ({', '.join(self.labels)})"
            raise ParameterError(
                f"{owner}.{self.name} = {value!r}: takes {what}"
                + (" or one for all" if self.one else "")
                + f"; {self.summary()}"
            )
        return super().check(value, owner)

    def value_schema(self) -> Schema:
        listed = super().value_schema()
        return any_of([number_within(*self.hard), listed]) if self.one else listed
