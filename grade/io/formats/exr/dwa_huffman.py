"""Static Huffman codes of 16-bit words, as PIZ and DWA have them.

Source: `ImfHuf.cpp` (OpenEXR) for the layout: the lengths of the codes in 6 bits each, runs of
absent words shortened, then the codes, canonical ones, the longest numerically the lowest. One
word more than the largest says that the word before is repeated, how often in 8 bits. The lengths
are those of D. A. Huffman (1952), by two queues (J. van Leeuwen, 1976).
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.io.formats.exr.dwa_codes import lengthen, pack, pack_lengths, tally

_WORDS = 65536
_LONGEST = 32  # bits of a code that `pack` can write; the format has 58


def huffman(words: NDArray[np.uint16]) -> bytes:
    """Return the packed words: their smallest, the one that repeats, the table, the codes."""
    if not words.size:
        return b""
    counts = np.zeros(_WORDS + 1, np.uint32)
    tally(words, counts)
    symbols = np.flatnonzero(counts != 0)  # four times as fast as of the counts themselves
    repeat = int(symbols[-1]) + 1
    symbols = np.append(symbols, repeat)
    counts[repeat] = 1
    lengths = _lengths(counts[symbols])
    table, codes = np.empty(_WORDS, np.uint32), np.empty(words.size + 1, np.uint32)
    table_bytes = pack_lengths(symbols, lengths, table)
    bits = pack(words, _entries(symbols, lengths), repeat, codes)
    head = struct.pack("<5I", symbols[0], repeat, table_bytes, bits, 0)
    whole = (table.view(np.uint8)[:table_bytes].data, codes.view(np.uint8)[: (bits + 7) // 8].data)
    return b"".join((head, *whole))


def _lengths(counts: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The length of each symbol's code; counts are flattened until all are short enough."""
    size = counts.size
    order = np.argsort(counts, kind="stable")
    weights, parents = np.empty(2 * size - 1, np.int64), np.empty(2 * size - 1, np.int64)
    weights[:size] = counts[order]
    while True:
        depths = weights.copy()
        lengthen(depths, parents)
        if depths[0] <= _LONGEST:  # of the rarest, the longest
            break
        weights[:size] = (weights[:size] + 1) >> 1
    lengths = np.empty(size, np.int64)
    lengths[order] = depths[:size]
    return lengths


def _entries(symbols: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[Any]:
    """By symbol its canonical code, above 8 bits with its length."""
    sizes = np.bincount(lengths, minlength=_LONGEST + 1).tolist()
    firsts = [0] * len(sizes)
    for length in range(_LONGEST, 1, -1):
        firsts[length - 1] = (firsts[length] + sizes[length]) >> 1
    order = np.argsort(lengths, kind="stable")
    ranks = np.empty_like(order)
    before = np.cumsum([0, *sizes[:-1]])
    ranks[order] = np.arange(order.size) - before[lengths[order]]
    entries = np.empty(_WORDS + 1, np.uint64)
    entries[symbols] = (np.array(firsts)[lengths] + ranks) << 8 | lengths
    return entries
