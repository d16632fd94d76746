"""What stands where: table, wall, balls, two cards, six tubes; and the lights on them.

Meters, y up, the camera on the z axis looks to -z.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from grade.plate.colors import chart, tubes
from grade.plate.exact_math import Array, wave

NOTHING, TABLE, WALL, BALL, CHART, RAMP, TUBE = range(7)
WALL_Z = -1.5
TUBES_X = (0.36, 0.70, 1.04, 1.38, 1.72, 2.06)
TUBES_Z, TUBES_LOW, TUBES_HIGH, TUBE_RADIUS = -1.1, 0.0, 1.38, 0.02
TUBE_RADIANCE = 14.0
RAMP_STOPS = 8.0


@dataclass(frozen=True)
class Ball:
    """A sphere: center, radius, reflectance, and its highlight.

    Attributes
    ----------
    gloss
        How strong the highlight is, 0..1.
    doublings
        How small it is: its cosine is raised to the power of ``2**doublings``.
    """

    center: tuple[float, float, float]
    radius: float
    albedo: tuple[float, float, float]
    gloss: float
    doublings: int


@dataclass(frozen=True)
class Card:
    """An upright rectangle, turned about the vertical: `right` and `face` are unit vectors."""

    center: tuple[float, float, float]
    width: float
    height: float
    right: tuple[float, float, float]
    face: tuple[float, float, float]


@dataclass(frozen=True)
class Light:
    """A lamp: where, how bright at one meter, how large (its shadows are that soft)."""

    position: tuple[float, float, float]
    color: tuple[float, float, float]
    size: float = 0.25


_COSINE, _SINE = 0.97437006, 0.22495105  # of the 13 degrees by which the cards are turned
_RIGHT, _FACE = (_COSINE, 0.0, -_SINE), (_SINE, 0.0, _COSINE)
CHART_CARD = Card((-1.02, 0.745, 0.0), 1.26, 0.86, _RIGHT, _FACE)
RAMP_CARD = Card((-1.00, 0.135, 0.22), 1.26, 0.25, _RIGHT, _FACE)
CARDS = ((CHART_CARD, CHART), (RAMP_CARD, RAMP))

# The key is neutral, so that the chart may be read; the fill is a night sky, the rim a street.
_KEY = Light((-5.4, 4.0, 4.4), (88.0, 88.0, 88.0), 1.1)
_FILL = Light((3.8, 1.9, 3.0), (0.5, 0.75, 1.25), 1.2)
AMBIENT = (0.010, 0.012, 0.018)


@cache
def balls() -> tuple[Ball, ...]:
    """Skin, grey, and the memory colors of the chart."""
    patches = chart()
    dark, light = _triple(patches[0, 0]), _triple(patches[0, 1])
    return (
        Ball((0.28, 0.40, -0.05), 0.40, light, 0.35, 6),
        Ball((0.98, 0.30, 0.28), 0.30, dark, 0.55, 7),
        Ball((0.52, 0.16, 0.72), 0.16, (0.18, 0.18, 0.18), 0.2, 5),
        Ball((0.12, 0.105, 0.98), 0.105, _triple(patches[2, 2]), 0.8, 9),
        Ball((0.86, 0.095, 0.98), 0.095, _triple(patches[2, 0]), 0.8, 9),
        Ball((1.32, 0.12, 0.72), 0.12, _triple(patches[2, 3]), 0.8, 9),
    )


def still_lights() -> list[Light]:
    """Every light that does not move: key, fill, and four points of each tube."""
    found = [_KEY, _FILL]
    for x, color in zip(TUBES_X, tubes(), strict=True):
        red, green, blue = _triple(np.float32(0.10) * color)
        for share in (0.2, 0.2 + 0.98 / 3, 0.2 + 1.96 / 3, 1.18):
            found.append(Light((x, share, TUBES_Z + 0.05), (red, green, blue), 0.15))
    return found


def lamp(time: float) -> Light:
    """The lamp that moves: an arc from the left over the balls to the right; time is 0..1."""
    angle = np.pi * (1.04 - 1.08 * time)
    cosine, sine = wave(np.array([angle + np.pi / 2, angle], np.float32))
    x, y = 0.86 + 0.92 * float(cosine), 0.50 + 0.95 * float(sine)
    return Light((x, max(y, 0.42), 0.62), (0.55, 0.37, 0.20), 0.05)


def _triple(color: Array) -> tuple[float, float, float]:
    return float(color[0]), float(color[1]), float(color[2])
