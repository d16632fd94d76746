"""Float32 numbers as Python floats: their bit patterns, their limits, and rounding to them."""

from __future__ import annotations

import math
import struct

SMALLEST_NORMAL = 2.0**-126
LARGEST = (2.0 - 2.0**-23) * 2.0**127
CANONICAL_NAN_BITS = 0x7FC00000
"""The one bit pattern of NaN."""

_FLOAT = struct.Struct("<f")
_INTEGER = struct.Struct("<i")


def float_bits(value: float) -> int:
    """The bit pattern of the nearest float32; one pattern for every NaN."""
    if value != value:
        return CANONICAL_NAN_BITS
    if 0 < abs(value) < SMALLEST_NORMAL:  # by integers: the processor may be set to flush these
        count = round(abs(value) * 2.0**149)
        return count if value > 0 else count - (1 << 31)
    try:
        return int(_INTEGER.unpack(_FLOAT.pack(value))[0])
    except OverflowError:
        return float_bits(math.copysign(math.inf, value))


def bits_float(bits: int) -> float:
    """The float32 with this bit pattern, as a Python float."""
    magnitude = bits & 0x7FFFFFFF
    if 0 < magnitude < 0x00800000:
        return magnitude * (2.0**-149 if magnitude == bits else -(2.0**-149))
    return float(_FLOAT.unpack(_INTEGER.pack(bits))[0])


def nearest_float32(value: float) -> float:
    """The nearest float32, ties to even; an infinity beyond the largest."""
    try:
        return float(_FLOAT.unpack(_FLOAT.pack(value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def next_float32(value: float, toward: float) -> float:
    """The next float32 in the direction of an infinity."""
    if value == toward:
        return value
    if value == 0:
        return math.copysign(2.0**-149, toward)
    return bits_float(float_bits(value) + (1 if (value < toward) == (value > 0) else -1))
