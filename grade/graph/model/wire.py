"""The wires of a graph: the base of pictures and mattes, and the walk over them.

A wire is immutable and refers only to wires that existed before it. So a graph has no cycles.
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
    """The result of a node: a picture or a matte. Wires are compared by identity.

    Attributes
    ----------
    op
        The op that makes it. None for the source of a look and for combined mattes.
    inputs
        The wires that the op takes, in the order of ``Op.pictures`` and then ``Op.more``.
    label
        The name of this place, where the op stands in several places or where there is no op.
        None takes the name of the op.
    matte
        The matte that limits the op. None has its effect everywhere.
    root
        The source of the look that it belongs to. None belongs to any look.
    """

    op: Op | None = None
    inputs: tuple[Wire, ...] = ()
    label: str | None = None
    matte: Matte | None = None
    root: Picture | None = None

    @property
    def all_inputs(self) -> tuple[Wire, ...]:
        """The inputs, and the matte where there is one."""
        return self.inputs if self.matte is None else (*self.inputs, self.matte)

    @property
    def source(self) -> Picture | None:
        """The source of the look that it belongs to; None belongs to any look."""
        return self.root


def walk(ends: Iterable[Wire]) -> Iterator[Wire]:
    """Every wire that ``ends`` depend on, each once, inputs first: the serial order."""
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
                stack.extend((given, False) for given in reversed(wire.all_inputs))
