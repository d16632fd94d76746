"""``p * 2**k`` with one rounding, for a ``k`` that is still in the bits of a rounded sum.

Adding 1.5 * 2**23 to a float of moderate size rounds it to an integer and leaves that integer in
the low bits of the pattern: no conversion is needed (D. E. Knuth's remark on rounding by addition;
used so in the exp of many libraries). The bias of the exponent field goes into the same constant,
so ``bits << 23`` is the pattern of a power of two.
"""

from __future__ import annotations

from dataclasses import dataclass

from grade.ir.expression import Node, bits, from_bits

ROUNDER = 12582912.0  # 1.5 * 2**23: the spacing of floats around it is 1

# Where 2**k * p with p in 0.7..1.5 is certainly zero, and certainly infinite.
UNDERFLOW = -152.0
OVERFLOW = 130.0


@dataclass(frozen=True, slots=True)
class Scaling:
    """How to apply ``2**k``, as cheaply as the bounds of ``k`` allow.

    A result that may be denormal or infinite needs two factors, since neither 2**-150 nor 2**128
    is a normal float. The product with the first is exact, so only the second rounds.

    Parameters
    ----------
    bias
        What is added to k in the rounding constant.
    after
        A constant second factor, or 0 for none.
    halves
        Whether k is split into two about equal parts instead.
    """

    bias: int
    after: float = 0.0
    halves: bool = False

    @property
    def rounder(self) -> float:
        """The constant that rounds: add it, keep the sum for :meth:`apply`, subtract it for k."""
        return ROUNDER + self.bias

    def apply(self, mantissa: Node, rounded: Node) -> Node:
        """``mantissa * 2**k`` where ``rounded`` is k plus the rounder, and never NaN."""
        field = bits(rounded)
        if self.halves:
            first = field >> 1
            return mantissa * from_bits(first << 23) * from_bits((field - first) << 23)
        scaled = mantissa * from_bits(field << 23)
        return scaled * self.after if self.after else scaled


def scaling_for(low: float, high: float) -> Scaling:
    """The cheapest scaling for ``k`` the nearest integer of a value in low..high."""
    if low >= -126 and high <= 127:
        return Scaling(127)
    if low >= UNDERFLOW and high <= 95:
        return Scaling(127 + 32, after=2.0**-32)
    if low >= -120 and high <= OVERFLOW:
        return Scaling(127 - 4, after=2.0**4)
    return Scaling(254, halves=True)
