"""Static Huffman codes of 16-bit words, as in PIZ and DWA.

Source: `ImfHuf.cpp` (OpenEXR) for the layout: a table with the code length of each word in 6 bits,
with runs of absent words shortened; then the codes. They are canonical, the longest numerically
lowest. The code of the largest word plus one means that the word before is repeated, as often as
the next 8 bits say. The lengths are those of D. A. Huffman (1952), by two queues (J. van Leeuwen,
1976).
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.io.formats.exr.dwa_huffman_kernels import (
    count_words,
    measure_depths,
    pack_codes,
    pack_lengths,
)

_WORDS = 65536
_LONGEST = 32  # bits of a code that `pack_codes` can write; the format allows 58


def encode_words(words: NDArray[np.uint16]) -> bytes:
    """Return the packed words: the smallest word, the repeat word, the table, and the codes."""
    if not words.size:
        return b""
    counts = np.zeros(_WORDS + 1, np.uint32)
    count_words(words, counts)
    symbols = np.flatnonzero(counts != 0)  # four times as fast as on the counts themselves
    repeat = int(symbols[-1]) + 1
    symbols = np.append(symbols, repeat)
    counts[repeat] = 1
    lengths = _code_lengths(counts[symbols])
    table, codes = np.empty(_WORDS, np.uint32), np.empty(words.size + 1, np.uint32)
    table_bytes = pack_lengths(symbols, lengths, table)
    bits = pack_codes(words, _make_entries(symbols, lengths), repeat, codes)
    head = struct.pack("<5I", symbols[0], repeat, table_bytes, bits, 0)
    whole = (table.view(np.uint8)[:table_bytes].data, codes.view(np.uint8)[: (bits + 7) // 8].data)
    return b"".join((head, *whole))


def _code_lengths(counts: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the code length of each symbol; counts are flattened until all are short enough."""
    size = counts.size
    order = np.argsort(counts, kind="stable")
    weights, parents = np.empty(2 * size - 1, np.int64), np.empty(2 * size - 1, np.int64)
    weights[:size] = counts[order]
    while True:
        depths = weights.copy()
        measure_depths(depths, parents)
        if depths[0] <= _LONGEST:  # the rarest symbol has the longest code
            break
        weights[:size] = (weights[:size] + 1) >> 1
    lengths = np.empty(size, np.int64)
    lengths[order] = depths[:size]
    return lengths


def _make_entries(symbols: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[Any]:
    """Return by symbol its canonical code, above 8 bits with the length of the code."""
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
