"""A picture while it is traced: its numbers, their space, and the picture it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from grade.ir.expression import Node, select


class Unchanged(NamedTuple):
    """A picture in an earlier space, which holds as long as the ops since then change nothing."""

    color: Node
    space: str
    condition: Node


@dataclass(frozen=True)
class TracedPicture:
    """A picture while it is traced.

    Attributes
    ----------
    color, space
        Its numbers, and the space that they are in.
    nominal
        The working space: the space of the picture for an op of domain ``any``.
    unchanged
        The picture before the last conversion. With it, ops at their defaults cost no bit although
        they work in another space: the conversion back gives the earlier numbers themselves.
    """

    color: Node
    space: str | None
    nominal: str | None
    unchanged: Unchanged | None = None

    def restore(self, space: str, color: Node) -> Node:
        """``color`` in this space; the earlier numbers of the space if nothing changed them."""
        earlier = self.unchanged
        if earlier is None or earlier.space != space:
            return color
        return select(earlier.condition, earlier.color, color)  # type: ignore[no-any-return]
