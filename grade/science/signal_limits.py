"""Limits of a video signal for broadcast: the range that R', G', B' and luma may have.

As fractions from black to white, from the code values of 10 bits, where black is 64 and white 940.
"""

from __future__ import annotations

_BLACK, _SPAN = 64, 876


def _limits(low: int, high: int) -> tuple[float, float]:
    return (low - _BLACK) / _SPAN, (high - _BLACK) / _SPAN


SIGNAL_LIMITS: dict[str, tuple[float, float]] = {
    "ebu_r103": _limits(20, 984),  # EBU R 103, version 3: 5 % beyond black and white
    "nominal": _limits(64, 940),  # ITU-R BT.709, BT.2020, BT.2100: black to white
    "sdi": _limits(4, 1019),  # SMPTE ST 274: what the timing codes of an interface leave
}
"""The least and the largest value by the name of the standard."""
