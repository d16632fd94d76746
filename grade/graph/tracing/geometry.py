"""Where the pixels lie in the display window, as the uniforms that windows read."""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import Any

from grade.graph.errors import PixelsError

NAMES = ("@across", "@down", "@left", "@top")
"""Uniforms: width and height of a pixel, and the center of pixel (0, 0); in picture heights."""
WIDTH = "@width"
"""The uniform of the width of the display window, in its heights."""
FRAME = "@frame"
"""The uniform of the frame number."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """The display window in pixels, the shape of a pixel, and the place of the first pixel.

    Parameters
    ----------
    left, top, width, height
        The display window, in the coordinates of the data window.
    pixel_aspect
        Width of a pixel over its height.
    origin
        Coordinates of the first pixel in memory: of the data window, or of a crop.
    """

    left: int
    top: int
    width: int
    height: int
    pixel_aspect: float = 1.0
    origin: tuple[int, int] = (0, 0)

    @classmethod
    def of_frame(cls, frame: Any) -> Geometry:
        """The geometry of a frame, from its windows."""
        display, data = frame.display_window, frame.data_window
        return cls(
            display.x_min,
            display.y_min,
            display.width,
            display.height,
            float(frame.pixel_aspect),
            (data.x_min, data.y_min),
        )

    @classmethod
    def of_array(
        cls,
        size: tuple[int, int],
        region: tuple[int, int] | None,
        full: tuple[int, int] | None,
        pixel_aspect: float | None = None,
    ) -> Geometry:
        """The geometry of an array of ``size`` (width, height).

        Parameters
        ----------
        region
            Column and row, from the top left, of the array's first pixel in the full picture.
        full
            Width and height of the full picture. None is the size of the array.
        pixel_aspect
            Width of a pixel over its height. None is 1, square.

        Raises
        ------
        PixelsError
            If a region is given without the full picture, or lies outside it; or if the pixel
            aspect is not a number above 0.
        """
        x, y = _two_numbers(region, "region", "column and row of the first pixel") or (0, 0)
        width, height = _two_numbers(full, "full", "width and height of the full picture") or size
        aspect = 1.0 if pixel_aspect is None else pixel_aspect
        if isinstance(aspect, bool) or not isinstance(aspect, int | float) or not 0 < aspect < 1e3:
            raise PixelsError(
                f"pixel_aspect = {aspect!r}: takes the width of a pixel over its height, a number"
                " above 0 such as 2.0"
            )
        if region is not None and full is None:
            raise PixelsError(
                "region= says where a crop lies in the full picture; give full=(width, height) too"
            )
        if min(width, height, x, y) < 0:
            raise PixelsError(f"region {(x, y)} of full {(width, height)}: takes numbers from 0 on")
        if full is not None and (x + size[0] > width or y + size[1] > height):
            raise PixelsError(
                f"a crop of {size[0]}x{size[1]} at {(x, y)} does not lie in {width}x{height}"
            )
        return cls(0, 0, width, height, float(aspect), (x, y))

    def numbers(self) -> dict[str, float]:
        """The values of the uniforms, by name."""
        down = 1.0 / max(self.height, 1)
        across = self.pixel_aspect * down
        left = (0.5 - self.left - 0.5 * self.width) * across
        top = (0.5 * self.height + self.top - 0.5) * down
        numbers = (across, down, left, top, self.width * across)
        return dict(zip((*NAMES, WIDTH), numbers, strict=True))


def _two_numbers(given: Any, name: str, what: str) -> tuple[int, int] | None:
    """Two whole numbers, or None."""
    if given is None:
        return None
    try:
        first, second = map(index, given)
    except (TypeError, ValueError):
        raise PixelsError(f"{name} = {given!r}: takes two whole numbers, {what}") from None
    return first, second
