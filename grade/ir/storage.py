"""Storage types and layouts of pixels, and the one formula per type between them and f32.

Decoding and encoding are ordinary IR, so they fuse with the grade and round alike on every backend.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from grade.ir.packing import PACKINGS
from grade.ir.types import F32, I32, Type

Storage = Literal["f32", "f16", "u16", "u12", "u10", "u8", "u32"]
"""``u10`` and ``u12`` are code values in 16 bits; ``u32`` are raw words, which only a packing can
read."""
BYTES: dict[Storage, int] = {
    "f32": 4, "f16": 2, "u16": 2, "u12": 2, "u10": 2, "u8": 1, "u32": 4,
}  # fmt: skip
STORAGE_OF_DTYPE: dict[str, Storage] = {
    "float32": "f32", "float16": "f16", "uint16": "u16", "uint8": "u8",
}  # fmt: skip
"""Storage type of an array, by the name of its NumPy type; arrays of other types hold no color."""
INTEGER_MAXIMUM: dict[Storage, int] = {"u16": 65535, "u12": 4095, "u10": 1023, "u8": 255}
HALF_MAXIMUM = 65504.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Channels, storage type, and whether they are interleaved or one plane each.

    With a ``packing`` (a name of ``grade.ir.packing``) ``storage`` is the type of its words, and
    the channels are what lies in them: one word may hold all three.
    """

    channels: int
    storage: Storage = "f32"
    planar: bool = False
    packing: str | None = None

    def __post_init__(self) -> None:
        if self.packing is None:
            return
        found = PACKINGS.get(self.packing)
        if found is None or found.word != self.storage or self.planar:
            raise ValueError(f"{self} is no layout: the words of a packing are interleaved")
        if found.together and self.channels != len(found.shifts):
            raise ValueError(f"{self} is no layout: {self.packing} holds {len(found.shifts)}")

    @staticmethod
    def packed(packing: str, channels: int = 3) -> Layout:
        """The layout of a packing by its name, as in ``10a_big``."""
        return Layout(channels, PACKINGS[packing].word, packing=packing)

    @property
    def raw_channels(self) -> int:
        """Words that are loaded or stored for a pixel."""
        together = self.packing is not None and PACKINGS[self.packing].together
        return 1 if together else self.channels

    @property
    def code(self) -> Storage:
        """The storage type of a channel, once it is unpacked."""
        return self.storage if self.packing is None else PACKINGS[self.packing].code

    @property
    def raw_type(self) -> Type:
        """What a load yields and a store takes: the float itself, or an integer pattern."""
        return F32 if self.storage == "f32" else I32

    @property
    def bytes_per_pixel(self) -> int:
        """Bytes of one pixel over all channels."""
        return self.raw_channels * BYTES[self.storage]

    def codes(self, words: Sequence[Node]) -> list[Node]:
        """The raw patterns of the channels from what was loaded."""
        return list(words) if self.packing is None else PACKINGS[self.packing].codes(words)

    def words(self, codes: Sequence[Node]) -> list[Node]:
        """What is stored for the raw patterns of the channels."""
        return list(codes) if self.packing is None else PACKINGS[self.packing].words(codes)

    def __str__(self) -> str:
        arrangement = self.packing or ("planar" if self.planar else "interleaved")
        return f"{self.storage} x{self.channels} {arrangement}"

    @staticmethod
    def parse(text: str) -> Layout:
        """Read back what ``str`` printed."""
        storage, channels, arrangement = text.split()
        packing = arrangement if arrangement in PACKINGS else None
        if storage not in BYTES or not (packing or arrangement in ("planar", "interleaved")):
            raise ValueError(f"{text!r} is no layout")
        return Layout(int(channels[1:]), storage, arrangement == "planar", packing)


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
    pattern: Node = to_int(floor(minimum(maximum(value, 0.0), 1.0) * top + const(0.5)))
    return pattern
