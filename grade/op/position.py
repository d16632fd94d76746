"""The position of a pixel in the picture, which the formula of a window receives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a pixel in the display window, in heights of that window after pixel aspect.

    The origin is the center, x goes right, y goes up; the picture reaches from -0.5 to 0.5 in y. So
    a circle is round on a squeezed plate, and a proxy or a crop has the places of the full frame.

    Attributes
    ----------
    x, y
        The center of the pixel.
    pixel_width, pixel_height
        Its size.
    """

    x: Any
    y: Any
    pixel_width: Any
    pixel_height: Any
