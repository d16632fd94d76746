"""Tables of DWA: the nonlinear curve of the pixels, the scan of a block, and the tolerances.

They are calculated with + - * / alone, so they are the same on every machine.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Tables K.1 and K.2 of ITU-T T.81 (JPEG), for luma and chroma.
# fmt: off
_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)
_CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    *(99,) * 32,
)
# fmt: on
SIDE = 16  # blocks of a group, side by side


@cache
def curves() -> tuple[Floats, Floats]:
    """Return the nonlinear and the linear value for the bits of every half.

    The nonlinear one is ``x**(1 / 2.2)`` up to 1 and ``1 + ln(x) / 2.2`` above, odd about 0. The
    linear one is for channels marked pLinear. Infinities and NaN are 0. Both are rounded to half,
    as readers round what they decode before they undo the curve.

    Source: `internal_dwa_table_init.c` (OpenEXR).

    >>> nonlinear, linear = curves()
    >>> [float(nonlinear[np.float16(x).view(np.uint16)]) for x in (0.0, 1.0, -1.0)]
    [0.0, 1.0, -1.0]
    """
    halves = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float64)
    nonlinear = np.where(halves > 1, 1 + _logarithm(halves) / 2.2, _root(halves))
    return _with_negatives(nonlinear), _with_negatives(halves)


def _with_negatives(values: NDArray[np.float64]) -> Floats:
    table = np.zeros(65536, np.float32)
    halves = values.astype(np.float16).astype(np.float32)
    table[: values.size] = halves
    table[0x8000 : 0x8000 + values.size] = -halves
    return table


def _root(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``x**(5 / 11)`` of 0..1, by Newton's method from 5/11 of the bits (a logarithm)."""
    one = np.int64(0x3FF0000000000000)
    root = ((np.maximum(values, 2.0**-24).view(np.int64) - one) // 11 * 5 + one).view(np.float64)
    fifth = values * values * values * values * values
    for _ in range(5):
        square = root * root
        eighth = square * square * square * square
        root = root - (root - fifth / (eighth * square)) / 11
    return np.where(values > 0, root, 0)


def _logarithm(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``ln(x)`` above 1 and 0 elsewhere: twice the area tangent of (m - 1) / (m + 1)."""
    mantissas, exponents = np.frexp(np.maximum(values, 1))  # 0.5 to 1
    ratio = (mantissas - 1) / (mantissas + 1)
    square = ratio * ratio
    total = np.zeros_like(ratio)
    for odd in range(41, 0, -2):
        total = total * square + 1 / odd
    found: NDArray[np.float64] = 2 * ratio * total + exponents * 0.6931471805599453
    return found


@cache
def scan() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the zigzag scan: offset of the coefficient at each place, place of each coefficient.

    >>> starts, places = scan()
    >>> (starts[:6] // SIDE).tolist(), int(places[16])
    ([0, 1, 8, 16, 9, 2], 3)
    """

    def along(k: int) -> tuple[int, int]:
        row, column = divmod(k, 8)
        return row + column, row if (row + column) % 2 else column

    order = np.array(sorted(range(64), key=along), np.uint64)
    places = np.empty(64, np.uint64)
    places[order] = np.arange(64)
    return order * np.uint64(SIDE), places


@cache
def quantizers(level: float) -> Floats:
    """Return for luma and chroma the tolerance of each coefficient, and a number that rounds it.

    The tolerance is ``level / 100000`` times the entry of JPEG's table over its least entry. The
    step is the largest power of two not above twice the tolerance. A float32 is rounded to steps
    by adding 1.5 * 2**23 steps and taking them away again. At level 0 both numbers are 0.

    Source: `internal_dwa_encoder.h` (OpenEXR) for the tolerances.

    >>> tolerances, magics = quantizers(45.0)[0]
    >>> float(tolerances[2 * SIDE]) == float(np.float32(45) / np.float32(100000))
    True
    >>> float(magics[2 * SIDE]) == 1.5 * 2.0**23 / 2048
    True
    """
    base = np.float32(level) / np.float32(100000)
    found = np.zeros((2, 2, 64), np.float32)
    for kind, (table, least) in enumerate(((_LUMA, 10), (_CHROMA, 17))):
        for k, entry in enumerate(table):
            tolerance = base * np.float32(entry) / np.float32(least)
            found[kind, 0, k] = tolerance
            if tolerance > 0:
                step = 1.0
                while step > 2 * tolerance:
                    step /= 2
                while 2 * step <= 2 * tolerance:
                    step *= 2
                found[kind, 1, k] = 1.5 * 2.0**23 * step
    return np.ascontiguousarray(np.repeat(found, SIDE, axis=2))
