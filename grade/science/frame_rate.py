"""Frame rates of film and television, from the numbers that stand for them."""

from __future__ import annotations

from fractions import Fraction

_TOLERANCE = 3e-4  # 23.97, 23.98 and 2398/100 are 23.976; 24 is three times as far away
_PLAIN = 1000  # the denominator of a rate that was given with decimals


def snap_rate(rate: Fraction | float) -> Fraction:
    """Return the rate that a number stands for: a rate of television if it is near one.

    Rates of television are 1000/1001 of 24, 30 and their multiples, which no decimal number says.
    Source: SMPTE ST 12-1, 4.2.

    >>> snap_rate(23.98), snap_rate(Fraction(2997, 100)), snap_rate(12.5)
    (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(25, 2))
    """
    nominal = round(rate * 1.001)
    if nominal and (nominal % 12 == 0 or nominal % 15 == 0):
        television = Fraction(nominal * 1000, 1001)
        if abs(rate / float(television) - 1) < _TOLERANCE:
            return television
    return rate if isinstance(rate, Fraction) else Fraction(rate).limit_denominator(_PLAIN)
