"""Loops from code values of Y'CbCr to R'G'B' and back, with chroma filters; compiled by Numba.

All arithmetic is float32 in a fixed order, so the results are the same everywhere. The import of
Numba is slow, so this module is imported where movies are read and written.

The two chroma filters are a pair. To upsample, a value between two samples is the cubic through the
four around it: ``(-1, 9, 9, -1) / 16`` half-way and ``(-9, 111, 29, -3) / 128`` a quarter away
(Catmull and Rom 1974, at 1/2 and 1/4). To downsample, the same weights are transposed:
``(-1, 0, 9, 16, 9, 0, -1) / 32`` where chroma samples lie on luma samples, and
``(-3, -9, 29, 111, 111, 29, -9, -3) / 256`` where they lie between. Edges are repeated.
"""

from __future__ import annotations

import numpy as np

from grade.io.formats.jit import jit

_HALF = np.float32(0.5)
_ZERO = np.float32(0)
_ONE = np.float32(1)


@jit
def to_rgb(y, cb, cr, across, down, cosited, level, red, green, blue):  # type: ignore[no-untyped-def]
    """Fill red, green and blue (float32) from planes that may be wider than the picture.

    `across` and `down` are luma samples per chroma sample, 1 or 2. `cosited` says that chroma rows
    lie on luma rows and not between. `level` is y offset, y factor, c offset, c factor, and the
    four products R-Cr, G-Cb, G-Cr, B-Cb.
    """
    height, width = red.shape
    columns = (width + across - 1) // across
    rows = (height + down - 1) // down
    blues = np.empty(columns, np.float32)
    reds = np.empty(columns, np.float32)
    y_offset, y_factor, c_offset, c_factor = level[0], level[1], level[2], level[3]
    r_cr, g_cb, g_cr, b_cb = level[4], level[5], level[6], level[7]
    for row in range(height):
        middle = row // down
        odd = down == 2 and row % 2 == 1
        if down == 1 or (cosited and not odd):
            for i in range(columns):
                blues[i] = (np.float32(cb[middle, i]) - c_offset) * c_factor
                reds[i] = (np.float32(cr[middle, i]) - c_offset) * c_factor
        else:
            if cosited:
                start = middle - 1
                w0, w1, w2, w3 = -0.0625, 0.5625, 0.5625, -0.0625
            elif odd:
                start = middle - 1
                w0, w1, w2, w3 = -0.0703125, 0.8671875, 0.2265625, -0.0234375
            else:
                start = middle - 2
                w0, w1, w2, w3 = -0.0234375, 0.2265625, 0.8671875, -0.0703125
            a, b, c, d = np.float32(w0), np.float32(w1), np.float32(w2), np.float32(w3)
            i0 = min(max(start, 0), rows - 1)
            i1 = min(max(start + 1, 0), rows - 1)
            i2 = min(max(start + 2, 0), rows - 1)
            i3 = min(max(start + 3, 0), rows - 1)
            for i in range(columns):
                value = (
                    a * np.float32(cb[i0, i])
                    + b * np.float32(cb[i1, i])
                    + c * np.float32(cb[i2, i])
                    + d * np.float32(cb[i3, i])
                )
                blues[i] = (value - c_offset) * c_factor
                value = (
                    a * np.float32(cr[i0, i])
                    + b * np.float32(cr[i1, i])
                    + c * np.float32(cr[i2, i])
                    + d * np.float32(cr[i3, i])
                )
                reds[i] = (value - c_offset) * c_factor
        for column in range(width):
            if across == 1:
                pb, pr = blues[column], reds[column]
            else:
                i = column // 2
                if column % 2 == 0:
                    pb, pr = blues[i], reds[i]
                else:
                    p, n, nn = max(i - 1, 0), min(i + 1, columns - 1), min(i + 2, columns - 1)
                    near, far = np.float32(0.5625), np.float32(0.0625)
                    pb = near * (blues[i] + blues[n]) - far * (blues[p] + blues[nn])
                    pr = near * (reds[i] + reds[n]) - far * (reds[p] + reds[nn])
            luma = (np.float32(y[row, column]) - y_offset) * y_factor
            red[row, column] = luma + r_cr * pr
            green[row, column] = luma - g_cb * pb - g_cr * pr
            blue[row, column] = luma + b_cb * pb


@jit
def _noise(x, y, seed):  # type: ignore[no-untyped-def]
    """Return triangular noise in (-1, 1): the difference of two halves of a hash of the pixel."""
    value = np.uint32(x) * np.uint32(0x9E3779B1) ^ np.uint32(y) * np.uint32(0x85EBCA77)
    value = np.uint32(value ^ np.uint32(seed))
    value = np.uint32(value ^ (value >> np.uint32(16))) * np.uint32(0x7FEB352D)
    value = np.uint32(value)
    value = np.uint32(value ^ (value >> np.uint32(15))) * np.uint32(0x846CA68B)
    value = np.uint32(value)
    value = np.uint32(value ^ (value >> np.uint32(16)))
    low, high = np.int32(value & np.uint32(0xFFFF)), np.int32(value >> np.uint32(16))
    return np.float32(high - low) * np.float32(1.0 / 65536.0)


@jit
def _round_to_code(value, low, high, noisy, x, y, seed):  # type: ignore[no-untyped-def]
    if noisy:
        value = value + _noise(x, y, seed)
    return np.uint16(np.floor(min(max(value, low), high) + _HALF))


@jit
def _clean(value):  # type: ignore[no-untyped-def]
    """Return 0 for NaN, and -1..2 for others: infinities would make chroma NaN."""
    if value != value:
        return _ZERO
    return min(max(value, np.float32(-1)), np.float32(2))


@jit
def from_rgb(red, green, blue, across, down, cosited, level, noisy, seed, y, cb, cr):  # type: ignore[no-untyped-def]
    """Fill the planes y, cb and cr (uint8 or uint16) from float32 R'G'B'.

    `level` is KR, KG, KB, Cb factor, Cr factor, then y gain and offset, c gain and offset in code
    values, and the lowest and highest code value.
    """
    height, width = red.shape
    columns = cb.shape[1]
    kr, kg, kb, fb, fr = level[0], level[1], level[2], level[3], level[4]
    y_gain, y_offset, c_gain, c_offset = level[5], level[6], level[7], level[8]
    low, high = level[9], level[10]
    seed_b, seed_r = np.uint32(seed + 0x51ED270B), np.uint32(seed + 0x2C1B3C6D)
    half_b = np.empty((height if down == 2 else 1, columns), np.float32)
    half_r = np.empty((height if down == 2 else 1, columns), np.float32)
    blues, reds = np.empty(width, np.float32), np.empty(width, np.float32)
    for row in range(height):
        for column in range(width):
            r, g, b = (
                _clean(red[row, column]),
                _clean(green[row, column]),
                _clean(blue[row, column]),
            )
            luma = kr * r + kg * g + kb * b
            y[row, column] = _round_to_code(
                luma * y_gain + y_offset, low, high, noisy, column, row, seed
            )
            blues[column] = (b - luma) * fb * c_gain + c_offset
            reds[column] = (r - luma) * fr * c_gain + c_offset
        into = row if down == 2 else 0
        if across == 1:
            half_b[into, :] = blues
            half_r[into, :] = reds
        else:
            _halve_row(blues, half_b[into])
            _halve_row(reds, half_r[into])
        if down == 1:
            for i in range(columns):
                cb[row, i] = _round_to_code(half_b[0, i], low, high, noisy, i, row, seed_b)
                cr[row, i] = _round_to_code(half_r[0, i], low, high, noisy, i, row, seed_r)
    if down == 2:
        _halve_columns(half_b, cosited, low, high, noisy, seed_b, cb)
        _halve_columns(half_r, cosited, low, high, noisy, seed_r, cr)


@jit
def _halve_row(line, out):  # type: ignore[no-untyped-def]
    last = line.size - 1
    for i in range(out.size):
        x = 2 * i
        near = line[max(x - 1, 0)] + line[min(x + 1, last)]
        far = line[max(x - 3, 0)] + line[min(x + 3, last)]
        out[i] = np.float32(0.5) * line[x] + np.float32(0.28125) * near - np.float32(0.03125) * far


@jit
def _halve_columns(lines, cosited, low, high, noisy, seed, out):  # type: ignore[no-untyped-def]
    last = lines.shape[0] - 1
    for j in range(out.shape[0]):
        y = 2 * j
        b1, n1 = max(y - 1, 0), min(y + 1, last)
        b2, n2, b3, n3 = max(y - 2, 0), min(y + 2, last), max(y - 3, 0), min(y + 3, last)
        n4 = min(y + 4, last)
        for i in range(out.shape[1]):
            if cosited:
                near = lines[b1, i] + lines[n1, i]
                far = lines[b3, i] + lines[n3, i]
                value = (
                    np.float32(0.5) * lines[y, i]
                    + np.float32(0.28125) * near
                    - np.float32(0.03125) * far
                )
            else:
                value = (
                    np.float32(0.43359375) * (lines[y, i] + lines[n1, i])
                    + np.float32(0.11328125) * (lines[b1, i] + lines[n2, i])
                    - np.float32(0.03515625) * (lines[b2, i] + lines[n3, i])
                    - np.float32(0.01171875) * (lines[b3, i] + lines[n4, i])
                )
            out[j, i] = _round_to_code(value, low, high, noisy, i, j, seed)


@jit
def to_codes(plane, gain, offset, low, high, noisy, seed, out):  # type: ignore[no-untyped-def]
    """Fill a plane of an R'G'B' movie from float32."""
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            value = _clean(plane[row, column]) * gain + offset
            out[row, column] = _round_to_code(value, low, high, noisy, column, row, seed)
