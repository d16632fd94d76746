"""Light on surfaces: diffuse, a highlight, soft shadows of balls. Linear in the lights.

Shading is linear in the lights, so what stands still is worked out once, and per frame only the
lamp that moves is added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from grade.plate.colors import tubes
from grade.plate.geometry import (
    TUBES_HIGH,
    TUBES_LOW,
    TUBES_X,
    TUBES_Z,
    Array,
    Ball,
    Hits,
)


@dataclass(frozen=True)
class Light:
    """A lamp: where, how bright at one metre, how large (its shadows are that soft)."""

    position: tuple[float, float, float]
    color: tuple[float, float, float]
    size: float = 0.25


# The key is neutral, so that the chart may be read; the fill is a night sky, the rim a street.
KEY = Light((-5.4, 4.0, 4.4), (88.0, 88.0, 88.0), 1.1)
FILL = Light((3.8, 1.9, 3.0), (0.5, 0.75, 1.25), 1.2)
AMBIENT = np.array([0.010, 0.012, 0.018], np.float32)


def still_lights() -> list[Light]:
    """Every light that does not move: key, fill, and three points of each tube."""
    found = [KEY, FILL]
    for x, color in zip(TUBES_X, tubes(), strict=True):
        for y in np.linspace(TUBES_LOW + 0.2, TUBES_HIGH - 0.2, 4):
            strength = 0.10 * color
            place = (float(x), float(y), TUBES_Z + 0.05)
            found.append(
                Light(place, (float(strength[0]), float(strength[1]), float(strength[2])), 0.15)
            )
    return found


def lamp(time: float) -> Light:
    """The lamp that moves: an arc from the left over the balls to the right; time is 0..1."""
    angle = np.pi * (1.04 - 1.08 * time)
    x = 0.86 + 0.92 * float(np.cos(angle))
    y = 0.50 + 0.95 * float(np.sin(angle))
    return Light((x, max(y, 0.42), 0.62), (0.55, 0.37, 0.20), 0.05)


def shade(hits: Hits, view: Array, lights: Iterable[Light], spheres: list[Ball]) -> Array:
    """Light that surfaces send along `view` (unit vectors from the surface to the eye)."""
    out = np.zeros_like(hits.albedo)
    for light in lights:
        to = np.asarray(light.position, np.float32) - hits.position
        square = (to * to).sum(-1)
        distance = np.sqrt(square)
        to /= distance[:, None]
        cosine = (to * hits.normal).sum(-1)
        # A lamp of some size lights a little beyond the edge of its shadow side.
        wrap = np.float32(min(0.25, 0.12 * light.size))
        facing = np.maximum((cosine + wrap) / (1 + wrap), 0)
        half = to + view
        half /= np.maximum(np.sqrt((half * half).sum(-1, keepdims=True)), 1e-6)
        power = 12 + 500 * hits.gloss * hits.gloss
        mirrored = np.maximum((half * hits.normal).sum(-1), 0) ** power
        highlight = 0.04 * hits.gloss * (power + 8) / 8 * mirrored * (cosine > 0)
        strength = _unshadowed(hits.position, to, distance, light.size, spheres) / square
        color = np.asarray(light.color, np.float32)
        out += (hits.albedo * facing[:, None] + highlight[:, None]) * (strength[:, None] * color)
    return out


def ambience(hits: Hits, spheres: list[Ball]) -> Array:
    """What comes from everywhere, less where balls stand close, and what shines by itself."""
    open_sky = np.float32(0.65) + np.float32(0.35) * hits.normal[:, 1]
    for ball in spheres:
        to = np.asarray(ball.center, np.float32) - hits.position
        distance = np.sqrt((to * to).sum(-1))
        cosine = np.maximum((to * hits.normal).sum(-1) / np.maximum(distance, 1e-6), 0)
        share = np.minimum(ball.radius / np.maximum(distance, ball.radius), 1) ** 2
        open_sky *= 1 - 0.9 * cosine * share
    light: Array = hits.albedo * (open_sky[:, None] * AMBIENT) + hits.emission
    return light


def _unshadowed(
    position: Array, to: Array, distance: Array, size: float, spheres: list[Ball]
) -> Array:
    """How much of a round light of that size is seen past the balls, 0..1."""
    seen = np.ones(len(position), np.float32)
    for ball in spheres:
        offset = np.asarray(ball.center, np.float32) - position
        along = (offset * to).sum(-1)
        miss = np.sqrt(np.maximum((offset * offset).sum(-1) - along * along, 0))
        blocked = (along > ball.radius * 0.2) & (along < distance)
        soft = np.maximum(size * along / np.maximum(distance, 1e-6), 1e-3)
        edge = np.clip((miss - ball.radius) / soft * 0.5 + 0.5, 0, 1)
        edge = edge * edge * (3 - 2 * edge)
        seen = np.where(blocked, seen * edge, seen)
    return seen
