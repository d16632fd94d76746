"""The tables of an output transform, as OpenColorIO lays them out: 363 entries per hue.

Entry i is of hue i - 1: one entry before the circle and two after it repeat others. Reach is
sampled every degree; the cusps at hues that are nearly so, and exactly so at the corners of the
cubes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

SIZE = 363
HUES = 360


@dataclass(frozen=True)
class HueSamples:
    """What the tables hold, float64 arrays of 363.

    Attributes
    ----------
    reach
        M of the reach gamut at J of the peak, every degree.
    hue
        Where the cusps were sampled, in degrees, ascending.
    cusp_j, cusp_m
        The cusp of the limiting gamut, M widened for the smooth minimum.
    gamma_inverse
        The exponent of the upper hull.
    """

    reach: Any
    hue: Any
    cusp_j: Any
    cusp_m: Any
    gamma_inverse: Any

    @property
    def search(self) -> tuple[int, int]:
        """How far the interval of a hue can be from the hue's degree: (low, high)."""
        entries = np.arange(1, HUES + 1)
        apart = entries - (1 + np.floor(self.hue[1 : HUES + 1]).astype(int))
        return min(0, int(apart.min())), max(1, int(apart.max()) + 1)


def wrap_around(circle: Any, turn: float = 0.0) -> Any:
    """360 values with the wrapping entries; ``turn`` is what a round adds to them."""
    return np.concatenate([circle[-1:] - turn, circle, circle[:2] + turn])
