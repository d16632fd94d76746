"""PQ, the curve of ST 2084, where light of 1 is 100 nits; mirrored about zero.

The textbook form raises a number near 1 to the power 78.84, which multiplies each rounding by 78.
Here that number is written ``1 - u``, and the small u is computed instead. The logarithm of
``1 - u`` and the exponential are series, so that float32 loses its last bits only.

Source: SMPTE ST 2084; OpenColorIO ``FixedFunctionTransform`` LIN_TO_PQ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.transforms.ocio_translation import is_inverse, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import absolute, copysign, exp2, fma, log2, maximum, power

M1, M2 = 0.25 * 2610 / 4096, 128 * 2523 / 4096
C2, C3 = 32 * 2413 / 4096, 32 * 2392 / 4096
GAP = C2 - C3  # 1 - c1
LOG2_E = 1.4426950408889634
LN2 = 0.6931471805599453
LOG_TERMS = tuple(1.0 / n for n in range(1, 13))  # of -ln(1 - u) / u, for u up to 0.165
EXP_TERMS = (1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720)  # of (e**z - 1) / z


@dataclass(frozen=True)
class PQ(Step):
    """Light to PQ code, or the inverse. NaN stays NaN; an infinity becomes NaN."""

    inverse: bool = False
    name = "FixedFunction LIN_TO_PQ"

    def __call__(self, x: Any) -> Any:
        size = absolute(x)
        return copysign(decode(size) if self.inverse else encode(size), x)


def encode(light: Any) -> Any:
    """Encode non-negative light."""
    y = power(light * 0.01, M1)
    u = GAP * (1.0 - y) / fma(y, C3, 1.0)
    return exp2(-(M2 * LOG2_E) * u * polynomial(LOG_TERMS, u))


def decode(code: Any) -> Any:
    """Decode a non-negative code to light."""
    # NaN stays in this order of operands.
    z = log2(maximum(2.0**-100, code)) * (LN2 / M2)
    u = -z * polynomial(EXP_TERMS, z)
    return 100.0 * power(maximum(0.0, GAP - u) / fma(u, C3, GAP), 1.0 / M1)


def polynomial(terms: tuple[float, ...], x: Any) -> Any:
    """Evaluate the polynomial with these coefficients, the constant first."""
    *lower, total = terms
    for term in reversed(lower):
        total = fma(total, x, term)
    return total


@reads("FixedFunction LIN_TO_PQ")
def read(transform: Any) -> PQ:
    """Read the direction; there are no parameters."""
    return PQ(is_inverse(transform))
