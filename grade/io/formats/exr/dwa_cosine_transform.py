"""Cosine transform of DWA: blocks of 8x8 samples to the coefficients that are stored.

The loops are compiled by Numba. They use float32 in written order and integers, so the same frame
gives the same coefficients everywhere. A row of blocks is worked at a time, in groups of sixteen
whose samples lie side by side, so that every step is a loop over vectors. The last group may be
filled up with unused blocks.

Source: the scheme is that of `ImfDwaCompressor.cpp` (OpenEXR): R'G'B' to Y'CbCr by the matrix of
BT.709 in four decimals, an orthonormal cosine transform (W. B. Pennebaker and J. L. Mitchell, JPEG
Still Image Data Compression Standard, 1993, section 4.3.2), and per coefficient a tolerance within
which the writer may choose any half. The choice here is that of `quantize`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grade.io.formats.exr import dwa_overflow
from grade.io.formats.exr.dwa_overflow import find_peak, make_guard
from grade.io.formats.exr.dwa_tables import SIDE, curves, quantizers, scan
from grade.io.formats.exr.trailing_zeros import count_trailing_zeros
from grade.io.formats.jit import jit
from grade.io.plane import Plane
from grade.science.luma import REC709

# Indices are unsigned: Numba would test signed ones for counting from the end, without vectors.
_SIDE = np.uint64(SIDE)  # blocks
_SAMPLES = np.uint64(64 * 16)
_LINE = np.uint64(8 * 16)
_8 = np.uint64(8)
_1, _2, _3, _4, _5, _6, _7 = (np.uint64(16 * x) for x in range(1, 8))
_L1, _L2, _L3, _L4, _L5, _L6, _L7 = (np.uint64(128 * y) for y in range(1, 8))
_ZERO = np.float32(0)
_HALF = np.float32(0.5)
_RED, _GREEN, _BLUE = (np.float32(weight) for weight in REC709)
# cos(i pi / 16) / 2, and cos(pi / 4).
_C1 = np.float32(0.49039264020161522)
_C2 = np.float32(0.46193976625564337)
_C3 = np.float32(0.41573480615127262)
_C4 = np.float32(0.35355339059327376)
_C5 = np.float32(0.27778511650980111)
_C6 = np.float32(0.19134171618254489)
_C7 = np.float32(0.09754516100806413)
# A multiple of twice the step is taken if it lies within this part of the tolerance. It makes files
# a little smaller than OpenEXR's, and errors too.
_NEAR = np.float32(0.8)
_DIAGONAL = np.float32(0.70710678118654752)
_BIT, _LAST, _RUN = np.uint64(1), np.uint64(63), np.uint64(0xFF00)
_ZEROS, _UNSIGNED = np.uint16(0), np.uint16(0x7FFF)
_LARGEST = np.uint32(0x7BFF)
_SMALLEST = np.uint32(0x38800000)
_STEPS = np.float32(1 << 24)


@jit
def load_blocks(plane, top, curve, out):  # type: ignore[no-untyped-def]
    """Load a row of blocks from a plane of half bits, through the curve, mirrored at the edges.

    Returned are the bits of its largest half, without the sign; infinite ones do not count.
    """
    height, width = plane.shape
    peak = np.uint16(0)
    for y in range(8):
        line = top + y
        if line >= height:
            line = max(2 * height - 1 - line, 0)
        first = np.uint64(y) * _LINE
        for x in range(out.size // 8):
            column = x if x < width else max(2 * width - 1 - x, 0)
            block, into = np.uint64(x) // _8, np.uint64(x) % _8
            place = (block // _SIDE) * _SAMPLES + first + into * _SIDE + block % _SIDE
            half = plane[np.uint64(line), np.uint64(column)]
            out[place] = curve[half]
            size = np.uint16(half & _UNSIGNED)
            peak = size if size > peak and size <= _LARGEST else peak
    return peak


@jit
def to_ycbcr(red, green, blue):  # type: ignore[no-untyped-def]
    """Convert R'G'B' to Y'CbCr, in place."""
    for i in range(red.size):
        r, g, b = red[i], green[i], blue[i]
        red[i] = _RED * r + _GREEN * g + _BLUE * b
        green[i] = np.float32(-0.1146) * r - np.float32(0.3854) * g + _HALF * b
        blue[i] = _HALF * r - np.float32(0.4542) * g - np.float32(0.0458) * b


@jit
def _transform_eight(x0, x1, x2, x3, x4, x5, x6, x7):  # type: ignore[no-untyped-def]
    """Return the cosine transform of eight samples."""
    s07, s16, s25, s34 = x0 + x7, x1 + x6, x2 + x5, x3 + x4
    d07, d16, d25, d34 = x0 - x7, x1 - x6, x2 - x5, x3 - x4
    ends, middle = s07 + s34, s16 + s25
    y0, y4 = _C4 * (ends + middle), _C4 * (ends - middle)
    ends, middle = s07 - s34, s16 - s25
    y2, y6 = _C2 * ends + _C6 * middle, _C6 * ends - _C2 * middle
    p, q = _DIAGONAL * (d16 + d25), _DIAGONAL * (d16 - d25)
    a, c = d07 + p, d34 + q
    y1, y7 = _C1 * a + _C7 * c, _C7 * a - _C1 * c
    a, c = d07 - p, d34 - q
    return y0, y1, y2, _C3 * a - _C5 * c, y4, _C5 * a + _C3 * c, y6, y7


@jit
def transform_blocks(data):  # type: ignore[no-untyped-def]
    """Transform rows, then columns, in place. Strides are constants, or LLVM uses no vectors."""
    for group in range(np.uint64(data.size) // _SAMPLES):
        base = group * _SAMPLES
        for line in range(_8):
            start = base + line * _LINE
            for b in range(_SIDE):
                i = start + b
                (
                    data[i], data[i + _1], data[i + _2], data[i + _3],
                    data[i + _4], data[i + _5], data[i + _6], data[i + _7],
                ) = _transform_eight(
                    data[i], data[i + _1], data[i + _2], data[i + _3],
                    data[i + _4], data[i + _5], data[i + _6], data[i + _7],
                )  # fmt: skip
        for b in range(_LINE):
            i = base + b
            (
                data[i], data[i + _L1], data[i + _L2], data[i + _L3],
                data[i + _L4], data[i + _L5], data[i + _L6], data[i + _L7],
            ) = _transform_eight(
                data[i], data[i + _L1], data[i + _L2], data[i + _L3],
                data[i + _L4], data[i + _L5], data[i + _L6], data[i + _L7],
            )  # fmt: skip


@jit
def quantize(data, bits, tolerances, magics, halves):  # type: ignore[no-untyped-def]
    """Choose a half within the tolerance of each coefficient; `bits` is `data` as integers.

    It is the nearest multiple of the step, or that of twice the step if it is nearly as near: few
    different words are packed well.
    """
    for group in range(np.uint64(data.size) // _SAMPLES):
        base = group * _SAMPLES
        for k in range(_SAMPLES):
            value, tolerance, magic = data[base + k], tolerances[k], magics[k]
            coarser = magic + magic
            fine, coarse = (value + magic) - magic, (value + coarser) - coarser
            chosen = coarse if abs(value - coarse) < _NEAR * tolerance else fine
            data[base + k] = _ZERO if abs(value) < tolerance else chosen
        for i in range(base, base + _SAMPLES):
            word = bits[i]
            size = np.uint32(word & np.uint32(0x7FFFFFFF))
            odd = np.uint32((size >> np.uint32(13)) & np.uint32(1))
            half = np.uint32(np.uint32(size + odd) - np.uint32(0x37FFF001)) >> np.uint32(13)
            half = np.uint32(half) if np.uint32(half) < _LARGEST else _LARGEST
            small = np.uint32(np.int32(abs(data[i]) * _STEPS + _HALF))
            half = small if size < _SMALLEST else half  # subnormal halves are steps of 2**-24
            sign = np.uint32(np.uint32(word >> np.uint32(16)) & np.uint32(0x8000))
            halves[i] = np.uint16(half | sign if half != np.uint32(0) else half)


@jit
def mark_nonzero(halves, places, present):  # type: ignore[no-untyped-def]
    """Mark the halves of each block that are not 0, by a bit for each in zigzag order."""
    for group in range(np.uint64(halves.size) // _SAMPLES):
        for b in range(_SIDE):
            present[group, b] = np.uint64(0)
        for k in range(np.uint64(64)):
            place = places[k]
            start = group * _SAMPLES + k * _SIDE
            for b in range(np.uint64(present.shape[1])):
                present[group, b] |= np.uint64(halves[start + b] != 0) << place


@jit
def collect_coefficients(halves, present, starts, firsts, others, filled):  # type: ignore[no-untyped-def]
    """Fill `firsts` with the first coefficient of each block, `others` with all others.

    `firsts` is ``[plane, block]``. In `others` a run of n zeros is 0xff00 + n, and a run that ends
    a block is 0xff00. `filled` words of it are in use already; the new number is returned.
    """
    count = np.uint64(filled)
    for block in range(np.uint64(firsts.shape[1])):
        base = (block // _SIDE) * _SAMPLES + block % _SIDE
        for plane in range(halves.shape[0]):
            firsts[plane, block] = halves[plane, base]
            left = present[plane, block] & ~_BIT
            place = _BIT
            while left:
                i = count_trailing_zeros(left)
                gap = i - place
                others[count] = _ZEROS if gap == _BIT else np.uint16(_RUN | gap)
                count += np.uint64(gap != 0)
                others[count] = halves[plane, base + starts[i]]
                count += _BIT
                place = i + _BIT
                left &= left - _BIT
            if place <= _LAST:
                others[count] = _ZEROS if place == _LAST else np.uint16(_RUN)
                count += _BIT
    return count


class BlockRow:
    """A row of blocks of one plane, or of three that are coded together; used again for each row.

    Parameters
    ----------
    count
        Planes: 1 or 3.
    columns
        Blocks of a row.
    level
        Level of loss.
    linear
        Whether the samples stay linear.
    """

    def __init__(self, count: int, columns: int, level: float, linear: bool) -> None:
        groups = -(-columns // SIDE)
        self._data = np.empty((count, groups * 64 * SIDE), np.float32)
        self._bits = self._data.view(np.uint32)
        self._halves = np.empty(self._data.shape, np.uint16)
        self._present = np.empty((count, groups, SIDE), np.uint64)
        self._curve = curves()[linear]
        self._quantizers = quantizers(level)
        self._guard = make_guard(count, level, linear)

    def encode(
        self, planes: Sequence[Plane], top: int, firsts: Plane, others: Plane, filled: int
    ) -> int:
        """Encode the blocks below row `top`; others as for `collect_coefficients`."""
        starts, places = scan()
        peaks = [
            load_blocks(plane, top, self._curve, self._data[c]) for c, plane in enumerate(planes)
        ]
        near = max(peaks) >= self._guard.near
        samples = self._data.copy() if near else None
        self._code(self._data, self._bits, self._halves, self._quantizers)
        if samples is not None:
            self._hold_finite(samples)
        for c in range(len(planes)):
            mark_nonzero(self._halves[c], places, self._present[c])
        present = self._present.reshape(len(planes), -1)
        return int(collect_coefficients(self._halves, present, starts, firsts, others, filled))

    def _code(self, data: Plane, bits: Plane, halves: Plane, tables: Plane) -> None:
        """Fill `halves` with the coefficients of samples; `data`, of these `bits`, is used up."""
        if len(data) == 3:
            to_ycbcr(*data)
        transform_blocks(data.reshape(-1))
        for c in range(len(data)):
            tolerances, magics = tables[min(c, 1)]
            quantize(data[c], bits[c], tolerances, magics, halves[c])

    def _hold_finite(self, samples: Plane) -> None:
        """Code groups of blocks anew whose samples a reader would find infinite."""
        value_of, basis = dwa_overflow.tables()
        for start in range(0, samples.shape[1], 64 * SIDE):
            group = slice(start, start + 64 * SIDE)
            halves = np.ascontiguousarray(self._halves[:, group])
            for kept, cap in self._guard.trials:
                if find_peak(halves, value_of, basis) <= self._guard.limit:
                    break
                held = np.clip(samples[:, group], np.float32(-cap), np.float32(cap))
                tables = self._quantizers if kept else quantizers(0.0)
                self._code(held, held.view(np.uint32), halves, tables)
            self._halves[:, group] = halves
