"""Blocks of DWA whose decoded samples would be infinite, though the picture is finite.

Half ends at 65504, and what a decoder gets may lie above. So where samples come near the end,
the coefficients are decoded here as a reader does it. If a sample would be infinite, the samples of
its group of blocks are held a little lower, by no more than the coding loses at the usual level.
If that does not help, the coefficients are stored without a tolerance, which is a choice of the
writer that no reader knows of.

Source: `internal_dwa_decoder.h` (OpenEXR) for what a reader does.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grade.io.formats.exr.dwa_tables import SIDE, curves, quantizers
from grade.io.formats.jit import jit

# cos(i pi / 16) / 2 for i of 0 to 8.
_COSINES = (
    0.5, 0.49039264020161522, 0.46193976625564337, 0.41573480615127262, 0.35355339059327376,
    0.27778511650980111, 0.19134171618254489, 0.09754516100806413, 0.0,
)  # fmt: skip
# Y'CbCr to R'G'B' as readers do it: Cr in R, Cb and Cr in G, Cb in B.
_CR_IN_RED, _CB_IN_GREEN, _CR_IN_GREEN, _CB_IN_BLUE = 1.5747, -0.1873, -0.4682, 1.8556
# Readers round to half before they undo the curve: 6.0390625 is 65248, and the next is infinite.
# The limits leave room for the rounding of readers.
_LIMIT, _LINEAR_LIMIT = 6.040, 65512.0
# A block of samples below 6.05 has coefficients of at most 8 * 8 * 6.05 together, each rounded by
# 2**-12 of it, and no basis function is above 1/4: no sample moves by more.
_ROUNDING = 8 * 8 * 6.05 / 4096 / 4
_SURE = _ROUNDING * (1 + _CB_IN_BLUE) + 0.002
# Whether the tolerance is kept, and how far samples are held below the end: tried in this order.
_TRIALS = ((True, 0.016), (True, 0.048), (False, 0.0), (False, 0.008), (False, _SURE))
# The coefficients of linear samples end at 65504 too, and the first is eight times a sample.
_LINEAR_TRIALS = ((True, 64000.0), (False, 65000.0), (False, 32752.0), (False, 8180.0))


class Guard(NamedTuple):
    """What is near the end, and how far samples are held below it.

    Attributes
    ----------
    near
        Bits of the least half for which blocks are looked at.
    limit
        Largest decoded sample.
    trials
        How a group is coded anew, one after the other: whether with the tolerance, and the largest
        sample.
    """

    near: int
    limit: float
    trials: tuple[tuple[bool, float], ...]


@cache
def make_guard(count: int, level: float, linear: bool) -> Guard:
    """Return the guard for planes that are coded together, at a level of loss."""
    if linear:
        return Guard(0x7000, _LINEAR_LIMIT, _LINEAR_TRIALS)  # 0x7000 is 8192
    luma, chroma = (float(found[0, ::SIDE].sum(dtype=np.float64)) for found in quantizers(level))
    moves = luma / 4 + _ROUNDING
    if count == 3:
        moves += (chroma / 4 + _ROUNDING) * _CB_IN_BLUE
    samples = curves()[0][:0x7C00]
    near = int(np.searchsorted(samples, max(_LIMIT - moves, 0.0)))
    return Guard(near, _LIMIT, tuple((kept, 6.0390625 - step) for kept, step in _TRIALS))


@cache
def tables() -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return the value of every half, and the basis: sample x of coefficient k at ``[k, x]``."""
    halves = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    basis = np.empty((8, 8))
    for k in range(8):
        for x in range(8):
            turn = (2 * x + 1) * k % 32
            turn = min(turn, 32 - turn)
            cosine = _COSINES[turn] if turn <= 8 else -_COSINES[16 - turn]
            basis[k, x] = cosine if k else _COSINES[4]
    return halves, basis


@jit
def find_peak(halves, value_of, basis):  # type: ignore[no-untyped-def]
    """Return the largest size of a decoded sample in a group of sixteen blocks.

    `halves` is ``[plane, coefficient and block]``, as `dwa_cosine_transform` lays them out.
    """
    count = halves.shape[0]
    rows = np.empty((8, 8))
    found = np.empty((count, 8, 8))
    peak = 0.0
    for block in range(16):
        for plane in range(count):
            for y in range(8):
                for x in range(8):
                    total = 0.0
                    for k in range(8):
                        total += value_of[halves[plane, (8 * y + k) * 16 + block]] * basis[k, x]
                    rows[y, x] = total
            for y in range(8):
                for x in range(8):
                    total = 0.0
                    for k in range(8):
                        total += rows[k, x] * basis[k, y]
                    found[plane, y, x] = total
        for y in range(8):
            for x in range(8):
                first = found[0, y, x]
                if count == 3:
                    blue, red = found[1, y, x], found[2, y, x]
                    green = first + _CB_IN_GREEN * blue + _CR_IN_GREEN * red
                    peak = max(peak, abs(first + _CR_IN_RED * red), abs(green))
                    first += _CB_IN_BLUE * blue
                peak = max(peak, abs(first))
    return peak
