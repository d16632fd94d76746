"""Scales pictures down: the average of n x n pixels becomes one pixel.

Blocks begin at multiples of n in the file's coordinates, so a data window keeps its place in the
display window. A block that reaches over an edge is the average of the pixels it has. The average
is of the numbers that are stored, whether linear light or code values: a proxy of a display output
looks like a monitor that is n times as coarse. Color with straight alpha is weighted by alpha.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from grade.io import Frame, Window, convert

_BAND = 64  # rows of the result at a time, so that sums stay in the cache


def downscale(frame: Frame, n: int) -> Frame:
    """The frame at 1/n of its size: color and alpha alone, each in its type.

    Integers are rounded half up; floats are rounded once, from a float32 sum. Other channels and
    other parts are left out: the average of depths is no depth, that of object numbers no object.

    Parameters
    ----------
    frame
        Any frame; its pixel aspect stays.
    n
        1, 2, 4 or 8.
    """
    if n == 1:
        return frame
    straight = frame.alpha == "straight"
    whole = frame.only_color().with_alpha("premultiplied")
    if straight:  # rounded once, when color is divided by it again
        matte = whole.color[3]
        whole = whole.with_planes({matte: convert.to_float(whole.planes[matte])})
    box = frame.data_window
    planes = {
        name: _average(plane, n, (box.x_min % n, box.y_min % n))
        for name, plane in whole.planes.items()
    }
    small = replace(
        whole,
        planes=planes,
        data_window=_scaled(box, n),
        display_window=_scaled(frame.display_window, n),
        attributes={name: v for name, v in frame.attributes.items() if name != "preview"},
    )
    return _stored_as(frame, small.with_alpha("straight")) if straight else small


def _stored_as(frame: Frame, small: Frame) -> Frame:
    """Color and alpha in the types of the frame again."""
    planes = {}
    for name in frame.color:
        kind = frame.planes[name].dtype
        plane = small.planes[name]
        if kind.kind == "u":
            planes[name] = convert.to_integer(plane, kind.type)
        else:
            planes[name] = plane.astype(kind, copy=False)
    return small.with_planes(planes)


def _scaled(window: Window, n: int) -> Window:
    return Window(window.x_min // n, window.y_min // n, window.x_max // n, window.y_max // n)


def _average(plane: Any, n: int, offset: tuple[int, int]) -> Any:
    """Averages of blocks; ``offset`` is the position of the first pixel in its block."""
    left, top = offset
    height, width = plane.shape
    rows, columns = -(-(top + height) // n), -(-(left + width) // n)
    if (left, top) == (0, 0) and height % n == 0 and width % n == 0:
        return _whole_blocks(plane, n)
    # Blocks at the edges have fewer pixels: absent ones add 0 and are not counted.
    kind: Any = np.float32 if plane.dtype.kind == "f" else np.uint32
    sums = np.zeros((rows, columns), kind)
    counts = np.zeros((rows, columns), kind)
    for down in range(n):
        for across in range(n):
            r, c = (down - top) % n, (across - left) % n
            part = plane[r::n, c::n]
            place = (
                slice((r + top) // n, (r + top) // n + part.shape[0]),
                slice((c + left) // n, (c + left) // n + part.shape[1]),
            )
            sums[place] += part
            counts[place] += 1
    if plane.dtype.kind == "f":
        return (sums / counts).astype(plane.dtype)
    return ((sums + counts // 2) // counts).astype(plane.dtype)


def _whole_blocks(plane: Any, n: int) -> Any:
    rows, columns = plane.shape[0] // n, plane.shape[1] // n
    result = np.empty((rows, columns), plane.dtype)
    floats = plane.dtype.kind == "f"
    kind: Any = np.float32 if floats else np.uint32
    share = np.float32(1 / (n * n))  # a power of two: the product is the quotient
    for first in range(0, rows, _BAND):
        band = plane[first * n : (first + _BAND) * n].astype(kind, copy=False)
        total = np.zeros((band.shape[0] // n, columns), kind)
        for down in range(n):
            for across in range(n):
                total += band[down::n, across::n]
        if floats:
            result[first : first + _BAND] = total * share
        else:
            result[first : first + _BAND] = (total + kind(n * n // 2)) // kind(n * n)
    return result
