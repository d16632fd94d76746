"""A limiter for code values of movies: what leaves a picture is within the limits of a standard.

Chroma is subsampled after the picture is graded, so a legal picture may be illegal as Y'CbCr. The
limiter acts on the codes themselves, last of all. Luma is limited. Where R', G' or B' of a pixel is
outside, Cb and Cr of its sample move toward grey, as far as the pixels that share the sample need;
luma stays. Codes within the limits keep their value.

All arithmetic is float32 in a fixed order, so the results are the same everywhere.
"""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.io.formats.jit import jit
from grade.io.formats.movie import ycbcr
from grade.io.formats.movie.color_tags import Tags
from grade.io.formats.movie.pixel_formats import PixelFormat
from grade.science.signal_limits import SIGNAL_LIMITS

_NEAR = 1e-4  # of a code value: limits are whole codes but for rounding
_ONE = np.float32(1)
_LESS = np.float32(0.995)
_STEPS = 4000  # from the purest color of 16 bits to grey


def limit_codes(
    planes: list[NDArray[Any]], form: PixelFormat, tags: Tags, standard: str, where: object
) -> int:
    """Limit the planes of a picture in place; return the number of pixels that changed.

    Parameters
    ----------
    planes
        The code values, as `rgb_planes.from_planes` makes them, of legal range.
    form, tags
        How the picture is stored, and its matrix.
    standard
        A name in `SIGNAL_LIMITS`.
    where
        The movie, for messages.
    """
    low, high = SIGNAL_LIMITS[standard]
    offset, span, _, _ = ycbcr.code_scale(form.bits, legal=True)
    least, most = ceil(offset + low * span - _NEAR), floor(offset + high * span + _NEAR)
    if form.rgb:
        outside = np.zeros(planes[0].shape, bool)
        for plane in planes[:3]:
            outside |= (plane < least) | (plane > most)
            np.clip(plane, least, most, out=plane)
        return int(np.count_nonzero(outside))
    level = ycbcr.decoding_coefficients(tags.matrix, form.bits, True, where)
    ends = np.array([least, most, low - 1e-6, high + 1e-6], np.float32)
    return int(_limit(*planes[:3], form.across, form.down, level, ends))


@jit
def _limit(y, cb, cr, across, down, level, ends):  # type: ignore[no-untyped-def]
    """Limit planes of Y'CbCr; `ends` has the codes of luma, then the fractions of R'G'B'."""
    y_offset, y_factor, c_offset, c_factor = level[0], level[1], level[2], level[3]
    r_cr, g_cb, g_cr, b_cb = level[4], level[5], level[6], level[7]
    least, most, low, high = ends[0], ends[1], ends[2], ends[3]
    changed = 0
    for row in range(cb.shape[0]):
        for column in range(cb.shape[1]):
            moved = 0
            bright, dark = np.float32(0), _ONE
            for line in range(row * down, row * down + down):
                for place in range(column * across, column * across + across):
                    code = np.float32(y[line, place])
                    if code < least or code > most:
                        code = min(max(code, least), most)
                        y[line, place] = np.uint16(code)
                        moved += 1
                    value = (code - y_offset) * y_factor
                    bright, dark = max(bright, value), min(dark, value)
            b = np.float32(cb[row, column]) - c_offset
            r = np.float32(cr[row, column]) - c_offset
            up, under = _reach(b * c_factor, r * c_factor, r_cr, g_cb, g_cr, b_cb)
            if bright + up <= high and dark + under >= low:
                changed += moved
                continue
            part = _ONE
            if bright + up > high:
                part = min(part, max(high - bright, np.float32(0)) / up)
            if dark + under < low:
                part = min(part, max(dark - low, np.float32(0)) / -under)
            for _ in range(_STEPS):  # rounding to whole codes may leave a channel outside
                whole_b, whole_r = np.rint(b * part), np.rint(r * part)
                up, under = _reach(whole_b * c_factor, whole_r * c_factor, r_cr, g_cb, g_cr, b_cb)
                if bright + up <= high and dark + under >= low:
                    break
                part = part * _LESS
            cb[row, column] = np.uint16(c_offset + whole_b)
            cr[row, column] = np.uint16(c_offset + whole_r)
            changed += across * down
    return changed


@jit
def _reach(b, r, r_cr, g_cb, g_cr, b_cb):  # type: ignore[no-untyped-def]
    """How far the channels go above and below luma."""
    red, blue = r_cr * r, b_cb * b
    green = -g_cb * b - g_cr * r
    return max(red, max(green, blue)), min(red, min(green, blue))
