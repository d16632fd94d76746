"""Range: values clamped to bounds, after a scale and an offset if the output bounds differ.

Source: OpenColorIO ``RangeTransform``; ops/range/RangeOpCPU.cpp, CLF specification (ProcessNode
Range).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import fma, maximum, minimum


@dataclass(frozen=True)
class Range(Step):
    """``min(max(scale * x + offset, low), high)``; a bound of None does not clamp.

    NaN becomes the lower bound, or the upper where there is no lower.
    """

    low: float | None
    high: float | None
    scale: float = 1.0
    offset: float = 0.0
    name = "Range"

    def __call__(self, x: Any) -> Any:
        if self.scale != 1.0:
            x = fma(x, self.scale, self.offset)
        elif self.offset != 0.0:
            x = x + self.offset
        if self.low is not None:
            x = maximum(x, self.low)
        return x if self.high is None else minimum(x, self.high)


@reads("Range")
def read(transform: Any) -> Range:
    """Read a clamping range; OpenColorIO gives one that does not clamp as a matrix."""
    low = _read_bound(transform, "Min", is_inverse(transform))
    high = _read_bound(transform, "Max", is_inverse(transform))
    scale, offset = 1.0, 0.0
    if low and high:  # OpenColorIO makes a lone bound equal on both sides
        scale = (high[1] - low[1]) / (high[0] - low[0])
        offset = low[1] - scale * low[0]
    return Range(low[1] if low else None, high[1] if high else None, scale, offset)


def _read_bound(transform: Any, end: str, inverse: bool) -> tuple[float, float] | None:
    """Read a bound: its value in the input and in the output."""
    if not getattr(transform, f"has{end}InValue")():
        return None
    inside = float(getattr(transform, f"get{end}InValue")())
    outside = float(getattr(transform, f"get{end}OutValue")())
    return (outside, inside) if inverse else (inside, outside)
