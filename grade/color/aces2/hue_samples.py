"""Samples of an output transform over hue, laid out as in OpenColorIO: 363 around the circle.

Entry i belongs to hue i - 1: one entry before the circle and two after it repeat others. The reach
is sampled at every degree. The cusps are sampled at hues about a degree apart, which include the
corners of the RGB cubes exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

SIZE = 363
HUES = 360


@dataclass(frozen=True)
class HueSamples:
    """The samples, each a float64 array of 363.

    Attributes
    ----------
    reach
        M of the reach gamut at the J of the peak, at every degree.
    hue
        The hues at which the cusps are sampled, in degrees, ascending.
    cusp_j, cusp_m
        The cusp of the limiting gamut; M is widened for the smooth minimum.
    gamma_inverse
        One over the exponent of the upper hull.
    """

    reach: Any
    hue: Any
    cusp_j: Any
    cusp_m: Any
    gamma_inverse: Any

    @property
    def search_range(self) -> tuple[int, int]:
        """How far the interval of a hue can be from the degree of the hue: (low, high)."""
        entries = np.arange(1, HUES + 1)
        apart = entries - (1 + np.floor(self.hue[1 : HUES + 1]).astype(int))
        return min(0, int(apart.min())), max(1, int(apart.max()) + 1)


def wrap_around(circle: Any, turn: float = 0.0) -> Any:
    """Add the wrapping entries to 360 values; ``turn`` is the increase per turn of the circle."""
    return np.concatenate([circle[-1:] - turn, circle, circle[:2] + turn])
