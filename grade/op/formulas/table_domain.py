"""The domain of a lookup table: which values its first and last entries are for."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import clamp, fma
from grade.op.base import Op
from grade.op.parameters.setting import ParameterError


def check_domain(op: Op) -> None:
    """Refuse an op whose ``domain_max`` is not above its ``domain_min`` in every channel."""
    lowest, highest = op.values["domain_min"], op.values["domain_max"]
    for low, high in zip(lowest, highest, strict=True):
        if not low < high:
            label = f"{op.name or op.kind}.domain_max"
            raise ParameterError(f"{label} = {high:g}: not above domain_min = {low:g}")


def table_position(x: Any, low: Any, high: Any, top: float) -> Any:
    """The position of ``x`` in a table over ``low..high``: limited to ``0..top``, NaN at 0."""
    scale = top / (high - low)
    return clamp(fma(x, scale, -low * scale), 0.0, top)
