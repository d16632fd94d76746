"""What the ops share that take a picture to another space."""

from __future__ import annotations

from typing import Any

from grade.op.base import Op
from grade.op.parameters.setting import ParameterError


def source_space(op: Op) -> str:
    """The space that the op converts from.

    Raises
    ------
    ParameterError
        If neither the op nor the look says which space the picture is in.
    """
    source: str | None = op.values["src"]
    if source is None:
        raise ParameterError(
            f"{op.name or op.kind}.src: the space of the picture is not known here: give src=, or a"
            " look with input= or working="
        )
    return source


WHOLE: dict[str, Any] = {"amount": 1.0, "channels": "rgb", "space": None}


def check_whole(op: Op, *fields: str) -> None:
    """Check that an op that takes a picture to another space does so as a whole.

    Raises
    ------
    ParameterError
        If one of the node fields asks for a part of it.
    """
    for field in fields:
        if op.values[field] != WHOLE[field]:
            raise ParameterError(
                f"{op.name or op.kind}.{field} = {op.values[field]!r}: a conversion is done as a"
                " whole, because half of one is in no space; grade.mix blends two pictures"
            )
