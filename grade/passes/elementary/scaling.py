"""Scaling by a power of two: ``p * 2**k``, where k stays in the bits of a rounded sum.

For ``2**z`` the exponent is split as ``z = k + f``. Adding 1.5 * 2**23 to a float of moderate size
rounds it to an integer and leaves that integer in the low bits of the pattern, so no conversion is
needed; the exponent's bias goes into the same constant, so that ``bits << 23`` is the pattern of a
power of two. The exp2f of Arm's optimized-routines (S. Nagy, 2017) does so too, in double and with
a table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from grade.ir.expression import Node, bits, from_bits, maximum, minimum

ROUNDER = 12582912.0  # 1.5 * 2**23: the spacing of floats around it is 1

# Clamped to these, k gives 0 and infinity for every f in -1..1/2 and in 0..inf.
_LEAST, _MOST = -151, 129


@dataclass(frozen=True, slots=True)
class Scaling:
    """How to form ``p * 2**k`` with one rounding, as cheaply as the bounds of k allow.

    A result that may be denormal needs two factors, since 2**-150 is not a normal float; the
    product with the first is exact, so only the second rounds.

    Attributes
    ----------
    bias
        What is added to k in the rounding constant. It is odd in every form: a tie goes to the
        even sum, so k, and with it the bits of the result, are the same in all of them.
    gain
        An exact factor in the coefficients of the polynomial p.
    after
        A constant second factor, or 0 for none.
    halves
        Whether 2**k is applied as two factors of about equal size.
    clamp_low, clamp_high
        Whether k must be clamped on that side.
    nan
        Whether z may be NaN, which must not reach the bits.
    """

    bias: int
    gain: float = 1.0
    after: float = 0.0
    halves: bool = False
    clamp_low: bool = False
    clamp_high: bool = False
    nan: bool = False

    @property
    def rounder(self) -> float:
        """The rounding constant: added to z it leaves k in the sum; ``rounder - sum`` is -k."""
        return ROUNDER + self.bias

    def clamp(self, rounded: Node) -> Node:
        """The rounded sum with k clamped to where the result changes; NaN goes to an end."""
        if self.clamp_low or (self.nan and not self.clamp_high):
            rounded = maximum(rounded, self.rounder + _LEAST)
        if self.clamp_high:
            rounded = minimum(rounded, self.rounder + _MOST)
        return rounded

    def floor(self, fraction: Node) -> Node:
        """The fraction, clamped from below where k is clamped; a NaN stays.

        No clamp is needed above: the polynomial grows with it and the result is infinite anyway.
        """
        if self.clamp_low:
            fraction = maximum(-1.0, fraction)
        return fraction

    def apply(self, mantissa: Node, rounded: Node) -> Node:
        """``mantissa / gain * 2**k``, rounded once."""
        field = bits(rounded)
        if self.halves:
            first = field >> 1
            mantissa = mantissa * from_bits(first << 23)
            field = field - first
        scaled: Node = mantissa * from_bits(field << 23)
        return scaled * self.after if self.after else scaled


def scaling_for(low: float, high: float, nan: bool) -> Scaling:
    """The cheapest scaling for z in low..high, or NaN."""
    least = max(math.ceil(max(low, -999.0) - 0.5), _LEAST)
    most = min(math.floor(min(high, 999.0) + 0.5), _MOST)
    clamp_low, clamp_high = low < _LEAST, high > _MOST
    if least >= -126 and most <= 127:
        return Scaling(127, nan=nan)
    if least >= -124:
        return Scaling(125, gain=4.0, clamp_high=clamp_high, nan=nan)
    if most <= 95:
        return Scaling(127 + 32, after=2.0**-32, clamp_low=clamp_low, nan=nan)
    return Scaling(253, 2.0, halves=True, clamp_low=clamp_low, clamp_high=clamp_high, nan=nan)
