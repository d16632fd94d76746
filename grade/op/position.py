"""Where a pixel is: what a window's formula is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Position:
    """A pixel's place in the display window, in heights of that window after pixel aspect.

    The origin is the center, x goes right, y goes up, so the picture reaches from -0.5 to 0.5 in y.
    A circle is round on a squeezed plate, and a proxy or a crop has the places of the full frame.

    Attributes
    ----------
    x, y
        The middle of the pixel.
    pixel_width, pixel_height
        Its size.
    """

    x: Any
    y: Any
    pixel_width: Any
    pixel_height: Any
