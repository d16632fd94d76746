"""Packed words: code values that share a word, as in DPX, or whose bytes are big-endian.

A kernel loads whole words. Unpacking and packing them is ordinary integer IR on both backends, so a
packed file is graded without a pass of its own.

Source of the arrangements: SMPTE ST 268-1:2014 (DPX 2.0), annex C. In a 32 bit word method A leaves
the two lowest bits empty and method B the two highest; in a 16 bit word A leaves the lowest four
and B the highest four.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grade.ir.expression import Node, make

if TYPE_CHECKING:
    from grade.ir.storage import Storage


@dataclass(frozen=True, slots=True)
class Packing:
    """How code values lie in words.

    Attributes
    ----------
    word, code
        The storage type of the words that are loaded and stored, and of the values in them.
    shifts
        The lowest bit of each value in a word: one entry, or three for red, green and blue.
    swapped
        Whether the words are big-endian, so that their bytes must be swapped.
    """

    word: Storage
    code: Storage
    shifts: tuple[int, ...] = (0,)
    swapped: bool = False

    @property
    def together(self) -> bool:
        """Whether one word is one pixel."""
        return len(self.shifts) > 1

    def codes(self, words: Sequence[Node]) -> list[Node]:
        """The code values in loaded words; the other bits are ignored."""
        ordered = [swap_bytes(word, self.word) if self.swapped else word for word in words]
        return [self._code(word, shift) for word in ordered for shift in self.shifts]

    def words(self, codes: Sequence[Node]) -> list[Node]:
        """The words that hold code values, which must be within range; the other bits are 0."""
        count = len(self.shifts)
        words = []
        for start in range(0, len(codes), count):
            placed = [
                code << shift if shift else code
                for code, shift in zip(codes[start : start + count], self.shifts, strict=True)
            ]
            word = placed[0]
            for other in placed[1:]:
                word = word | other
            words.append(swap_bytes(word, self.word) if self.swapped else word)
        return words

    def _code(self, word: Node, shift: int) -> Node:
        moved = make("ushr", (word,), shift) if shift else word
        return moved & MASK[self.code]


def swap_bytes(word: Node, storage: Storage) -> Node:
    """A word with its bytes in the other order."""
    if storage == "u16":
        return ((word & 0xFF) << 8) | (make("ushr", (word,), 8) & 0xFF)
    high = (word << 24) | ((word & 0xFF00) << 8)
    return high | (make("ushr", (word,), 8) & 0xFF00) | make("ushr", (word,), 24)


def unpack_bits(bits: int, words: Sequence[Node]) -> list[Node]:
    """Values of ``bits`` bits that run across 32 bit words, the first in the lowest bits.

    The words must be a whole number of values: five of 10 bits, three of 12.
    """
    mask = (1 << bits) - 1
    values = []
    for start in range(0, 32 * len(words), bits):
        index, shift = divmod(start, 32)
        value = make("ushr", (words[index],), shift) if shift else words[index]
        if shift + bits > 32:
            value = value | (words[index + 1] << (32 - shift))
        values.append(value & mask)
    return values


def pack_bits(bits: int, values: Sequence[Node]) -> list[Node]:
    """The words of values within range that run across them: inverse of :func:`unpack_bits`."""
    words: list[Node | None] = [None] * (len(values) * bits // 32)
    for number, value in enumerate(values):
        index, shift = divmod(number * bits, 32)
        pieces = [(index, value << shift if shift else value)]
        if shift + bits > 32:
            pieces.append((index + 1, make("ushr", (value,), 32 - shift)))
        for place, piece in pieces:
            before = words[place]
            words[place] = piece if before is None else before | piece
    return [word for word in words if word is not None]


MASK: dict[Storage, int] = {"u10": 1023, "u12": 4095, "u16": 65535}

_ARRANGED: dict[str, tuple[Storage, Storage, tuple[int, ...]]] = {
    "10a": ("u32", "u10", (22, 12, 2)),
    "10b": ("u32", "u10", (20, 10, 0)),
    "12a": ("u16", "u12", (4,)),
    "12b": ("u16", "u12", (0,)),
    "16": ("u16", "u16", (0,)),
}
PACKINGS: dict[str, Packing] = {
    f"{name}_{order}": Packing(word, code, shifts, order == "big")
    for name, (word, code, shifts) in _ARRANGED.items()
    for order in ("big", "little")
}
"""By bits, method of filling and byte order, as in ``10a_big``, the usual DPX."""
