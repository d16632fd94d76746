"""How samples are packed into the words of a DPX file, and kernels that pack and unpack them.

Samples of 8 and 16 bits follow one another. Samples of 10 bits are filled into words of 32 bits,
three to a word, and samples of 12 bits into words of 16: in the upper bits of the word by method A,
in the lower ones by method B. Both can also run on over the words of a row, the first sample in the
lowest bits. A row begins with a new word of 32 bits where samples are filled by threes or run on.
For other rows the standard asks for that too, but half of all writers do not do it, so the size of
the file decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from grade.io.convert import convert_layout, run_program, to_float
from grade.io.errors import FrameError
from grade.io.frame import Frame
from grade.io.native_pixels import NativePixels
from grade.ir.packing import pack_bits, swap_bytes, unpack_bits
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import STORAGE_OF_DTYPE, Layout, Storage

PACKED, METHOD_A, METHOD_B = 0, 1, 2
_CODES: dict[int, Storage] = {8: "u8", 10: "u10", 12: "u12", 16: "u16"}
_GROUP = {10: (5, 16), 12: (3, 8)}  # as many words hold as many whole samples


@dataclass(frozen=True, slots=True)
class SamplePacking:
    """The packing of samples into words.

    Attributes
    ----------
    bits
        8, 10, 12 or 16.
    method
        `PACKED`, `METHOD_A` or `METHOD_B`; without meaning for 8 and 16 bits.
    big_endian
        Whether the first byte of a word is its highest.
    channels
        3 or 4.
    reversed
        Whether channels are in the order A, B, G, R.
    """

    bits: int
    method: int = METHOD_A
    big_endian: bool = True
    channels: int = 3
    reversed: bool = False

    @property
    def code(self) -> Storage:
        """The storage type of a sample."""
        return _CODES[self.bits]

    @property
    def word(self) -> Any:
        """The NumPy type of the words in the file."""
        if self.bits == 8:
            return np.uint8
        filled = self.bits == 12 and self.method != PACKED
        return np.uint16 if self.bits == 16 or filled else np.uint32

    @property
    def runs_on(self) -> bool:
        """Whether samples run on from one word into the next."""
        return self.bits in (10, 12) and self.method == PACKED

    @property
    def layout(self) -> Layout:
        """The layout for a kernel: words of the file if it can read them, else plain samples."""
        order = "big" if self.big_endian else "little"
        if self.bits == 16 and self.big_endian:
            return Layout.packed("16_big", self.channels)
        if self.bits == 12 and not self.runs_on:
            return Layout.packed(f"12{self._letter}_{order}", self.channels)
        if self.bits == 10 and not self.runs_on and self.channels == 3:
            return Layout.packed(f"10{self._letter}_{order}")
        return Layout(self.channels, self.code)

    @property
    def _letter(self) -> str:
        return "a" if self.method == METHOD_A else "b"

    def words_per_row(self, width: int) -> int:
        """Return the number of words of a row."""
        samples = width * self.channels
        if self.runs_on:
            return -(-samples * self.bits // 32)
        return -(-samples // 3) if self.bits == 10 else samples

    def unpack(self, words: Any, width: int) -> NativePixels:
        """Return the picture from the rows of a file, (height, words), which may be padded."""
        if self.runs_on:
            samples = self._split_words(words[:, : self.words_per_row(width)])
        elif self.bits == 10 and self.channels == 4:
            filled = words[:, : self.words_per_row(width), None]
            samples = convert_layout(self._threes, filled, Layout(3, "u10"))
            samples = samples.reshape(len(words), -1)
        else:
            samples = words
        count = width * self.layout.raw_channels
        picture = samples[:, :count].reshape(len(words), width, -1)
        if self.reversed:
            picture = np.ascontiguousarray(picture[..., ::-1])
        return NativePixels(self.layout, picture)

    def pack(self, frame: Frame) -> Any:
        """Return the rows of a frame, (height, words), as they are written to the file.

        Raises
        ------
        FrameError
            A plane is of a type that no kernel reads as color.
        """
        source, given = _color_of(frame)
        picture = given if source == self.layout else convert_layout(source, given, self.layout)
        if self.reversed:
            picture = picture[..., ::-1]
        height = len(picture)
        samples = np.ascontiguousarray(picture).reshape(height, -1)
        if self.runs_on:
            return self._join_words(samples)
        if self.bits == 10 and self.channels == 4:
            padded = _pad(samples, 3).reshape(height, -1, 3)
            return convert_layout(Layout(3, "u10"), padded, self._threes)[..., 0]
        return samples

    @property
    def _threes(self) -> Layout:
        """Samples of 10 bits, three to a word."""
        return Layout.packed(f"10{self._letter}_{'big' if self.big_endian else 'little'}")

    def _split_words(self, words: Any) -> Any:
        group, count = _GROUP[self.bits]
        whole = _pad(words, group).reshape(len(words), -1, group)
        made = np.empty((*whole.shape[:2], count), np.uint16)
        run_program(_unpacking_program(self.bits, self.big_endian), whole, made)
        return made.reshape(len(words), -1)

    def _join_words(self, samples: Any) -> Any:
        group, count = _GROUP[self.bits]
        whole = _pad(samples, count).reshape(len(samples), -1, count)
        made = np.empty((*whole.shape[:2], group), np.uint32)
        run_program(_packing_program(self.bits, self.big_endian), whole, made)
        needed = -(-samples.shape[1] * self.bits // 32)
        return np.ascontiguousarray(made.reshape(len(samples), -1)[:, :needed])


def _color_of(frame: Frame) -> tuple[Layout, Any]:
    """Return the color of a frame for a kernel: its native pixels, or else its planes."""
    native = frame.native
    if native is not None and native.layout.channels == len(frame.color):
        return native.layout, native.picture
    planes = [frame.planes[name] for name in frame.color]
    for name, plane in zip(frame.color, planes, strict=True):
        if plane.dtype.name not in (*STORAGE_OF_DTYPE, "float64"):
            known = ", ".join(STORAGE_OF_DTYPE)
            raise FrameError(f"plane {name} is {plane.dtype}; DPX takes {known}")
    kinds = {plane.dtype for plane in planes}
    kind = kinds.pop() if len(kinds) == 1 else np.dtype(np.float32)
    kind = np.dtype(np.float32) if kind == np.float64 else kind
    given = [plane if plane.dtype == kind else to_float(plane) for plane in planes]
    layout = Layout(len(given), STORAGE_OF_DTYPE[kind.name], planar=True)
    return layout, [np.ascontiguousarray(plane) for plane in given]


def _pad(rows: Any, count: int) -> Any:
    """Return rows padded with zeros to a multiple of `count`."""
    missing = -rows.shape[1] % count
    if not missing:
        return rows
    return np.concatenate((rows, np.zeros((len(rows), missing), rows.dtype)), axis=1)


@cache
def _unpacking_program(bits: int, big_endian: bool) -> Program:
    group, count = _GROUP[bits]
    source, target = Layout(group, "u32"), Layout(count, _CODES[bits])
    loads = _loads(source)
    words = [swap_bytes(word, "u32") for word in loads] if big_endian else loads
    return verify(Program((source,), (target,), (), (Stage(tuple(unpack_bits(bits, words))),)))


@cache
def _packing_program(bits: int, big_endian: bool) -> Program:
    group, count = _GROUP[bits]
    source, target = Layout(count, _CODES[bits]), Layout(group, "u32")
    words = pack_bits(bits, _loads(source))
    ordered = [swap_bytes(word, "u32") for word in words] if big_endian else words
    return verify(Program((source,), (target,), (), (Stage(tuple(ordered)),)))


def _loads(layout: Layout) -> list[Any]:
    from grade.ir.expression import make

    return [make("load", (), (layout.raw_type, 0, c)) for c in range(layout.channels)]
