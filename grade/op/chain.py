"""A chain: ops in a row, not yet bound to a picture, to be used again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, cast

from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.op.base import Op


class ChainError(RequestError):
    """Two things were joined by ``>>`` that cannot follow one another."""


class ChainLink:
    """The base of :class:`grade.op.Op` that lets ``>>`` make a chain of it."""

    pictures: ClassVar[tuple[str, ...]]

    def __rshift__(self, following: Any) -> Chain:
        """A chain of this op, then another op or chain."""
        chain: Chain = Chain(cast("Op", self)) >> following
        return chain


class Chain:
    """Ops in serial order.

    ``picture >> chain`` applies them one after the other. Every use places the same op objects, so
    all uses share their settings; :meth:`copy` makes independent ones.

    >>> from grade.op import Op
    >>> class Nothing(Op, abstract=True):
    ...     def forward(self, x):
    ...         return x
    >>> Nothing(name="one") >> Nothing(name="two") >> Nothing()
    Chain(Nothing(name='one') >> Nothing(name='two') >> Nothing())
    """

    __slots__ = ("ops",)

    def __init__(self, *ops: Op) -> None:
        for op in ops:
            if len(op.pictures) != 1:
                raise ChainError(
                    f"{op.name or op.kind} takes {len(op.pictures)} pictures"
                    f" ({', '.join(op.pictures)}), so it cannot stand in a chain"
                )
        self.ops = ops

    def __rshift__(self, following: Any) -> Chain:
        if isinstance(following, ChainLink):
            return Chain(*self.ops, cast("Op", following))
        if isinstance(following, Chain):
            return Chain(*self.ops, *following.ops)
        raise ChainError(
            f"{following!r} cannot follow an op: it is neither an op nor a chain;"
            " a picture stands on the left, picture >> op"
        )

    def __iter__(self) -> Iterator[Op]:
        return iter(self.ops)

    def __len__(self) -> int:
        return len(self.ops)

    def __bool__(self) -> NoReturn:
        raise ChainError("a chain has no truth value; len(chain) counts its ops")

    def __repr__(self) -> str:
        return f"Chain({' >> '.join(map(repr, self.ops))})"

    def copy(self) -> Chain:
        """The same chain of independent ops; an op that stands twice in it still does."""
        copies = {id(op): op.copy() for op in self.ops}
        return Chain(*(copies[id(op)] for op in self.ops))
