"""What the two kinds of edge of a graph have in common, and the walk over a graph.

A wire is immutable and refers only to wires that were there before it, so a graph has no cycles by
construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grade.op import Op

if TYPE_CHECKING:
    from grade.graph.model.picture import Matte, Picture


@dataclass(frozen=True, eq=False, slots=True)
class Wire:
    """What a picture and a matte have in common; two wires are equal when they are the same one.

    Attributes
    ----------
    op
        What makes it; None for the source of a look and for mattes combined by the algebra.
    inputs
        What the op is made of, in the order of ``Op.pictures`` and then ``Op.more``.
    label
        Its name where the op stands in several places, or where there is no op; None takes the
        name of the op.
    matte
        Where the op has its effect; None is everywhere.
    root
        The source of the look that it belongs to; None if it could stand in any.
    """

    op: Op | None = None
    inputs: tuple[Wire, ...] = ()
    label: str | None = None
    matte: Matte | None = None
    root: Picture | None = None

    @property
    def before(self) -> tuple[Wire, ...]:
        """Everything it is made of, the matte included."""
        return self.inputs if self.matte is None else (*self.inputs, self.matte)

    @property
    def source(self) -> Picture | None:
        """The source of the look that it belongs to; None if it could stand in any."""
        return self.root


def walk(ends: Iterable[Wire]) -> Iterator[Wire]:
    """Every wire that ``ends`` are made of, what goes in first, each once: the serial order."""
    seen: set[Wire] = set()
    for end in ends:
        stack: list[tuple[Wire, bool]] = [(end, False)]
        while stack:
            wire, done = stack.pop()
            if done:
                yield wire
            elif wire not in seen:
                seen.add(wire)
                stack.append((wire, True))
                stack.extend((before, False) for before in reversed(wire.before))
