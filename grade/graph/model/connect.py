"""Nodes that join several branches: mix, layer, parallel, combine_channels."""

from __future__ import annotations

from typing import Any

from grade.graph.model.picture import Picture, place
from grade.op import Op, find_op


def mix(
    a: Picture, b: Picture, amount: float = 1.0, matte: Any = None, name: str | None = None
) -> Picture:
    """Mix two pictures: ``a + amount * (b - a)``, with the bits of ``a`` at 0 and of ``b`` at 1.

    Parameters
    ----------
    a, b
        Pictures of one look, in one space.
    amount
        0 to 1, fraction.
    matte
        Where ``b`` is seen. None shows it everywhere.
    name
        Name of the node.

    Raises
    ------
    GraphError, ParameterError
        If the pictures, the matte or the amount do not fit.
    """
    op = load_op("mix")(amount=amount, matte=matte, name=name)
    return place(op, a, b)  # type: ignore[no-any-return]


def parallel(
    base: Picture, *branches: Picture, mode: str = "sum", name: str | None = None
) -> Picture:
    """Combine several branches that grade one picture; see the op ``parallel``.

    Raises
    ------
    GraphError, ParameterError
        If there is no branch, or the pictures do not belong together.
    """
    op = load_op("parallel")(mode=mode, name=name)
    return place(op, base, *branches)  # type: ignore[no-any-return]


def layer(
    below: Picture,
    over: Picture,
    mode: str = "normal",
    amount: float = 1.0,
    matte: Any = None,
    name: str | None = None,
) -> Picture:
    """Lay one picture over another in a blend mode; see the op ``layer``.

    Raises
    ------
    GraphError, ParameterError
        If the pictures, the mode or the amount do not fit.
    """
    op = load_op("layer")(mode=mode, amount=amount, matte=matte, name=name)
    return place(op, below, over)  # type: ignore[no-any-return]


def combine_channels(
    red: Picture, green: Picture, blue: Picture, name: str | None = None
) -> Picture:
    """Take red, green and blue from three pictures; see the op ``combine_channels``."""
    op = load_op("combine_channels")(name=name)
    return place(op, red, green, blue)  # type: ignore[no-any-return]


def load_op(kind: str) -> type[Op]:
    """Load the catalogue of ops and find the op of this kind.

    Raises
    ------
    UnknownOp
        Naming the nearest op.
    """
    import grade.ops  # noqa: F401  the package registers its ops when it is loaded

    return find_op(kind)
