"""The position of a pixel in the picture, which the formula of a window receives."""

from __future__ import annotations

from collections.abc import Sequence
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
    picture_width
        The width of the picture, for places that are given in pixels; otherwise None.
    """

    x: Any
    y: Any
    pixel_width: Any
    pixel_height: Any
    picture_width: Any = None

    def from_pixels(self, place: Sequence[Any]) -> tuple[Any, Any]:
        """A place in pixels from the lower left corner of the picture, in heights.

        >>> Position(0.0, 0.0, 1 / 1080, 1 / 1080, 1920 / 1080).from_pixels((960.0, 810.0))
        (0.0, 0.25)
        """
        return place[0] * self.pixel_width - 0.5 * self.picture_width, (
            place[1] * self.pixel_height - 0.5
        )
