"""Pictures: the edges of a graph, each the source or what an op makes of other pictures.

A picture is immutable and refers only to pictures that were there before it, so a graph has no
cycles by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from grade.graph.errors import GraphError
from grade.op import Chain, Op, find_op


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A picture in a look; two pictures are equal when they are the same one.

    Attributes
    ----------
    op
        What makes it; None for the source of a look.
    inputs
        What the op is made of, in the order of ``Op.pictures``.
    label
        Its name where the op stands in several places; None takes the name of the op.
    """

    op: Op | None = None
    inputs: tuple[Picture, ...] = ()
    label: str | None = None

    def __rshift__(self, step: Any) -> Picture:
        if isinstance(step, Op):
            return place(step, self)
        if isinstance(step, Chain):
            picture = self
            for op in step:
                picture = place(op, picture)
            return picture
        raise GraphError(
            f"a picture goes through an op or a chain, picture >> op; {step!r} is neither"
        )

    def __bool__(self) -> NoReturn:
        raise GraphError(
            "a picture has no truth value; to branch between two pictures use grade.mix(a, b)"
        )

    def __repr__(self) -> str:
        if self.op is None:
            return "Picture(source)"
        return f"Picture({self.op.name or self.op.kind})"

    @property
    def source(self) -> Picture:
        """The source that it comes from."""
        picture = self
        while picture.inputs:
            picture = picture.inputs[0]
        return picture


def place(op: Op, *pictures: Picture, label: str | None = None) -> Picture:
    """Put an op behind the pictures it takes.

    Parameters
    ----------
    op
        Placing one op object twice shares its settings; ``op.copy()`` is independent.
    *pictures
        One per name in ``op.pictures``.
    label
        A name for this place, if the op has others.

    Raises
    ------
    GraphError
        If the number of pictures is wrong, they belong to different looks, or the op asks for
        something that this version does not know.
    """
    name = op.name or op.kind
    if op.matte is not None:
        raise GraphError(f"{name}.matte: this version has no mattes; leave matte= out")
    for given in pictures:
        if not isinstance(given, Picture):
            raise GraphError(f"{name}: {given!r} is not a picture; a look begins at look.source")
    if len(pictures) != len(op.pictures):
        raise GraphError(
            f"{name} takes {len(op.pictures)} pictures ({', '.join(op.pictures)}),"
            f" not {len(pictures)}"
        )
    if any(picture.source is not pictures[0].source for picture in pictures):
        raise GraphError(f"{name}: its pictures belong to different looks")
    return Picture(op, pictures, label)


def mix(a: Picture, b: Picture, amount: float = 1.0, name: str | None = None) -> Picture:
    """``a + amount * (b - a)``, with the very bits of ``a`` at 0 and of ``b`` at 1.

    Parameters
    ----------
    a, b
        Pictures of one look, in one space.
    amount
        0 to 1, fraction.
    name
        Name of the node.

    Raises
    ------
    GraphError, ParameterError
        If the pictures or the amount do not fit.
    """
    return place(catalogued("mix")(amount=amount, name=name), a, b)


def catalogued(kind: str) -> type[Op]:
    """The op of this kind, the whole catalogue being loaded first.

    Raises
    ------
    UnknownOp
        Naming the nearest op.
    """
    import grade.ops  # noqa: F401  the package registers its ops when it is loaded

    return find_op(kind)


def walk(ends: Iterable[Picture]) -> Iterator[Picture]:
    """Every picture that ``ends`` are made of, inputs first, each once: the serial order."""
    seen: set[Picture] = set()
    for end in ends:
        stack = [(end, False)]
        while stack:
            picture, done = stack.pop()
            if done:
                yield picture
            elif picture not in seen:
                seen.add(picture)
                stack.append((picture, True))
                stack.extend((before, False) for before in reversed(picture.inputs))
