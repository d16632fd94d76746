"""Dither: noise of one code value, so that fewer bits show no banding; the same on every machine.

The noise is a hash of the pixel's absolute coordinates, its channel, the frame number and a seed.
Tiles, threads and the size of the picture do not enter it.
"""

from __future__ import annotations

from typing import Literal, get_args

from grade.ir.expression import (
    Node,
    const,
    floor,
    fma,
    make,
    maximum,
    minimum,
    select,
    to_float,
    to_int,
)
from grade.ir.storage import INTEGER_MAXIMUM, Storage
from grade.ir.types import I32

Dither = Literal["none", "triangular"]
DITHERS: tuple[Dither, ...] = get_args(Dither)
DITHERED_TO: tuple[Storage, ...] = ("u8", "u10", "u12")
"""Storage types that are dithered; a step of 16 bits is too small to need it."""

_PRECISION: dict[Storage, int] = {"u8": 8, "u10": 10, "u12": 12, "u16": 16, "f16": 17, "f32": 24}


def reduces(source: Storage, target: Storage) -> bool:
    """Whether storing one type as the other loses so many bits that banding may show.

    >>> reduces("f16", "u10"), reduces("u10", "u10"), reduces("u8", "u10"), reduces("f32", "u16")
    (True, False, False, False)
    """
    return target in DITHERED_TO and _PRECISION[source] > _PRECISION[target]


def encode_dithered(
    storage: Storage, value: Node, channel: int, frame: Node, seed: int = 0
) -> Node:
    """f32 to a code value of fewer bits, with noise.

        c = clamp(value, 0, 1) * maximum
        code = floor(c + noise + 1/2)

    The noise is triangular over (-1, 1) code. Within half a code of either end it is uniform over
    (-1/2, 1/2) instead, since no code below 0 can make up for those above. So the mean of many
    codes is ``c`` everywhere, black stays 0 and white the maximum.

    Parameters
    ----------
    storage
        ``u8``, ``u10`` or ``u12``.
    value
        Clamped to 0..1; NaN counts as 0.
    channel, seed
        Each channel has noise of its own, and so has each seed.
    frame
        The frame number, i32.
    """
    top = INTEGER_MAXIMUM[storage]
    scaled = minimum(maximum(value, 0.0), 1.0) * float(top)
    low, high = _halves(channel, frame, seed)
    triangular = to_float(high - low) * 2.0**-16
    uniform = fma(to_float(low), 2.0**-16, 2.0**-17 - 0.5)
    inside = (scaled >= 0.5) & (scaled <= top - 0.5)
    noise = select(inside, triangular, uniform)
    code: Node = to_int(minimum(floor(scaled + (noise + 0.5)), float(top)))
    return code


def _halves(channel: int, frame: Node, seed: int) -> tuple[Node, Node]:
    """Two random numbers 0..65535 for this pixel."""
    x, y = (make("coordinate", (), (I32, axis)) for axis in "xy")
    # The frame is hashed by itself: added to the coordinates, it would only shift one pattern. It
    # does not depend on the pixel, so this hash is computed once.
    key = _hash(_hash(frame ^ _to_signed(seed * 0x9E3779B9)) + _to_signed(channel * 0x85EBCA6B))
    word = _hash(_hash(x ^ key) + y)
    return word & 0xFFFF, make("ushr", (word,), 16)


def _hash(word: Node) -> Node:
    """A hash of 32 bits, where every bit changes every other: "lowbias32" of Chris Wellons.

    Source: C. Wellons, "Prospecting for Hash Functions", 2018, https://nullprogram.com.
    """
    word = word ^ make("ushr", (word,), 16)
    word = word * const(_to_signed(0x7FEB352D), I32)
    word = word ^ make("ushr", (word,), 15)
    word = word * const(_to_signed(0x846CA68B), I32)
    return word ^ make("ushr", (word,), 16)


def _to_signed(value: int) -> int:
    """The low 32 bits as an i32."""
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value
