"""Codes of half floats as addresses of a table, computed without a division.

A table over the half domain has an entry for each of the 65536 codes. The value of a code is the
position of its entry on the axis. The axis is even between two neighboring codes, so the low bits
of the float32 pattern are the fraction.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.ir.expression import (
    absolute,
    bits,
    fma,
    from_half,
    minimum,
    select,
    to_float,
    to_int,
)

LARGEST = 65504.0
SMALLEST_NORMAL = 2.0**-14
NAN_CODE = 0x7E00
SIGN_CODE = 0x8000
BIAS = (127 - 15) << 10  # the difference of the exponent biases of float and half, in codes


def find_code(x: Any) -> tuple[Any, Any]:
    """Find the half code at or next below ``|x|``, with its sign bit, and the fraction to the next.

    Magnitudes beyond 65504, infinities and NaN count as 65504. A negative zero has its own code.
    """
    magnitude = minimum(absolute(x), LARGEST)
    pattern = bits(magnitude)
    normal = (pattern >> 13) - BIAS
    normal_fraction = to_float(pattern & 0x1FFF) * 2.0**-13
    # The codes below the smallest normal half are 2**-24 apart.
    scaled = minimum(magnitude, SMALLEST_NORMAL) * 2.0**24
    small = to_int(scaled)
    tiny = magnitude < SMALLEST_NORMAL
    code = select(tiny, small, normal)
    fraction = select(tiny, scaled - to_float(small), normal_fraction)
    return select(bits(x) < 0, code + SIGN_CODE, code), fraction


def interpolate_codes(code: Any, fraction: Any, first: int = 0) -> Any:
    """Interpolate between the values of the half code ``first + code`` and the next code."""
    here = from_half(code + first)
    return fma(fraction, from_half(code + (first + 1)) - here, here)


def decode_code(code: int) -> float:
    """Decode a half code to its value."""
    return float(np.uint16(code).view(np.float16))
