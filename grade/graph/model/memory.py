"""Results computed from a graph, kept until the graph changes: names, hash, programs, config."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Results by key. Two threads may compute the same result at once; the results are equal."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result under a key; ``make`` computes it the first time."""
        kept = self._kept
        if key not in kept:
            kept[key] = make()
        found: T = kept[key]
        return found

    def keep(self, key: Hashable, result: Any) -> None:
        """Keep a result that was computed elsewhere."""
        self._kept[key] = result

    def get(self, key: Hashable) -> Any:
        """The result under a key; None if there is none."""
        return self._kept.get(key)

    def forget(self) -> None:
        """Drop every result."""
        self._kept = {}
