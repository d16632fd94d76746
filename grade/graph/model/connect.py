"""How wires are joined: ops placed behind pictures, mattes bound and combined."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grade.graph.errors import GraphError
from grade.graph.model.wire import Matte, Picture, Wire
from grade.op import NODE_NAME, Chain, MatteAlgebra, MatteError, MatteExpression, Op, find_op
from grade.op.matte import apply_to_matte


def joined(picture: Picture, step: Any) -> Any:
    """``picture >> step``: an op, a chain, or a key with what follows it.

    Raises
    ------
    GraphError
        If the step cannot follow a picture; the message has the remedy.
    """
    if isinstance(step, Op):
        return place(step, picture)
    if isinstance(step, Chain):
        made: Any = picture
        for op in step:
            made = made >> op
        return made
    if isinstance(step, MatteExpression):
        return bind(step, picture)
    raise GraphError(f"a picture goes through an op or a chain, picture >> op; {step!r} is neither")


def place(op: Op, *pictures: Wire, label: str | None = None) -> Any:
    """Put an op behind what it takes.

    Parameters
    ----------
    op
        Placing one op object twice shares its settings; ``op.copy()`` is independent.
    *pictures
        One per name in ``op.pictures``, and for an op with ``more`` any number behind them.
    label
        A name for this place, if the op has others.

    Returns
    -------
    Picture or Matte
        As the op gives.

    Raises
    ------
    GraphError
        If the number or kind of what comes in is wrong, or it belongs to different looks.
    """
    name = op.name or op.kind
    wanted = Matte if op.takes == "matte" else Picture
    for given in pictures:
        if not isinstance(given, wanted):
            raise GraphError(f"{name}: {_refusal(op, given)}")
    if not op.pictures and pictures:
        remedy = "use it by matte=, or combine it with other mattes by & | - ~"
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
    root = _one_look(name, inputs)
    if op.gives == "picture":
        return Picture(op, pictures, label, matte, root)
    return Matte(op, pictures, label, None, root)


def bind(matte: Any, picture: Wire | None = None, node: str = "matte") -> Matte:
    """A window, key or expression as a matte of a look.

    Parameters
    ----------
    matte
        A matte that is bound already is given back.
    picture
        What a key without a picture of its own keys: the picture that comes into its node.
    node
        Whose matte it is, for messages.

    Raises
    ------
    GraphError
        If it is no matte, or a key has no picture.
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
        return made if matte.label is None else labelled(made, matte.label)
    if isinstance(matte, Op) and matte.gives == "matte" and matte.takes == "picture":
        if not matte.pictures:
            # One window in two places is one wire: it would be the same matte anyway.
            known = matte.__dict__.get("wire")
            if known is None:
                known = matte.__dict__["wire"] = Matte(matte)
            return known
        if not isinstance(picture, Picture):
            raise GraphError(f"{matte.name or matte.kind}: give it a picture, as in picture >> key")
        return place(matte, picture)  # type: ignore[no-any-return]
    raise GraphError(
        f"{node}.matte = {matte!r}: takes a window, a key, or mattes combined by & | - ~"
    )


def combine(operator: str, operands: tuple[Any, ...]) -> Matte:
    """What an operator makes of mattes; windows among them are bound.

    Raises
    ------
    GraphError
        If one is no matte, or they belong to different looks.
    """
    for operand in operands:
        if not isinstance(operand, MatteAlgebra):
            raise GraphError(f"{operand!r} {operator} ...: mattes combine with mattes only")
    mattes = tuple(bind(operand, None, operator) for operand in operands)
    return Matte(None, mattes, None, None, _one_look(operator, mattes), operator)


def through(matte: Matte, op: Any) -> Matte:
    """``matte >> op``.

    Raises
    ------
    GraphError
        If the op does not take a matte; the message has the remedy.
    """
    if isinstance(op, Op) and op.takes == "matte":
        return place(op, matte)  # type: ignore[no-any-return]
    try:
        apply_to_matte(matte, op)
    except MatteError as error:
        raise GraphError(str(error)) from None
    raise AssertionError(op)


def labelled(matte: Matte, name: str) -> Matte:
    """The matte under a name; one that an op makes is called by the op.

    Raises
    ------
    GraphError
        If the name is of another form than names have.
    """
    if not isinstance(name, str) or not NODE_NAME.match(name):
        raise GraphError(
            f"matte {name!r}: a name is lower-case letters, digits and _, and begins with a letter"
        )
    if matte.op is not None:
        raise GraphError(f"{matte!r} is called by its op; give the op a name={name!r}")
    return replace(matte, label=name)


def mix(
    a: Picture, b: Picture, amount: float = 1.0, matte: Any = None, name: str | None = None
) -> Picture:
    """``a + amount * (b - a)``, with the very bits of ``a`` at 0 and of ``b`` at 1.

    Parameters
    ----------
    a, b
        Pictures of one look, in one space.
    amount
        0 to 1, fraction.
    matte
        Where ``b`` is seen; None is everywhere.
    name
        Name of the node.

    Raises
    ------
    GraphError, ParameterError
        If the pictures, the matte or the amount do not fit.
    """
    op = catalogued("mix")(amount=amount, matte=matte, name=name)
    return place(op, a, b)  # type: ignore[no-any-return]


def parallel(
    base: Picture, *branches: Picture, mode: str = "sum", name: str | None = None
) -> Picture:
    """What several branches make of one picture, together; see the op ``parallel``.

    Raises
    ------
    GraphError, ParameterError
        If there is no branch, or the pictures do not belong together.
    """
    op = catalogued("parallel")(mode=mode, name=name)
    return place(op, base, *branches)  # type: ignore[no-any-return]


def layer(
    below: Picture,
    over: Picture,
    mode: str = "normal",
    amount: float = 1.0,
    matte: Any = None,
    name: str | None = None,
) -> Picture:
    """One picture over another in a blend mode; see the op ``layer``.

    Raises
    ------
    GraphError, ParameterError
        If the pictures, the mode or the amount do not fit.
    """
    op = catalogued("layer")(mode=mode, amount=amount, matte=matte, name=name)
    return place(op, below, over)  # type: ignore[no-any-return]


def combine_channels(
    red: Picture, green: Picture, blue: Picture, name: str | None = None
) -> Picture:
    """Red, green and blue each from a picture of its own; see the op ``combine_channels``."""
    op = catalogued("combine_channels")(name=name)
    return place(op, red, green, blue)  # type: ignore[no-any-return]


def catalogued(kind: str) -> type[Op]:
    """The op of this kind, the whole catalogue being loaded first.

    Raises
    ------
    UnknownOp
        Naming the nearest op.
    """
    import grade.ops  # noqa: F401  the package registers its ops when it is loaded

    return find_op(kind)


def _one_look(name: str, wires: tuple[Wire, ...]) -> Picture | None:
    """The source that all of them come from."""
    roots = {wire.source for wire in wires} - {None}  # type: ignore[attr-defined]
    if len(roots) > 1:
        raise GraphError(f"{name}: its pictures belong to different looks")
    return next(iter(roots), None)


def _refusal(op: Op, given: Any) -> str:
    if isinstance(given, Picture):
        return f"takes a matte, and {given!r} is a picture; make one by a key, picture >> key"
    if isinstance(given, Matte):
        return (
            f"takes a picture, and {given!r} is a matte; to limit the node to it write"
            f" {type(op).__name__}(..., matte=...)"
        )
    return f"{given!r} is not a picture; a look begins at look.source"
