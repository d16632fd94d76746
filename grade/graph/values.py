"""The numbers of a look: what every uniform is, at a frame."""

from __future__ import annotations

from functools import partial
from typing import Any

from grade.graph.errors import GraphError
from grade.op import Animation, Op


def value_at(op: Op, node: str, field: str, frame: float | None) -> Any:
    """The value of a parameter at a frame.

    The one place where a value meets time.

    Raises
    ------
    GraphError
        If it changes in time and no frame is given.
    """
    value = op.values[field]
    if not isinstance(value, Animation):
        return value
    if frame is None:
        raise GraphError(
            f"{node}.{field} has keyframes, so a picture has no number of its own: give the frame,"
            " as in look.apply(picture, frame=1001)"
        )
    return value.at(frame)


def numbers(ops: dict[str, Op], frame: float | None = None) -> dict[str, float]:
    """Every number of every op by its full name, such as ``trim.slope.r``."""
    found: dict[str, float] = {}
    for node, op in ops.items():
        if op.animated():
            own = _of(op, node, frame)
        else:
            own = op.known(f"numbers of {node}", partial(_of, op, node, None))
        found.update(own)
    return found


def _of(op: Op, node: str, frame: float | None) -> dict[str, float]:
    found: dict[str, float] = {}
    for field, param in op.params().items():
        value = value_at(op, node, field, frame)
        for suffix, number in zip(param.names(value), param.flat(value), strict=True):
            found[f"{node}.{field}{suffix}"] = number
    return found
