"""The numbers of a look: what every uniform is, at a frame."""

from __future__ import annotations

from typing import Any

from grade.op import Op, Param


def value_at(op: Op, field: str, frame: int | None) -> Any:
    """The value of a parameter at a frame.

    The one place where a value meets time.
    """
    return op.values[field]


def numbers(ops: dict[str, Op], frame: int | None = None) -> dict[str, float]:
    """Every number of every op by its full name, such as ``trim.slope.r``."""
    found: dict[str, float] = {}
    for node, op in ops.items():
        for field, param in op.params().items():
            value = value_at(op, field, frame)
            for suffix, number in zip(param.names(value), param.flat(value), strict=True):
                found[f"{node}.{field}{suffix}"] = number
    return found


def replaced(param: Param, value: Any, suffix: str, number: Any) -> Any:
    """``value`` with one of its numbers changed, the one that ``suffix`` names.

    Raises
    ------
    KeyError
        If the value has no such number.
    """
    names = list(param.names(value))
    if suffix not in names:
        raise KeyError(suffix)
    flat: list[Any] = list(param.flat(value))
    flat[names.index(suffix)] = number
    if value and isinstance(value[0], tuple):
        return tuple(zip(flat[0::2], flat[1::2], strict=True))
    return tuple(flat)
