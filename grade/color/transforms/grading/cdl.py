"""ASC CDL as an OpenColorIO transform, with the clamps of version 1.2 or without.

Source: ASC Color Decision List 1.2; OpenColorIO ``CDLTransform``, ops/cdl/CDLOpCPU.cpp (exact
paths). The reciprocal of a parameter below 1e-6 is limited to 1e6, as there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step, collapse, map_channels
from grade.ir.expression import clamp, dot, equal, fma, power, select
from grade.science.luma import REC709

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class CDLStep(Step):
    """Slope, offset, power, saturation; the inverse undoes them in reverse order.

    If ``clamped``, values are clamped to 0..1 before the power and at the end, and NaN becomes 0;
    the inverse clamps at its start, before its power, and at its end. If not, negative values pass
    the power unchanged, and NaN becomes 0 in it.
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
        x = fma(x, collapse(self.slope), collapse(self.offset))
        x = self._raise(x, self.power)
        return self._clamp(_saturate(x, self.saturation))

    def _backward(self, x: Any) -> Any:
        x = _saturate(self._clamp(x), _invert_parameter(self.saturation))
        x = self._raise(x, map_channels(_invert_parameter, self.power))
        shifted = x - collapse(self.offset)
        return self._clamp(shifted * collapse(map_channels(_invert_parameter, self.slope)))

    def _clamp(self, x: Any) -> Any:
        return clamp(x, 0.0, 1.0) if self.clamped else x

    def _raise(self, x: Any, exponents: Triple) -> Any:
        exponent = collapse(exponents)
        if self.clamped:
            held = clamp(x, 0.0, 1.0)
            return held if exponent == 1.0 else power(held, exponent)
        raised = x if exponent == 1.0 else select(x < 0.0, x, power(x, exponent))
        return select(equal(x, x), raised, 0.0)


def _saturate(x: Any, saturation: float) -> Any:
    if saturation == 1.0:
        return x
    luma = dot(REC709, x)
    return fma(x - luma, saturation, luma)


def _invert_parameter(value: float) -> float:
    return 1.0 / max(value, 1e-6)


@reads("CDL")
def read(transform: Any) -> CDLStep:
    """Read slope, offset, power and saturation, in both styles and directions."""
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
