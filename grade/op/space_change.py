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


_WHOLE: dict[str, Any] = {"amount": 1.0, "channels": "rgb", "space": None}


def find_part(op: Op) -> str | None:
    """The node field that asks an op for a part of a conversion; None if it is done as a whole.

    A file that leads into another space may say where it takes its input: ``space`` is no part.
    """
    for field, whole in _WHOLE.items():
        if op.values[field] != whole and (field != "space" or "src" in op.values):
            return field
    return None
