"""How pixels lie in memory, and the one formula per storage type that turns them into f32 and back.

Decoding and encoding are ordinary IR, so they fuse with the grade and round alike on every backend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grade.ir.expression import (
    Node,
    const,
    equal,
    floor,
    from_half,
    maximum,
    minimum,
    select,
    to_float,
    to_half,
    to_int,
)
from grade.ir.types import F32, I32, Type

Storage = Literal["f32", "f16", "u16", "u8"]
BYTES: dict[Storage, int] = {"f32": 4, "f16": 2, "u16": 2, "u8": 1}
INTEGER_MAXIMUM: dict[Storage, int] = {"u16": 65535, "u8": 255}
HALF_MAXIMUM = 65504.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Channels, storage type, and whether they are interleaved or one plane each."""

    channels: int
    storage: Storage = "f32"
    planar: bool = False

    @property
    def raw_type(self) -> Type:
        """What a load yields and a store takes: the float itself, or an integer pattern."""
        return F32 if self.storage == "f32" else I32

    @property
    def bytes_per_pixel(self) -> int:
        """Bytes of one pixel over all channels."""
        return self.channels * BYTES[self.storage]

    def __str__(self) -> str:
        return f"{self.storage} x{self.channels} {'planar' if self.planar else 'interleaved'}"

    @staticmethod
    def parse(text: str) -> Layout:
        """Read back what ``str`` printed."""
        storage, channels, arrangement = text.split()
        if storage not in BYTES or arrangement not in ("planar", "interleaved"):
            raise ValueError(f"{text!r} is no layout")
        return Layout(int(channels[1:]), storage, arrangement == "planar")


def decode(storage: Storage, raw: Node) -> Node:
    """Raw pattern to f32: integers to 0..1 by a correctly rounded division."""
    if storage == "f32":
        return raw
    if storage == "f16":
        return from_half(raw)  # type: ignore[no-any-return]
    quotient: Node = to_float(raw) / float(INTEGER_MAXIMUM[storage])
    return quotient


def encode(storage: Storage, value: Node) -> Node:
    """f32 to raw pattern.

    Half saturates to +-65504 (infinities too) and keeps NaN; integers saturate to their range,
    round half up, and take NaN as 0; f32 writes one NaN pattern.
    """
    if storage == "f32":
        return select(equal(value, value), value, float("nan"))  # type: ignore[no-any-return]
    if storage == "f16":
        above = select(value > HALF_MAXIMUM, HALF_MAXIMUM, value)
        return to_half(select(above < -HALF_MAXIMUM, -HALF_MAXIMUM, above))  # type: ignore[no-any-return]
    top = float(INTEGER_MAXIMUM[storage])
    held = minimum(maximum(value, 0.0), 1.0)
    pattern: Node = to_int(floor(held * top + const(0.5)))
    return pattern
