"""Hue, saturation and luminance of a color on the hexcone: hsv, and its double cone hsl.

    max, min the largest and the smallest channel, C = max - min
    h   60 degrees * ((g - b)/C, 2 + (b - r)/C or 4 + (r - g)/C, by the largest), 0 = red
    s   hsv: C / max                       hsl: C / (1 - |max + min - 1|)
    l   hsv: max                           hsl: (max + min) / 2

Source: Smith 1978, Color gamut transform pairs (hsv); Joblove and Greenberg 1978 (hsl).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from grade.ir.expression import absolute, channels, equal, maximum, minimum, select
from grade.op.parameters.band import INFINITY

LEAST_CHROMA = 2.0**-16  # of the largest channel: rounding errors that conversions leave in a grey
NO_HUE = -1.0


class Hexcone(NamedTuple):
    """A color on the hexcone: expressions, or float64.

    ``has_hue`` says whether the color is far enough from grey to have a hue; ``hue`` is in degrees,
    0 to 360.
    """

    most: Any
    least: Any
    chroma: Any
    has_hue: Any
    hue: Any

    def saturation(self, model: str) -> Any:
        """The saturation of a model; 0 where its divisor is infinite or not above 0."""
        if model == "hsv":
            divisor = self.most
        else:
            divisor = 1.0 - absolute(self.most + self.least - 1.0)
        colored = (self.least < self.most) & (divisor > 0.0) & (divisor < INFINITY)
        return select(colored, self.chroma / divisor, 0.0)

    def luminance(self, model: str) -> Any:
        """The luminance of a model."""
        return self.most if model == "hsv" else 0.5 * (self.most + self.least)

    def hue_or_none(self) -> Any:
        """The hue; ``NO_HUE`` where there is none."""
        return select(self.has_hue, self.hue, NO_HUE)


def to_hexcone(x: Any) -> Hexcone:
    """Find the place of a color.

    >>> import numpy as np
    >>> olive = to_hexcone(np.array([0.628, 0.643, 0.142]))
    >>> [round(v.item(), 3) for v in (olive.hue, olive.saturation("hsv"), olive.saturation("hsl"))]
    [61.796, 0.779, 0.638]
    """
    r, g, b = channels(x)
    most, least = maximum(maximum(r, g), b), minimum(minimum(r, g), b)
    chroma = most - least
    faint = LEAST_CHROMA * maximum(absolute(most), absolute(least))
    red, green = equal(most, r), equal(most, g)
    part = select(red, g - b, select(green, b - r, r - g)) / chroma
    turn = part + select(red, select(part < 0.0, 6.0, 0.0), select(green, 2.0, 4.0))
    return Hexcone(most, least, chroma, chroma > faint, 60.0 * turn)
