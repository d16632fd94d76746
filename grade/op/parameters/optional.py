"""A number that may be absent: the kernel then has no step for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grade.op.parameters.scalar import Bounds, Param


class OptionalParam(Param):
    """One number, or None: ``forward`` then sees None, and the kernel has no such step.

    Whether it is given is structure; its value, once given, is a uniform. A given 0 changes
    nothing and keeps the step, for an animation that starts from there.
    """

    def __init__(self, *, soft: Bounds, hard: Bounds, unit: str, doc: str) -> None:
        super().__init__(None, soft=soft, hard=hard, unit=unit, doc=doc)

    def flatten(self, value: Any) -> list[float]:
        return [] if value is None else [float(value)]

    def names(self, value: Any) -> Sequence[str]:
        return () if value is None else self.components

    def with_number(self, value: Any, suffix: str, number: Any) -> Any:
        if suffix:
            raise KeyError(suffix)
        return number

    def assemble(self, parts: Sequence[Any]) -> Any:
        return parts[0] if parts else None

    def is_neutral(self, bound: Any) -> Sequence[Any]:
        """No conditions: it shapes what other parameters do, and is neutral where they are."""
        return []

    def summary(self) -> str:
        return f"{self.hard[0]:g}..{self.hard[1]:g}, {self.unit}, default none"
