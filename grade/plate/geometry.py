"""What stands where, and what a ray hits: table, wall, balls, two cards, six tubes.

Metres, y up, the camera on the z axis looks to -z. Arrays of n rays are ``(n, 3)`` float32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.plate.colors import chart, tubes

Array = NDArray[Any]

EYE = np.array([0.0, 1.02, 4.4], np.float32)
_AIM = np.array([0.06, 0.70, 0.0], np.float32)
_HALF_WIDTH = 0.42  # tangent of half the horizontal angle: a 43 mm lens on Super 35
WALL_Z = -1.5
TUBES_X = np.linspace(0.36, 2.06, 6, dtype=np.float32)
TUBES_Z, TUBES_LOW, TUBES_HIGH, TUBE_RADIUS = -1.1, 0.0, 1.38, 0.02
TUBE_RADIANCE = 14.0

_NOTHING, TABLE, WALL, BALL, CHART, RAMP, TUBE = range(7)
RAMP_STOPS = 8.0


@dataclass(frozen=True)
class Ball:
    """A sphere: center, radius, reflectance, and how glossy it is (0..1)."""

    center: tuple[float, float, float]
    radius: float
    albedo: tuple[float, float, float]
    gloss: float


@dataclass(frozen=True)
class Card:
    """An upright rectangle, turned about the vertical by `yaw` degrees."""

    center: tuple[float, float, float]
    width: float
    height: float
    yaw: float

    def axes(self) -> tuple[Array, Array]:
        """Unit vectors to its right and out of its face."""
        angle = np.radians(self.yaw)
        right = np.array([np.cos(angle), 0, -np.sin(angle)], np.float32)
        face = np.array([np.sin(angle), 0, np.cos(angle)], np.float32)
        return right, face


CHART_CARD = Card((-1.02, 0.745, 0.0), 1.26, 0.86, 13.0)
RAMP_CARD = Card((-1.00, 0.135, 0.22), 1.26, 0.25, 13.0)


def balls() -> list[Ball]:
    """Skin, grey, and the memory colors of the chart."""
    patches = chart()
    dark, light = _triple(patches[0, 0]), _triple(patches[0, 1])
    return [
        Ball((0.28, 0.40, -0.05), 0.40, light, 0.35),
        Ball((0.98, 0.30, 0.28), 0.30, dark, 0.55),
        Ball((0.52, 0.16, 0.72), 0.16, (0.18, 0.18, 0.18), 0.15),
        Ball((0.12, 0.105, 0.98), 0.105, _triple(patches[2, 2]), 0.9),
        Ball((0.86, 0.095, 0.98), 0.095, _triple(patches[2, 0]), 0.9),
        Ball((1.32, 0.12, 0.72), 0.12, _triple(patches[2, 3]), 0.9),
    ]


@dataclass
class Hits:
    """Where rays end: kind, which one of the kind, position, normal, reflectance, gloss, light."""

    kind: NDArray[np.uint8]
    which: NDArray[np.int16]
    position: Array
    normal: Array
    albedo: Array
    gloss: Array
    emission: Array


def rays(x: Array, y: Array, width: int, height: int) -> Array:
    """Directions, unit length, through picture positions in pixels."""
    forward = _unit(_AIM - EYE)
    right = _unit(np.cross(forward, np.array([0, 1, 0], np.float32)))
    up = np.cross(right, forward)
    u = (2 * x / width - 1) * _HALF_WIDTH
    v = (1 - 2 * y / height) * _HALF_WIDTH * height / width
    return _unit(forward + u[:, None] * right + v[:, None] * up).astype(np.float32)


def project(point: Array, width: int, height: int) -> tuple[float, float, float]:
    """Picture position of a point in pixels, and its distance along the view."""
    forward = _unit(_AIM - EYE)
    right = _unit(np.cross(forward, np.array([0, 1, 0], np.float32)))
    up = np.cross(right, forward)
    offset = point - EYE
    depth = float(offset @ forward)
    u, v = float(offset @ right) / depth, float(offset @ up) / depth
    return (
        (u / _HALF_WIDTH + 1) * width / 2,
        (1 - v / (_HALF_WIDTH * height / width)) * height / 2,
        depth,
    )


def cast(origin: Array, direction: Array) -> Hits:
    """Follow rays to the first thing they hit."""
    count = len(direction)
    near = np.full(count, 1e9, np.float32)
    kind = np.zeros(count, np.uint8)
    which = np.zeros(count, np.int16)
    spheres = balls()

    def closer(distance: Array, what: int, number: int, valid: NDArray[np.bool_]) -> None:
        better = valid & (distance > 1e-3) & (distance < near)
        near[better], kind[better], which[better] = distance[better], what, number

    with np.errstate(divide="ignore", invalid="ignore"):
        closer(-origin[:, 1] / direction[:, 1], TABLE, 0, direction[:, 1] < 0)
        closer((WALL_Z - origin[:, 2]) / direction[:, 2], WALL, 0, direction[:, 2] < 0)
        for number, ball in enumerate(spheres):
            offset = origin - np.asarray(ball.center, np.float32)
            b = (offset * direction).sum(-1)
            root = b * b - (offset * offset).sum(-1) + ball.radius**2
            closer(-b - np.sqrt(np.maximum(root, 0)), BALL, number, root > 0)
        for card, what in ((CHART_CARD, CHART), (RAMP_CARD, RAMP)):
            distance, s, t = _card(card, origin, direction)
            columns, rows = np.floor(s * 6), np.floor(t * (4 if what == CHART else 2))
            inside = (s > -0.03) & (s < 1.03) & (t > -0.045) & (t < 1.045)
            patch = np.where(_patch(what, s, t) > 0, rows * 6 + columns * (what == CHART), -1)
            better = inside & (distance > 1e-3) & (distance < near)
            near[better], kind[better], which[better] = distance[better], what, patch[better]
        for number, x in enumerate(TUBES_X):
            distance, valid = _tube(x, origin, direction)
            closer(distance, TUBE, number, valid)
    return _surface(kind, which, origin + near[:, None] * direction, spheres)


def _card(card: Card, origin: Array, direction: Array) -> tuple[Array, Array, Array]:
    """Distance to a card's plane, and where on it: 0..1 to the right and down."""
    right, face = card.axes()
    center = np.asarray(card.center, np.float32)
    distance = ((center - origin) @ face) / (direction @ face)
    spot = origin + distance[:, None] * direction - center
    return distance, (spot @ right) / card.width + 0.5, 0.5 - spot[:, 1] / card.height


def _patch(what: int, s: Array, t: Array) -> Array:
    """1 on a patch, 0 on the black border between patches."""
    if what == RAMP:
        inside = (np.abs(s - 0.5) < 0.485) & (np.abs(t % 0.5 - 0.25) < 0.215)
    else:
        inside = (np.abs(s * 6 % 1 - 0.5) < 0.425) & (np.abs(t * 4 % 1 - 0.5) < 0.425)
    return (inside & (s > 0) & (s < 1) & (t > 0) & (t < 1)).astype(np.float32)


def _tube(x: float, origin: Array, direction: Array) -> tuple[Array, NDArray[np.bool_]]:
    dx, dz = direction[:, 0], direction[:, 2]
    ox, oz = origin[:, 0] - x, origin[:, 2] - TUBES_Z
    a, b = dx * dx + dz * dz, ox * dx + oz * dz
    root = b * b - a * (ox * ox + oz * oz - TUBE_RADIUS**2)
    distance = (-b - np.sqrt(np.maximum(root, 0))) / a
    y = origin[:, 1] + distance * direction[:, 1]
    return distance, (root > 0) & (y > TUBES_LOW) & (y < TUBES_HIGH)


def blur_tubes(hits: Hits, origin: Array, direction: Array) -> None:
    """Replace the tubes among what a rough surface mirrors by streaks, wider with distance."""
    hits.emission[hits.kind == TUBE] = 0
    open_way = (hits.kind == TUBE) | (hits.kind == WALL)
    colors = tubes() * TUBE_RADIANCE
    flat = direction[:, 0] ** 2 + direction[:, 2] ** 2
    for x, color in zip(TUBES_X, colors, strict=True):
        to_x, to_z = x - origin[:, 0], TUBES_Z - origin[:, 2]
        miss = (to_x * direction[:, 2] - to_z * direction[:, 0]) / np.sqrt(flat)
        along = (to_x * direction[:, 0] + to_z * direction[:, 2]) / flat
        y = origin[:, 1] + along * direction[:, 1]
        width = 0.024 + 0.035 * np.maximum(y, 0)
        share = np.exp(-((miss / width) ** 2)) * (TUBE_RADIUS / width) * 1.1
        share *= np.clip((TUBES_HIGH + 0.1 - y) / 0.3, 0, 1) * (y > 0) * (along > 0) * open_way
        hits.emission += share[:, None] * color


def _surface(
    kind: NDArray[np.uint8], which: NDArray[np.int16], position: Array, spheres: list[Ball]
) -> Hits:
    count = len(kind)
    normal = np.zeros((count, 3), np.float32)
    albedo = np.zeros((count, 3), np.float32)
    emission = np.zeros((count, 3), np.float32)
    gloss = np.zeros(count, np.float32)

    normal[kind == TABLE] = (0, 1, 0)
    at = kind == TABLE
    grain = 1 + 0.16 * np.sin(position[at, 2] * 41 + 2.2 * np.sin(position[at, 0] * 1.7))
    albedo[at] = np.array([0.062, 0.050, 0.040], np.float32) * grain[:, None]
    gloss[at] = 0.6

    at = kind == WALL
    normal[at] = (0, 0, 1)
    # A painted backdrop: brightest behind the chart, so that a fall of grey is in the picture.
    distance = np.hypot(position[at, 0] + 1.5, (position[at, 1] - 1.1) * 1.3)
    albedo[at] = (0.03 + 0.13 * np.exp(-((distance / 1.7) ** 2)))[:, None]

    for number, ball in enumerate(spheres):
        at = (kind == BALL) & (which == number)
        normal[at] = (position[at] - np.asarray(ball.center, np.float32)) / ball.radius
        albedo[at], gloss[at] = ball.albedo, ball.gloss

    patches = chart()
    for card, what in ((CHART_CARD, CHART), (RAMP_CARD, RAMP)):
        at = kind == what
        right, face = card.axes()
        normal[at] = face
        spot = position[at] - np.asarray(card.center, np.float32)
        s, t = (spot @ right) / card.width + 0.5, 0.5 - spot[:, 1] / card.height
        if what == CHART:
            rows = np.clip(np.floor(t * 4), 0, 3).astype(int)
            columns = np.clip(np.floor(s * 6), 0, 5).astype(int)
            color = patches[rows, columns]
        else:
            fall = np.exp2(-RAMP_STOPS * np.clip((s - 0.015) / 0.97, 0, 1))[:, None]
            color = np.where(t[:, None] < 0.5, patches[0, 1], patches[0, 0]) * fall
        albedo[at] = np.where(_patch(what, s, t)[:, None] > 0, color, 0.018)

    at = kind == TUBE
    normal[at] = (0, 0, 1)
    emission[at] = tubes()[which[at]] * TUBE_RADIANCE
    return Hits(kind, which, position, normal, albedo, gloss, emission)


def _unit(vector: Array) -> Array:
    unit: Array = vector / np.linalg.norm(vector, axis=-1, keepdims=True)
    return unit


def _triple(color: Array) -> tuple[float, float, float]:
    return float(color[0]), float(color[1]), float(color[2])
