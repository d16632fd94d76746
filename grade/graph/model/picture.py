"""Pictures and mattes, the two kinds of wire, and how an op is placed behind them."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

from grade.graph.errors import GraphError
from grade.graph.model.wire import Wire
from grade.op import NODE_NAME, Chain, MatteAlgebra, MatteError, MatteExpression, Op
from grade.op.matte_ops import apply_to_matte

if TYPE_CHECKING:
    from grade.graph.model.graph import Graph
    from grade.graph.viewing.preview import Preview


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True, repr=False)
class Picture(Wire):
    """A picture in a look: its source, another plate, or what a node makes."""

    def __rshift__(self, step: Any) -> Any:
        if isinstance(step, Op):
            return place(step, self)
        if isinstance(step, Chain):
            made: Any = self
            for op in step:
                made = made >> op
            return made
        if isinstance(step, MatteExpression):
            return bind(step, self)
        raise GraphError(
            f"a picture goes through an op or a chain, as in picture >> op; {step!r} is neither"
        )

    def __bool__(self) -> NoReturn:
        raise GraphError(
            "a picture has no truth value; to choose between two pictures use grade.mix(a, b)"
        )

    def __repr__(self) -> str:
        if self.op is None:
            return "Picture(source)"
        return f"Picture({self.op.name or self.op.kind})"

    @property
    def source(self) -> Picture | None:
        """The source of the look that it belongs to; None for another plate."""
        return self if self.op is None else self.root


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class Matte(MatteAlgebra, Wire):
    """A matte in a look: a window, a qualifier, a matte from a file, or a combination of mattes.

    Attributes
    ----------
    operator
        ``& | - ~`` where it combines its inputs. None where an op makes it.
    """

    operator: str | None = None

    def __rshift__(self, step: Any) -> Matte:
        if isinstance(step, Op) and step.takes == "matte":
            return place(step, self)  # type: ignore[no-any-return]
        try:
            apply_to_matte(self, step)
        except MatteError as error:
            raise GraphError(str(error)) from None
        raise AssertionError(step)

    def _join(self, operator: str, *operands: Any) -> Any:
        return combine(operator, operands)

    def named(self, name: str) -> Matte:
        """The same matte with a name of its own, as under ``mattes`` of a look file.

        Raises
        ------
        GraphError
            If the name is not a valid name, or the matte has the name of its op.
        """
        if not isinstance(name, str) or not NODE_NAME.match(name):
            raise GraphError(
                f"matte {name!r}: a name is lower-case letters, digits and _, and begins with a"
                " letter"
            )
        if self.op is not None:
            raise GraphError(f"{self!r} has the name of its op; give the op a name={name!r}")
        return replace(self, label=name)

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
            If that look no longer exists: its spaces decide what a qualifier selects.
        """
        from grade.graph.viewing.preview import preview_bound

        return preview_bound(self, picture, frame, first, inputs)

    def __bool__(self) -> NoReturn:
        raise GraphError("a matte has no truth value; combine mattes with & | - ~")

    def __repr__(self) -> str:
        if self.op is not None:
            return f"Matte({self.op.name or self.op.kind})"
        if self.operator == "~":
            return f"~{self.inputs[0]!r}"
        return f"({self.inputs[0]!r} {self.operator} {self.inputs[1]!r})"


_graphs: weakref.WeakKeyDictionary[Picture, weakref.ref[Graph]] = weakref.WeakKeyDictionary()


def register(graph: Graph) -> None:
    """Record which graph a source belongs to, as long as both exist."""
    _graphs.setdefault(graph.source, weakref.ref(graph))


def graph_of(source: Picture) -> Graph | None:
    """The graph that a source belongs to; None if it no longer exists."""
    known = _graphs.get(source)
    return None if known is None else known()


def place(op: Op, *pictures: Wire, label: str | None = None) -> Any:
    """Place an op behind its inputs.

    Parameters
    ----------
    op
        Placing one op object twice shares its settings; ``op.copy()`` is independent.
    *pictures
        One wire per name in ``op.pictures``, and for an op with ``more`` any number behind them.
    label
        A name for this place, if the op stands in other places too.

    Returns
    -------
    Picture or Matte
        What the op gives.

    Raises
    ------
    GraphError
        If the number or kind of the inputs is wrong, or they belong to different looks.
    """
    name = op.name or op.kind
    wanted = Matte if op.takes == "matte" else Picture
    for given in pictures:
        if not isinstance(given, wanted):
            raise GraphError(f"{name}: {_wrong_kind(op, given)}")
    if not op.pictures and pictures:
        remedy = "give it to a node with matte=, or combine it with other mattes with & | - ~"
        raise GraphError(f"{name} takes no picture: {remedy}")
    if len(pictures) < len(op.pictures) or (len(pictures) > len(op.pictures) and not op.more):
        least = "at least " if op.more else ""
        what = f"{op.takes}s" if len(op.pictures) > 1 else op.takes
        names = ", ".join((*op.pictures, op.more) if op.more else op.pictures)
        raise GraphError(
            f"{name} takes {least}{len(op.pictures)} {what} ({names}), not {len(pictures)}"
        )
    matte = None if op.matte is None else bind(op.matte, pictures[0], name)
    inputs = pictures if matte is None else (*pictures, matte)
    root = _common_source(name, inputs)
    if op.makes == "picture":
        return Picture(op, pictures, label, matte, root)
    return Matte(op, pictures, label, None, root)


def bind(matte: Any, picture: Wire | None = None, node: str = "matte") -> Matte:
    """Make a window, qualifier or expression a matte of a look.

    Parameters
    ----------
    matte
        A window, qualifier or expression. A matte of a look is returned as it is.
    picture
        The picture for a qualifier that has none of its own: the input of its node.
    node
        The node that the matte limits, for messages.

    Raises
    ------
    GraphError
        If it is not a matte, or a qualifier has no picture.
    """
    if isinstance(matte, Matte):
        return matte
    if isinstance(matte, MatteExpression):
        operands = [bind(operand, picture, node) for operand in matte.operands]
        made = (
            place(matte.step, *operands)
            if isinstance(matte.step, Op)
            else combine(matte.step, tuple(operands))
        )
        return made if matte.label is None else made.named(matte.label)
    if isinstance(matte, Op) and matte.makes == "matte" and matte.takes == "picture":
        if not matte.pictures:
            # A window in two places is one wire: both are the same matte.
            if matte.wire is None:
                matte.wire = Matte(matte)
            return matte.wire  # type: ignore[no-any-return]
        if not isinstance(picture, Picture):
            raise GraphError(
                f"{matte.name or matte.kind}: give it a picture, as in picture >> qualifier"
            )
        return place(matte, picture)  # type: ignore[no-any-return]
    raise GraphError(
        f"{node}.matte = {matte!r}: takes a window, a qualifier, or mattes combined with & | - ~"
    )


def combine(operator: str, operands: tuple[Any, ...]) -> Matte:
    """Combine mattes by an operator; windows among them are bound.

    Raises
    ------
    GraphError
        If an operand is not a matte, or they belong to different looks.
    """
    for operand in operands:
        if not isinstance(operand, MatteAlgebra):
            raise GraphError(f"{operand!r} {operator} ...: mattes combine with mattes only")
    mattes = tuple(bind(operand, None, operator) for operand in operands)
    return Matte(None, mattes, None, None, _common_source(operator, mattes), operator)


def _common_source(name: str, wires: tuple[Wire, ...]) -> Picture | None:
    """The source that all wires come from; the message names the node if there are two."""
    roots = {wire.source for wire in wires} - {None}
    if len(roots) > 1:
        raise GraphError(f"{name}: its pictures belong to different looks")
    return next(iter(roots), None)


def _wrong_kind(op: Op, given: Any) -> str:
    """Why an op does not take this input."""
    if isinstance(given, Picture):
        return (
            f"takes a matte, and {given!r} is a picture; a qualifier makes a matte, as in"
            " picture >> qualifier"
        )
    if isinstance(given, Matte):
        return (
            f"takes a picture, and {given!r} is a matte; to limit the node to it write"
            f" {type(op).__name__}(..., matte=...)"
        )
    return f"{given!r} is not a picture; a look begins at look.source"
