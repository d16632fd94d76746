"""Run lengths of equal bytes, as in OpenEXR's RLE; compiled by Numba.

Source: `internal_rle.c` (OpenEXR) for the layout: a count n of 0..127 and a byte that occurs n + 1
times, or a count -n and n plain bytes.
"""

from __future__ import annotations

from grade.io.formats.jit import jit

_SHORTEST, _LONGEST, _MOST_PLAIN = 3, 128, 127


@jit
def encode_runs(data, out):  # type: ignore[no-untyped-def]
    """Fill `out`, twice as long as `data` (uint8); return the number of bytes that were filled."""
    size = data.size
    count = 0
    start = 0  # of the plain bytes
    place = 0
    while place <= size:
        run = 0
        if place < size:
            run = 1
            while run < _LONGEST and place + run < size and data[place + run] == data[place]:
                run += 1
        if run >= _SHORTEST or place == size or place - start == _MOST_PLAIN:
            if place > start:
                out[count] = 256 - (place - start)
                count += 1
                for i in range(start, place):
                    out[count] = data[i]
                    count += 1
            start = place
        if run >= _SHORTEST:
            out[count] = run - 1
            out[count + 1] = data[place]
            count += 2
            place += run
            start = place
        else:
            place += 1
    return count
