"""PQ, the curve of ST 2084, for light of which 1 is 100 nits; mirrored about zero.

The textbook form raises a number near 1 to the 78.84: each bit lost is lost 78 times. Here that
number is ``1 - u`` and u, which is small, is what is computed; the logarithm of ``1 - u`` and the
exponential are the series of u. So float32 gives all but its last bits.

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
    """Light to PQ code, or back. NaN stays NaN, and an infinity becomes it."""

    inverse: bool = False
    name = "FixedFunction LIN_TO_PQ"

    def __call__(self, x: Any) -> Any:
        size = absolute(x)
        return copysign(decode(size) if self.inverse else encode(size), x)


def encode(light: Any) -> Any:
    """The code of light that is not negative."""
    y = power(light * 0.01, M1)
    u = GAP * (1.0 - y) / fma(y, C3, 1.0)
    return exp2(-(M2 * LOG2_E) * u * polynomial(LOG_TERMS, u))


def decode(code: Any) -> Any:
    """The light of a code that is not negative."""
    # In this order of operands a NaN stays.
    z = log2(maximum(2.0**-100, code)) * (LN2 / M2)
    u = -z * polynomial(EXP_TERMS, z)
    return 100.0 * power(maximum(0.0, GAP - u) / fma(u, C3, GAP), 1.0 / M1)


def polynomial(terms: tuple[float, ...], x: Any) -> Any:
    """The polynomial with these coefficients, the constant first."""
    *lower, total = terms
    for term in reversed(lower):
        total = fma(total, x, term)
    return total


@reads("FixedFunction LIN_TO_PQ")
def read(transform: Any) -> PQ:
    """No parameters."""
    return PQ(is_inverse(transform))
