"""The edges of a graph: pictures and mattes, each a beginning or what an op makes of others.

A wire is immutable and refers only to wires that were there before it, so a graph has no cycles by
construction.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from grade.graph.errors import GraphError
from grade.op import MatteAlgebra, Op

if TYPE_CHECKING:
    from grade.graph.look import Look
    from grade.graph.viewing.preview import Preview


@dataclass(frozen=True, eq=False, slots=True)
class Wire:
    """What both kinds of edge have; two are equal when they are the same one.

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


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Picture(Wire):
    """A picture in a look."""

    def __rshift__(self, step: Any) -> Any:
        from grade.graph.model.connect import joined

        return joined(self, step)

    def __bool__(self) -> NoReturn:
        raise GraphError(
            "a picture has no truth value; to branch between two pictures use grade.mix(a, b)"
        )

    def __repr__(self) -> str:
        if self.op is None:
            return "Picture(source)"
        return f"Picture({self.op.name or self.op.kind})"

    @property
    def source(self) -> Picture | None:
        """The source of the look that it belongs to; None for another plate on its own."""
        return self if self.op is None else self.root


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class Matte(MatteAlgebra, Wire):
    """A matte in a look: a window, a key, a matte from a file, or others combined.

    Attributes
    ----------
    operator
        ``& | - ~`` where it combines its inputs; None where an op makes it.
    """

    operator: str | None = None

    def __rshift__(self, step: Any) -> Matte:
        from grade.graph.model.connect import through

        return through(self, step)

    def _join(self, operator: str, *operands: Any) -> Any:
        from grade.graph.model.connect import combine

        return combine(operator, operands)

    def named(self, name: str) -> Matte:
        """The same under a name of its own, as a look file has under ``mattes``."""
        from grade.graph.model.connect import labelled

        return labelled(self, name)

    @property
    def source(self) -> Picture | None:
        """The source of the look that it belongs to; None if it could stand in any."""
        return self.root

    def preview(
        self,
        picture: Any,
        *,
        frame: float | None = None,
        first: float | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> Preview:
        """The matte as a grey picture, in the look that it was made in.

        The parameters are those of :meth:`grade.Look.preview_matte`.

        Raises
        ------
        GraphError
            If that look is gone, and with it the spaces that a key is taken in.
        """
        from grade.graph.viewing.preview import of_bound

        return of_bound(self, picture, frame, first, inputs)

    def __bool__(self) -> NoReturn:
        raise GraphError("a matte has no truth value; combine mattes by & | - ~")

    def __repr__(self) -> str:
        if self.op is not None:
            return f"Matte({self.op.name or self.op.kind})"
        if self.operator == "~":
            return f"~{self.inputs[0]!r}"
        return f"({self.inputs[0]!r} {self.operator} {self.inputs[1]!r})"


_looks: weakref.WeakKeyDictionary[Picture, weakref.ref[Look]] = weakref.WeakKeyDictionary()


def begins(source: Picture, look: Look) -> Picture:
    """Remember which look a source was made for, as long as both are there."""
    _looks[source] = weakref.ref(look)
    return source


def look_of(source: Picture) -> Look | None:
    """The look that a source was made for; None if it is gone."""
    known = _looks.get(source)
    return None if known is None else known()


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
