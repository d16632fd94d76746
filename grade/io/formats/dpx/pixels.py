"""How the samples of a DPX lie in its file, and kernels that take them apart and lay them down.

Samples of 8 and 16 bits follow one another. Ten bits are filled into words of 32, three to a word
(method A: from the top, B: to the bottom), twelve into words of 16, or both run on over the words
of a line, the first in the lowest bits. A line begins with a new word of 32 bits where samples are
filled in threes or run on; of other lines that is the rule too, and half of all writers do not
keep it, so the size of the file decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from grade.io.errors import FrameError
from grade.io.frame import Frame
from grade.io.native import STORAGES, Laid, compute, converted
from grade.ir.packing import pack_bits, swap_bytes, unpack_bits
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout, Storage

PACKED, METHOD_A, METHOD_B = 0, 1, 2
_CODES: dict[int, Storage] = {8: "u8", 10: "u10", 12: "u12", 16: "u16"}
_GROUP = {10: (5, 16), 12: (3, 8)}  # words that hold a whole number of samples, and how many


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where the samples are.

    Attributes
    ----------
    bits
        8, 10, 12 or 16.
    packing
        `PACKED`, `METHOD_A` or `METHOD_B`; it says nothing of 8 and 16 bits.
    big
        Whether the first byte of a word is its highest.
    channels
        3 or 4.
    reversed
        Whether channels come in the order A, B, G, R.
    """

    bits: int
    packing: int = METHOD_A
    big: bool = True
    channels: int = 3
    reversed: bool = False

    @property
    def code(self) -> Storage:
        """The storage type of a sample."""
        return _CODES[self.bits]

    @property
    def word(self) -> Any:
        """The type of the words of the file."""
        if self.bits == 8:
            return np.uint8
        filled = self.bits == 12 and self.packing != PACKED
        return np.uint16 if self.bits == 16 or filled else np.uint32

    @property
    def runs_on(self) -> bool:
        """Whether samples cross from word to word."""
        return self.bits in (10, 12) and self.packing == PACKED

    @property
    def layout(self) -> Layout:
        """What a kernel is told of the samples: as they are in the file, where it can do that."""
        order = "big" if self.big else "little"
        if self.bits == 16 and self.big:
            return Layout.packed("16_big", self.channels)
        if self.bits == 12 and not self.runs_on:
            return Layout.packed(f"12{self._method}_{order}", self.channels)
        if self.bits == 10 and not self.runs_on and self.channels == 3:
            return Layout.packed(f"10{self._method}_{order}")
        return Layout(self.channels, self.code)

    @property
    def _method(self) -> str:
        return "a" if self.packing == METHOD_A else "b"

    def line(self, width: int) -> int:
        """How many words a line has."""
        samples = width * self.channels
        if self.runs_on:
            return -(-samples * self.bits // 32)
        return -(-samples // 3) if self.bits == 10 else samples

    def laid(self, words: Any, width: int) -> Laid:
        """The picture of a file's lines, (height, words), which may be longer than they need."""
        if self.runs_on:
            samples = self._apart(words[:, : self.line(width)])
        elif self.bits == 10 and self.channels == 4:
            filled = words[:, : self.line(width), None]
            samples = converted(self._threes, filled, Layout(3, "u10")).reshape(len(words), -1)
        else:
            samples = words
        count = width * self.layout.raw_channels
        picture = samples[:, :count].reshape(len(words), width, -1)
        if self.reversed:
            picture = np.ascontiguousarray(picture[..., ::-1])
        return Laid(self.layout, picture)

    def words(self, frame: Frame) -> Any:
        """The lines of a frame, (height, words), as they go into the file.

        Raises
        ------
        FrameError
            A plane of a type that is no color.
        """
        source, given = color_of(frame)
        picture = given if source == self.layout else converted(source, given, self.layout)
        if self.reversed:
            picture = picture[..., ::-1]
        height = len(picture)
        samples = np.ascontiguousarray(picture).reshape(height, -1)
        if self.runs_on:
            return self._together(samples)
        if self.bits == 10 and self.channels == 4:
            padded = _padded(samples, 3).reshape(height, -1, 3)
            return converted(Layout(3, "u10"), padded, self._threes)[..., 0]
        return samples

    @property
    def _threes(self) -> Layout:
        """Ten bits by threes, whatever they are."""
        return Layout.packed(f"10{self._method}_{'big' if self.big else 'little'}")

    def _apart(self, words: Any) -> Any:
        group, count = _GROUP[self.bits]
        whole = _padded(words, group).reshape(len(words), -1, group)
        made = np.empty((*whole.shape[:2], count), np.uint16)
        compute(_apart(self.bits, self.big), whole, made)
        return made.reshape(len(words), -1)

    def _together(self, samples: Any) -> Any:
        group, count = _GROUP[self.bits]
        whole = _padded(samples, count).reshape(len(samples), -1, count)
        made = np.empty((*whole.shape[:2], group), np.uint32)
        compute(_together(self.bits, self.big), whole, made)
        needed = -(-samples.shape[1] * self.bits // 32)
        return np.ascontiguousarray(made.reshape(len(samples), -1)[:, :needed])


def color_of(frame: Frame) -> tuple[Layout, Any]:
    """The color of a frame as a kernel takes it: as it lies, else its planes.

    Raises
    ------
    FrameError
        A plane of a type that is no color.
    """
    laid = frame.laid
    if laid is not None and laid.layout.channels == len(frame.color):
        return laid.layout, laid.picture
    planes = [frame.planes[name] for name in frame.color]
    for name, plane in zip(frame.color, planes, strict=True):
        if plane.dtype.name not in (*STORAGES, "float64"):
            raise FrameError(f"plane {name} is {plane.dtype}; DPX takes {', '.join(STORAGES)}")
    kinds = {plane.dtype for plane in planes}
    kind = kinds.pop() if len(kinds) == 1 else np.dtype(np.float32)
    kind = np.dtype(np.float32) if kind == np.float64 else kind
    given = [np.ascontiguousarray(_as(plane, kind)) for plane in planes]
    return Layout(len(given), STORAGES[kind.name], planar=True), given


def _as(plane: Any, kind: Any) -> Any:
    from grade.io.convert import to_float

    return plane if plane.dtype == kind else to_float(plane)


def _padded(lines: Any, count: int) -> Any:
    """Lines of a whole number of groups: themselves, or a copy with zeros behind."""
    missing = -lines.shape[1] % count
    if not missing:
        return lines
    return np.concatenate((lines, np.zeros((len(lines), missing), lines.dtype)), axis=1)


@cache
def _apart(bits: int, big: bool) -> Program:
    group, count = _GROUP[bits]
    source, target = Layout(group, "u32"), Layout(count, _CODES[bits])
    loads = _loads(source)
    words = [swap_bytes(word, "u32") for word in loads] if big else loads
    return verify(Program((source,), (target,), (), (Stage(tuple(unpack_bits(bits, words))),)))


@cache
def _together(bits: int, big: bool) -> Program:
    group, count = _GROUP[bits]
    source, target = Layout(count, _CODES[bits]), Layout(group, "u32")
    words = pack_bits(bits, _loads(source))
    ordered = [swap_bytes(word, "u32") for word in words] if big else words
    return verify(Program((source,), (target,), (), (Stage(tuple(ordered)),)))


def _loads(layout: Layout) -> list[Any]:
    from grade.ir.expression import make

    return [make("load", (), (layout.raw_type, 0, c)) for c in range(layout.channels)]
