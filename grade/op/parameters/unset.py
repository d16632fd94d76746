"""A parameter that may stay unset, because what it is then depends on the op's other settings."""

from __future__ import annotations

from typing import Any

from grade.op.parameters.scalar import Bounds, Param


class UnsetParam(Param):
    """One number, or None.

    Parameters
    ----------
    unset
        What ``forward`` sees while it is None: a number within ``hard`` that nobody gives, such as
        an end of it. The uniform is there from the start, so setting it recompiles nothing.
    """

    def __init__(self, *, unset: float, soft: Bounds, hard: Bounds, unit: str, doc: str) -> None:
        super().__init__(None, soft=soft, hard=hard, unit=unit, doc=doc)
        self.unset = unset

    def flat(self, value: Any) -> list[float]:
        return [self.unset if value is None else float(value)]
