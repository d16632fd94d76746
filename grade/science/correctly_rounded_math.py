"""Elementary functions of one float, correctly rounded, with the same bits on every host.

They compute the constants of transforms, which are part of a kernel and must not change with the
processor or the version of libm or NumPy. Decimal arithmetic is defined digit by digit: ``ln``,
``exp`` and ``log10`` are correctly rounded by specification. So 34 decimal digits, rounded once to
double precision, are the same everywhere, and correct to the last bit but for one case in 10**17.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

_CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999)
_LN2 = Decimal(2).ln(_CONTEXT)


def log(x: float) -> float:
    """Natural logarithm of a positive finite number."""
    return float(_logarithm(x))


def log2(x: float) -> float:
    """Logarithm to the base 2 of a positive finite number; exact at powers of two."""
    mantissa, exponent = math.frexp(x)
    if mantissa == 0.5:
        return float(exponent - 1)
    return float(_CONTEXT.divide(_logarithm(x), _LN2))


def log10(x: float) -> float:
    """Logarithm to the base 10 of a positive finite number."""
    return float(Decimal(_positive(x)).log10(_CONTEXT))


def exp(x: float) -> float:
    """``e**x``."""
    return float(Decimal(x).exp(_CONTEXT))


def exp2(x: float) -> float:
    """``2**x``."""
    return float(_CONTEXT.multiply(Decimal(x), _LN2).exp(_CONTEXT))


def power(x: float, y: float) -> float:
    """``x**y`` for ``x`` >= 0; 0 to a positive power is 0.

    Raises
    ------
    ValueError
        For a negative base, or 0 to a power that is not positive.
    """
    if x == 0 and y > 0:
        return 0.0
    return float(_CONTEXT.multiply(Decimal(y), _logarithm(x)).exp(_CONTEXT))


def _logarithm(x: float) -> Decimal:
    return Decimal(_positive(x)).ln(_CONTEXT)


def _positive(x: float) -> float:
    if not 0 < x < math.inf:
        raise ValueError(f"{x!r} has no logarithm: a positive finite number has one")
    return x
