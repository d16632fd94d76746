"""The loops of static Huffman codes, compiled by Numba; see `grade.io.formats.exr.dwa_huffman`."""

from __future__ import annotations

import numpy as np

from grade.io.formats.compiled import compiled

_SHORT_RUN, _LONG_RUN = 59, 63  # of absent words
_SHORTEST_LONG = 6
_LONGEST_LONG = 255 + _SHORTEST_LONG
# Places and bits are unsigned: Numba would count negative places from the end.
_1, _2, _3, _4, _8, _31, _32 = (np.uint64(value) for value in (1, 2, 3, 4, 8, 31, 32))
_MOST = np.uint64(255)  # repeats
_LENGTH = np.uint64(0xFF)  # of an entry; the code is above
_LOW = np.uint64(0xFFFFFFFF)


@compiled
def tally(words, counts):  # type: ignore[no-untyped-def]
    """How often each word occurs; uint32, since with 64 bits it takes three times as long."""
    for word in words:
        counts[word] += np.uint32(1)


@compiled
def lengthen(weights, parents):  # type: ignore[no-untyped-def]
    """Ascending weights of n leaves, with room for n - 1 nodes, to how deep each lies in the tree.

    Both queues, of leaves and of nodes, are in order by themselves: the lightest two of all are
    among the first of each.
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


@compiled
def _put(out, place, held, count, code, length):  # type: ignore[no-untyped-def]
    """Append a code of up to 32 bits to words of 32, its first bit highest.

    `held` has in its lowest bits the `count` that no word was filled with. Returns `place`, `held`
    and `count` again.
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


@compiled
def pack_lengths(symbols, lengths, out):  # type: ignore[no-untyped-def]
    """The table of code lengths of ascending symbols, in 32-bit words; returns its bytes."""
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


@compiled
def pack(words, entries, repeat, out):  # type: ignore[no-untyped-def]
    """The codes of all words, four at a time, in 32-bit words; returns how many bits they are.

    `out` is sure to do with one more than `words`.
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
