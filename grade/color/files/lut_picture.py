"""Cubes laid out as pictures, a common form of film looks.

Two orders are in use. A HaldCLUT of level L has L**3 pixels along each side and holds a cube of
L**2 nodes along each edge, red running fastest, then green, then blue. In tiles, each square is one
blue, with red to the right and green down, and tiles follow each other row by row. Source: E.
Sokol-Kirilowitsch, "Hald CLUTs", for the first.

A picture of 512x512 may be either, and so may a photograph of that size. So the order is taken in
which the cube is smooth, if the other is much rougher. A channel that does not fold back moves by
1/(n - 1) from neighbor to neighbor on average at most; a picture that is read in the wrong order,
or that is no LUT, jumps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.color.files.errors import FileError
from grade.color.files.formats import LARGEST_CUBE
from grade.color.files.png import read_png

ORDERS = ("hald", "tiles")
HIGHEST_LEVEL = 16
_ROUGHEST = 1.0  # mean step between neighbors, in steps of a channel that rises from 0 to 1
_MUCH = 2.0


def read_lut_picture(data: bytes, shown: str, layout: str = "auto") -> Any:
    """Read the cube ``(n, n, n, 3)``, axes red, green, blue, float32.

    Parameters
    ----------
    data, shown
        A PNG file, and its name in messages.
    layout
        ``hald`` or ``tiles``; ``auto`` takes the order in which the cube is smooth.

    Raises
    ------
    FileError
        If it is no readable picture, has a size that the order cannot have, or if ``auto`` finds no
        order, or two.
    """
    pixels = read_png(data, shown, HIGHEST_LEVEL**3)
    height, width = pixels.shape[:2]
    orders = ORDERS if layout == "auto" else (layout,)
    cubes = {order: cube for order in orders if (cube := _arrange(order, pixels)) is not None}
    if not cubes:
        raise FileError(
            shown,
            f"IHDR: {width}x{height} pixels hold no cube: a HaldCLUT of level L has L^3 along each"
            " side, such as 512x512 for level 8, and tiles have n^3 pixels in squares of n",
        )
    if layout != "auto":
        return cubes[layout]
    (least, cube), *others = sorted(
        ((_measure_roughness(cube), cube) for cube in cubes.values()), key=lambda entry: entry[0]
    )
    clear = all(rough >= _MUCH * least or np.array_equal(cube, other) for rough, other in others)
    if least < _ROUGHEST and clear:
        return cube
    what = "is smooth in two orders" if least < _ROUGHEST else "is smooth in no order of a LUT"
    raise FileError(
        shown,
        f"a picture of {width}x{height} pixels that {what}; if it is a LUT, say layout: hald or"
        " layout: tiles",
    )


def _arrange(order: str, pixels: Any) -> Any:
    """The cube of a picture in an order; None where its size cannot be."""
    height, width = pixels.shape[:2]
    edge = round((height * width) ** (1 / 3))
    if edge < 2 or edge**3 != height * width:
        return None
    if order == "hald":
        if width != height:
            return None
        return pixels.reshape(edge, edge, edge, 3).transpose(2, 1, 0, 3)
    if width % edge or height % edge:
        return None
    tiles = pixels.reshape(height // edge, edge, width // edge, edge, 3)
    return tiles.transpose(0, 2, 1, 3, 4).reshape(edge, edge, edge, 3).transpose(2, 1, 0, 3)


def _measure_roughness(cube: Any) -> float:
    """The mean step between neighbors along the roughest axis, in steps of an even rise."""
    steps = [float(np.abs(np.diff(cube, axis=axis)).mean()) for axis in range(3)]
    return max(steps) * (len(cube) - 1)


def make_transform(cube: Any, shown: str) -> Any:
    """Make an OpenColorIO transform of the cube, which can be inverted."""
    import PyOpenColorIO as ocio

    edge = len(cube)
    if edge > LARGEST_CUBE:
        raise FileError(shown, f"a cube of {edge} nodes has no inverse; {LARGEST_CUBE} is the most")
    transform = ocio.Lut3DTransform(gridSize=edge)
    transform.setData(np.ascontiguousarray(cube, np.float32).ravel())
    return transform
