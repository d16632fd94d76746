"""Words that hold code values in another order or place than memory wants them: DPX, big-endian.

A kernel loads whole words. Taking them apart and putting them together again is ordinary integer IR
on both backends, so a packed file goes through the grade without a pass of its own. Source of the
arrangements: SMPTE ST 268-1:2014 (DPX 2.0), annex C; of every 32 bit word method A leaves the two
lowest bits empty and method B the two highest, of every 16 bit word A the lowest four and B the
highest four.
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
        What is loaded and stored, and what is in it.
    shifts
        How far up each value lies that shares a word: one entry, or three for red, green and blue.
    swapped
        Whether the bytes of a word are in the order that the machine's are not: big-endian.
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
        """The code values in loaded words; bits beside them do not count."""
        ordered = [turned(word, self.word) if self.swapped else word for word in words]
        return [self._code(word, shift) for word in ordered for shift in self.shifts]

    def words(self, codes: Sequence[Node]) -> list[Node]:
        """The words that hold code values, which must be within range; other bits are 0."""
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
            words.append(turned(word, self.word) if self.swapped else word)
        return words

    def _code(self, word: Node, shift: int) -> Node:
        moved = make("ushr", (word,), shift) if shift else word
        return moved & MASK[self.code]


def turned(word: Node, storage: Storage) -> Node:
    """A word with its bytes in the other order."""
    if storage == "u16":
        return ((word & 0xFF) << 8) | (make("ushr", (word,), 8) & 0xFF)
    high = (word << 24) | ((word & 0xFF00) << 8)
    return high | (make("ushr", (word,), 8) & 0xFF00) | make("ushr", (word,), 24)


def unpacked(bits: int, words: Sequence[Node]) -> list[Node]:
    """Values of ``bits`` bits that run on over 32 bit words, the first in the lowest bits.

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


def packed(bits: int, values: Sequence[Node]) -> list[Node]:
    """The words of values within range that run on over them: the inverse of :func:`unpacked`."""
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
"""By bits, method of filling and order of bytes, as in ``10a_big``, the usual DPX."""
