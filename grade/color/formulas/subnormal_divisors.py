"""Divisors so small that their reciprocal overflows: below 2**-128 it is infinite in float32."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import absolute, select
from grade.ir.float32 import SMALLEST_NORMAL

ENLARGED = 2.0**24  # makes the smallest subnormal, 2**-149, larger than the smallest normal


def is_subnormal(divisor: Any) -> Any:
    """Whether a divisor is smaller than the smallest normal number, but not 0."""
    size = absolute(divisor)
    return (size > 0.0) & (size < SMALLEST_NORMAL)


def enlarge(divisor: Any) -> Any:
    """Find a factor for both sides of a quotient: 2**24 for a subnormal divisor, otherwise 1.

    Both products are exact, so the quotient is the same, and no bit of another pixel moves.
    """
    return select(is_subnormal(divisor), ENLARGED, 1.0)
