"""A few numbers that have names: a place, a size, the four sides of a rectangle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grade.op.parameters.scalar import Bounds, ParameterError, VectorParam


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
        fits = hasattr(value, "__len__") and not isinstance(value, str | dict)
        if not fits or len(value) != len(self.components):
            what = f"{len(self.components)} numbers ({', '.join(self.labels)})"
            raise ParameterError(
                f"{owner}.{self.name} = {value!r}: takes {what}"
                + (" or one for all" if self.one else "")
                + f"; {self.summary()}"
            )
        return super().check(value, owner)
