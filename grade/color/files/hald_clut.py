"""HaldCLUT: a cube laid out as a picture, a common form of film looks.

A picture of level L has L**3 pixels along each side and holds a cube of L**2 nodes along each edge,
red running fastest, then green, then blue. Source: E. Sokol-Kirilowitsch, "Hald CLUTs".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.color.files.errors import FileError
from grade.color.files.formats import LARGEST_CUBE
from grade.color.files.png import read_png

HIGHEST_LEVEL = 16


def read_hald(data: bytes, shown: str) -> Any:
    """Read the cube ``(n, n, n, 3)``, axes red, green, blue, float32.

    Raises
    ------
    FileError
        If it is no readable picture, or its sides are not a third power.
    """
    pixels = read_png(data, shown, HIGHEST_LEVEL**3)
    height, width = pixels.shape[:2]
    level = round(width ** (1 / 3))
    if width != height or level**3 != width or level < 2:
        raise FileError(
            shown,
            f"IHDR: {width}x{height} pixels: a HaldCLUT of level L has L^3 along each side, such"
            " as 512x512 for level 8",
        )
    edge = level * level
    return pixels.reshape(edge, edge, edge, 3).transpose(2, 1, 0, 3)


def make_transform(cube: Any, shown: str) -> Any:
    """Make an OpenColorIO transform of the cube, which can be inverted."""
    import PyOpenColorIO as ocio

    edge = len(cube)
    if edge > LARGEST_CUBE:
        raise FileError(shown, f"a cube of {edge} nodes has no inverse; {LARGEST_CUBE} is the most")
    transform = ocio.Lut3DTransform(gridSize=edge)
    transform.setData(np.ascontiguousarray(cube, np.float32).ravel())
    return transform
