"""Logarithms with another curve near black: LIN_TO_GAMMA_LOG and LIN_TO_DOUBLE_LOG.

They describe Apple Log and Canon Log 2 and 3. Source: OpenColorIO ``FixedFunctionTransform`` of
these styles; ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import absolute, exp2, fma, log2, power, select
from grade.science import correctly_rounded_math as exact


@dataclass(frozen=True)
class Segment:
    """``log_slope * log_base(lin_slope * x + lin_offset) + log_offset``; NaN below the domain."""

    base: float
    log_slope: float
    log_offset: float
    lin_slope: float
    lin_offset: float

    @property
    def per_octave(self) -> float:
        """The log slope per doubling of light."""
        return self.log_slope / exact.log2(self.base)

    def forward(self, x: Any) -> Any:
        inner = fma(x, self.lin_slope, self.lin_offset)
        return fma(log2(inner), self.per_octave, self.log_offset)

    def inverse(self, y: Any) -> Any:
        raised = exp2(fma(y, 1.0 / self.per_octave, -self.log_offset / self.per_octave))
        return fma(raised, 1.0 / self.lin_slope, -self.lin_offset / self.lin_slope)

    def at(self, x: float) -> float:
        """Compute the value at a constant."""
        inner = self.lin_slope * x + self.lin_offset
        return self.per_octave * exact.log2(inner) + self.log_offset


@dataclass(frozen=True)
class GammaLog(Step):
    """A logarithm above the break and ``slope * (x + offset) ** exponent`` below.

    The curve is mirrored about ``mirror``.
    """

    mirror: float
    low_break: float
    exponent: float
    slope: float
    offset: float
    segment: Segment
    inverse: bool = False
    name = "FixedFunction LIN_TO_GAMMA_LOG"

    def __call__(self, x: Any) -> Any:
        if self.inverse:
            side = x - self._power_at(self.mirror)
            y = absolute(side) + self._power_at(self.mirror)
            root = power(y * (1.0 / self.slope), 1.0 / self.exponent) - self.offset
            result = select(y < self._power_at(self.low_break), root, self.segment.inverse(y))
        else:
            side = x - self.mirror
            light = absolute(side) + self.mirror
            raised = self.slope * power(light + self.offset, self.exponent)
            result = select(light < self.low_break, raised, self.segment.forward(light))
        return select(side < 0.0, -result, result)

    def _power_at(self, x: float) -> float:
        return self.slope * exact.power(x + self.offset, self.exponent)


@dataclass(frozen=True)
class DoubleLog(Step):
    """A logarithm up to the first break, another from the second on, and a line between them."""

    breaks: tuple[float, float]
    low: Segment
    high: Segment
    slope: float
    offset: float
    inverse: bool = False
    name = "FixedFunction LIN_TO_DOUBLE_LOG"

    def __call__(self, x: Any) -> Any:
        first, second = self.breaks
        if self.inverse:
            first, second = self.low.at(first), self.high.at(second)
            line = (x - self.offset) * (1.0 / self.slope)
            high = select(x < second, line, self.high.inverse(x))
            return select(x <= first, self.low.inverse(x), high)
        line = fma(x, self.slope, self.offset)
        high = select(x < second, line, self.high.forward(x))
        return select(x <= first, self.low.forward(x), high)


@reads("FixedFunction LIN_TO_GAMMA_LOG")
def read_gamma_log(transform: Any) -> GammaLog:
    """Read ten parameters."""
    v = [float(value) for value in transform.getParams()]
    return GammaLog(v[0], v[1], v[2], v[3], v[4], Segment(*v[5:10]), is_inverse(transform))


@reads("FixedFunction LIN_TO_DOUBLE_LOG")
def read_double_log(transform: Any) -> DoubleLog:
    """Read thirteen parameters."""
    v = [float(value) for value in transform.getParams()]
    low, high = Segment(v[0], *v[3:7]), Segment(v[0], *v[7:11])
    return DoubleLog((v[1], v[2]), low, high, v[11], v[12], is_inverse(transform))
