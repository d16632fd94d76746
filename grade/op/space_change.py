"""What the ops share that take a picture to another space."""

from __future__ import annotations

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
