"""Which ray of the camera hits what: positions of the picture, first hits, and their surfaces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grade.plate.colors import chart, tubes
from grade.plate.exact_math import Array, bell, dot, halved, unit, wave
from grade.plate.still_life import (
    BALL,
    CARDS,
    CHART,
    NOTHING,
    RAMP,
    RAMP_STOPS,
    TABLE,
    TUBE,
    TUBE_RADIANCE,
    TUBE_RADIUS,
    TUBES_HIGH,
    TUBES_LOW,
    TUBES_X,
    TUBES_Z,
    WALL,
    WALL_Z,
    Card,
    balls,
)

EYE = np.array([0.0, 1.02, 4.4], np.float32)
_FORWARD = unit(np.array([0.06, 0.70, 0.0], np.float32) - EYE)
_RIGHT = unit(np.array([-_FORWARD[2], 0, _FORWARD[0]], np.float32))
_UP = np.array(
    [
        -_RIGHT[2] * _FORWARD[1],
        _RIGHT[2] * _FORWARD[0] - _RIGHT[0] * _FORWARD[2],
        _RIGHT[0] * _FORWARD[1],
    ],
    np.float32,
)
HALF_WIDTH = 0.42  # tangent of half the horizontal angle: a 43 mm lens on Super 35
_FAR = 1e9
_TABLE_GLOSS, _TABLE_DOUBLINGS = 0.6, 8


@dataclass
class FirstHits:
    """Where rays end: at which distance, on what kind of thing, which one of the kind."""

    distance: Array
    kind: NDArray[np.uint8]
    which: NDArray[np.int16]


@dataclass
class Surface:
    """Where rays end, and what is there: vectors have their x, y, z in the first axis."""

    kind: NDArray[np.uint8]
    position: Array
    normal: Array
    albedo: Array
    gloss: Array
    doublings: NDArray[np.uint8]
    emission: Array


def rays(x: Array, y: Array, width: int, height: int) -> Array:
    """Directions, unit length, through picture positions in pixels."""
    u = (2 * x / width - 1) * np.float32(HALF_WIDTH)
    v = (1 - 2 * y / height) * np.float32(HALF_WIDTH * height / width)
    return unit(_FORWARD[:, None] + _RIGHT[:, None] * u + _UP[:, None] * v)


def project(point: Array, width: int, height: int) -> tuple[float, float, float]:
    """Picture position of a point in pixels, and its distance along the view."""
    offset = point - EYE
    depth = float(dot(offset, _FORWARD))
    u, v = float(dot(offset, _RIGHT)) / depth, float(dot(offset, _UP)) / depth
    return (
        (u / HALF_WIDTH + 1) * width / 2,
        (1 - v / (HALF_WIDTH * height / width)) * height / 2,
        depth,
    )


def first_hits(origin: Array, direction: Array) -> FirstHits:
    """Follow rays to the first thing they hit; `origin` may be one point for all."""
    count = direction.shape[1]
    near = np.full(count, _FAR, np.float32)
    kind, which = np.full(count, NOTHING, np.uint8), np.zeros(count, np.int16)

    def closer(distance: Array, what: int, number: int | Array, valid: NDArray[np.bool_]) -> None:
        better = valid & (distance > 1e-3) & (distance < near)
        if better.any():
            for whole, part in ((near, distance), (kind, what), (which, number)):
                np.copyto(whole, part, where=better, casting="unsafe")

    with np.errstate(divide="ignore", invalid="ignore"):
        closer(-origin[1] / direction[1], TABLE, 0, direction[1] < 0)
        closer((WALL_Z - origin[2]) / direction[2], WALL, 0, direction[2] < 0)
        for number, ball in enumerate(balls()):
            offset = origin - _column(ball.center)
            b = dot(offset, direction)
            root = b * b - (dot(offset, offset) - np.float32(ball.radius * ball.radius))
            closer(-b - np.sqrt(np.maximum(root, 0)), BALL, number, root > 0)
        for card, what in CARDS:
            face, to = _column(card.face), _column(card.center) - origin
            distance = dot(to, face) / dot(direction, face)
            s, t = _on_card(card, origin + distance * direction)
            inside = (s > -0.03) & (s < 1.03) & (t > -0.045) & (t < 1.045)
            columns, rows = np.floor(s * 6), np.floor(t * (4 if what == CHART else 2))
            patch = np.where(_on_patch(what, s, t), rows * 6 + columns * (what == CHART), -1)
            closer(distance, what, np.where(inside, patch, 0), inside)
        flat = direction[0] * direction[0] + direction[2] * direction[2]
        for number, x in enumerate(TUBES_X):
            distance, valid = _tube(x, origin, direction, flat)
            closer(distance, TUBE, number, valid)
    return FirstHits(near, kind, which)


def _column(vector: tuple[float, float, float]) -> Array:
    return np.array(vector, np.float32)[:, None]


def _on_card(card: Card, position: Array) -> tuple[Array, Array]:
    """Where on a card a position is: 0..1 to the right and down."""
    spot = position - _column(card.center)
    along = dot(spot, _column(card.right))
    return along / np.float32(card.width) + 0.5, 0.5 - spot[1] / np.float32(card.height)


def _on_patch(what: int, s: Array, t: Array) -> NDArray[np.bool_]:
    """Whether it is a patch, not the black border between patches."""
    if what == RAMP:
        inside = (np.abs(s - 0.5) < 0.485) & (np.abs(t * 2 % 1 - 0.5) < 0.43)
    else:
        inside = (np.abs(s * 6 % 1 - 0.5) < 0.425) & (np.abs(t * 4 % 1 - 0.5) < 0.425)
    return inside & (s > 0) & (s < 1) & (t > 0) & (t < 1)


def _tube(
    x: float, origin: Array, direction: Array, flat: Array
) -> tuple[Array, NDArray[np.bool_]]:
    ox, oz = origin[0] - np.float32(x), origin[2] - np.float32(TUBES_Z)
    b = ox * direction[0] + oz * direction[2]
    root = b * b - flat * (ox * ox + oz * oz - np.float32(TUBE_RADIUS * TUBE_RADIUS))
    distance = (-b - np.sqrt(np.maximum(root, 0))) / flat
    y = origin[1] + distance * direction[1]
    return distance, (root > 0) & (y > TUBES_LOW) & (y < TUBES_HIGH)


def cast(origin: Array, direction: Array) -> Surface:
    """Follow rays to the surfaces that they hit first."""
    hits = first_hits(origin, direction)
    kind, which = hits.kind, hits.which
    position = origin + hits.distance * direction
    normal, albedo, emission = (np.zeros_like(position) for _ in range(3))
    gloss, doublings = np.zeros_like(hits.distance), np.zeros_like(kind)

    at = np.flatnonzero(kind == TABLE)
    x, z = position[0, at], position[2, at]
    grain = 1 + np.float32(0.16) * wave(z * 41 + np.float32(2.2) * wave(x * np.float32(1.7)))
    normal[1, at] = 1
    albedo[:, at] = _column((0.062, 0.050, 0.040)) * grain
    gloss[at], doublings[at] = _TABLE_GLOSS, _TABLE_DOUBLINGS

    at = np.flatnonzero(kind == WALL)
    # A painted backdrop: brightest behind the chart, so that a fall of grey is in the picture.
    across = (position[0, at] + np.float32(1.5)) / np.float32(1.7)
    upward = (position[1, at] - np.float32(1.1)) * np.float32(1.3 / 1.7)
    normal[2, at] = 1
    paint = np.float32(0.03) + np.float32(0.13) * bell(across * across + upward * upward)
    albedo[:, at] = paint

    for number, ball in enumerate(balls()):
        at = np.flatnonzero((kind == BALL) & (which == number))
        normal[:, at] = (position[:, at] - _column(ball.center)) / np.float32(ball.radius)
        albedo[:, at] = _column(ball.albedo)
        gloss[at], doublings[at] = ball.gloss, ball.doublings

    patches = chart()
    for card, what in CARDS:
        at = np.flatnonzero(kind == what)
        s, t = _on_card(card, position[:, at])
        if what == CHART:
            rows = np.clip(np.floor(t * 4), 0, 3).astype(int)
            columns = np.clip(np.floor(s * 6), 0, 5).astype(int)
            color = patches[rows, columns].T
        else:
            place = np.clip((s - np.float32(0.015)) / np.float32(0.97), 0, 1)
            skin = np.where(t < 0.5, patches[0, 1][:, None], patches[0, 0][:, None])
            color = skin * halved(np.float32(RAMP_STOPS) * place)
        normal[:, at] = _column(card.face)
        albedo[:, at] = np.where(_on_patch(what, s, t), color, np.float32(0.018))

    at = np.flatnonzero(kind == TUBE)
    normal[2, at] = 1
    emission[:, at] = tubes()[which[at]].T * np.float32(TUBE_RADIANCE)
    return Surface(kind, position, normal, albedo, gloss, doublings, emission)


def blur_tubes(mirrored: Surface, origin: Array, direction: Array) -> None:
    """Replace the tubes among what a rough surface mirrors by streaks, wider with distance."""
    mirrored.emission[:, mirrored.kind == TUBE] = 0
    at = np.flatnonzero((mirrored.kind == TUBE) | (mirrored.kind == WALL))
    origin, direction = origin[:, at], direction[:, at]
    flat = direction[0] * direction[0] + direction[2] * direction[2]
    light = np.zeros_like(direction)
    for x, color in zip(TUBES_X, tubes(), strict=True):
        to_x, to_z = np.float32(x) - origin[0], np.float32(TUBES_Z) - origin[2]
        across = to_x * direction[2] - to_z * direction[0]
        along = (to_x * direction[0] + to_z * direction[2]) / flat
        y = origin[1] + along * direction[1]
        width = np.float32(0.024) + np.float32(0.035) * np.maximum(y, 0)
        share = bell(across * across / (flat * width * width))
        share *= np.float32(TUBE_RADIUS * 1.1 * TUBE_RADIANCE) / width
        share *= np.clip((np.float32(TUBES_HIGH + 0.1) - y) / np.float32(0.3), 0, 1)
        share *= (y > 0) & (along > 0)
        light += share * color[:, None]
    mirrored.emission[:, at] += light
