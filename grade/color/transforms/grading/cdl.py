"""ASC CDL as OpenColorIO transforms carry it: with the clamps of version 1.2, or without.

Source: ASC Color Decision List 1.2; OpenColorIO ``CDLTransform``, ops/cdl/CDLOpCPU.cpp (exact
paths). A reciprocal of a parameter near zero is taken as 1, as there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.transform import Step, each, per_channel
from grade.color.transforms.translation import is_inverse, reads
from grade.ir.expression import clamp, dot, equal, fma, power, select
from grade.science.luma import REC709

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class CDLStep(Step):
    """Slope, offset, power, saturation; backwards the opposites in opposite order.

    ``clamped``: held to 0..1 before the power and at the end (backwards: at both ends and before
    the slope); NaN becomes 0. Otherwise a negative value passes the power untouched, and NaN
    becomes 0 there.
    """

    slope: Triple
    offset: Triple
    power: Triple
    saturation: float = 1.0
    clamped: bool = True
    inverse: bool = False
    name = "CDL"

    @property
    def bijective(self) -> bool:
        values = (*self.slope, *self.power, self.saturation)
        return not self.clamped and all(v > 0 for v in values)

    def __call__(self, x: Any) -> Any:
        return self._backward(x) if self.inverse else self._forward(x)

    def _forward(self, x: Any) -> Any:
        x = fma(x, per_channel(self.slope), per_channel(self.offset))
        x = self._powered(x, self.power)
        return self._held(_saturated(x, self.saturation))

    def _backward(self, x: Any) -> Any:
        x = _saturated(self._held(x), _reciprocal(self.saturation))
        x = self._powered(x, each(_reciprocal, self.power))
        shifted = x - per_channel(self.offset)
        return self._held(shifted * per_channel(each(_reciprocal, self.slope)))

    def _held(self, x: Any) -> Any:
        return clamp(x, 0.0, 1.0) if self.clamped else x

    def _powered(self, x: Any, exponents: Triple) -> Any:
        exponent = per_channel(exponents)
        if self.clamped:
            held = clamp(x, 0.0, 1.0)
            return held if exponent == 1.0 else power(held, exponent)
        raised = x if exponent == 1.0 else select(x < 0.0, x, power(x, exponent))
        return select(equal(x, x), raised, 0.0)


def _saturated(x: Any, saturation: float) -> Any:
    if saturation == 1.0:
        return x
    luma = dot(REC709, x)
    return fma(x - luma, saturation, luma)


def _reciprocal(value: float) -> float:
    return 1.0 / max(value, 1e-6)


@reads("CDL")
def read(transform: Any) -> CDLStep:
    """Both styles, both directions."""
    slope, offset, exponent = (
        (float(v[0]), float(v[1]), float(v[2]))
        for v in (transform.getSlope(), transform.getOffset(), transform.getPower())
    )
    return CDLStep(
        slope,
        offset,
        exponent,
        float(transform.getSat()),
        transform.getStyle().name == "CDL_ASC",
        is_inverse(transform),
    )
