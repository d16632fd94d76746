"""Loops of the Huffman coder, compiled by Numba; see `grade.io.formats.exr.dwa_huffman`."""

from __future__ import annotations

import numpy as np

from grade.io.formats.jit import jit

_SHORT_RUN, _LONG_RUN = 59, 63  # codes for runs of absent words
_SHORTEST_LONG = 6
_LONGEST_LONG = 255 + _SHORTEST_LONG
# Indices are unsigned: Numba would test signed ones for counting from the end.
_1, _2, _3, _4, _8, _31, _32 = (np.uint64(value) for value in (1, 2, 3, 4, 8, 31, 32))
_MOST = np.uint64(255)  # repeats
_LENGTH = np.uint64(0xFF)  # mask of the length in an entry; the code is above it
_LOW = np.uint64(0xFFFFFFFF)


@jit
def count_words(words, counts):  # type: ignore[no-untyped-def]
    """Count how often each word occurs, in uint32: 64 bits take three times as long."""
    for word in words:
        counts[word] += np.uint32(1)


@jit
def measure_depths(weights, parents):  # type: ignore[no-untyped-def]
    """Turn the weights of leaves into their depths in the Huffman tree, in place.

    `weights` has n ascending weights and room for n - 1 nodes. The queue of leaves and the queue of
    nodes are both in order, so the two lightest are always at the front of the queues.
    """
    last = weights.size - 1
    size = last // 2 + 1
    leaf, node = 0, size
    for made in range(size, last + 1):
        weight = 0
        for _ in range(2):
            if leaf < size and (node == made or weights[leaf] <= weights[node]):
                lightest = leaf
                leaf += 1
            else:
                lightest = node
                node += 1
            weight += weights[lightest]
            parents[lightest] = made
        weights[made] = weight
    weights[last] = 0
    for i in range(last - 1, -1, -1):
        weights[i] = weights[parents[i]] + 1


@jit
def _put(out, place, held, count, code, length):  # type: ignore[no-untyped-def]
    """Append a code of up to 32 bits to big-endian words of 32 bits.

    The lowest `count` bits of `held` are those that have not filled a word yet. Returns `place`,
    `held` and `count` anew.
    """
    held = (held << length) | code
    count += length
    word = np.uint32((held >> (count & _31)) & _LOW)
    out[place] = (
        np.uint32(word << np.uint32(24))
        | np.uint32(np.uint32(word & np.uint32(0xFF00)) << np.uint32(8))
        | np.uint32(np.uint32(word >> np.uint32(8)) & np.uint32(0xFF00))
        | np.uint32(word >> np.uint32(24))
    )
    return place + count // _32, held, count & _31


@jit
def pack_lengths(symbols, lengths, out):  # type: ignore[no-untyped-def]
    """Pack the table of code lengths of ascending symbols; return its bytes."""
    place, held, count = np.uint64(0), np.uint64(0), np.uint64(0)
    before = symbols[0] - 1
    for i in range(symbols.size):
        absent = symbols[i] - before - 1
        before = symbols[i]
        while absent >= 0:
            run = min(absent, _LONGEST_LONG)
            code, bits = lengths[i], 6
            if run >= _SHORTEST_LONG:
                code, bits = _LONG_RUN << 8 | run - _SHORTEST_LONG, 14
            elif run > 1:
                code = _SHORT_RUN + run - 2
            elif run == 1:
                code = 0
            else:
                absent = -1
            place, held, count = _put(out, place, held, count, np.uint64(code), np.uint64(bits))
            absent -= run
    _put(out, place, held, count, np.uint64(0), _32 - count)
    return np.int64(_4 * place + (count + np.uint64(7)) // _8)


@jit
def pack_codes(words, entries, repeat, out):  # type: ignore[no-untyped-def]
    """Pack the codes of all words, four at a time; return the number of bits.

    `out` needs one word more than `words` at the most.
    """
    place, held, count = np.uint64(0), np.uint64(0), np.uint64(0)
    size = np.uint64(words.size)
    again = entries[repeat]
    i = np.uint64(0)
    while i < size:
        end = i + _1
        if i + _4 <= size:
            end = i + _4
            a, b, c, d = words[i], words[i + _1], words[i + _2], words[i + _3]
            ea, eb, ec, ed = entries[a], entries[b], entries[c], entries[d]
            la, lb, lc, ld = ea & _LENGTH, eb & _LENGTH, ec & _LENGTH, ed & _LENGTH
            if (a ^ b) | (b ^ c) | (c ^ d) == 0:
                run = _3
                while run < _MOST and i + run + _1 < size and words[i + run + _1] == a:
                    run += _1
                length = again & _LENGTH
                if length + _8 < la * run:
                    place, held, count = _put(out, place, held, count, ea >> _8, la)
                    place, held, count = _put(out, place, held, count, again >> _8, length)
                    place, held, count = _put(out, place, held, count, run, _8)
                    i += run + _1
                    continue
            if la + lb + lc + ld <= _32:
                left, right = (ea >> _8) << lb | eb >> _8, (ec >> _8) << ld | ed >> _8
                code, length = left << (lc + ld) | right, la + lb + lc + ld
                place, held, count = _put(out, place, held, count, code, length)
                i = end
                continue
        while i < end:
            entry = entries[words[i]]
            place, held, count = _put(out, place, held, count, entry >> _8, entry & _LENGTH)
            i += _1
    _put(out, place, held, count, np.uint64(0), _32 - count)
    return np.int64(_32 * place + count)
