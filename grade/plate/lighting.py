"""Light on surfaces: diffuse, a highlight, soft shadows of balls.

Shading is linear in the lights, so what stands still is worked out once, and per frame only the
lamp that moves is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grade.plate.exact_math import Array, dot
from grade.plate.ray_casting import Surface
from grade.plate.still_life import AMBIENT, Ball, Light, balls


@dataclass
class _Shadowing:
    """A ball, seen from every place of a surface: which way, and how far."""

    ball: Ball
    offset: Array
    square: Array


def shade(surface: Surface, view: Array, lights: Sequence[Light]) -> Array:
    """Light that a surface sends along `view` (unit vectors from the surface to the eye)."""
    out = np.zeros_like(surface.albedo)
    shadowing = [_shadowing(ball, surface.position) for ball in balls()]
    for light in lights:
        to = np.array(light.position, np.float32)[:, None] - surface.position
        square = dot(to, to)
        distance = np.sqrt(square)
        to /= distance
        cosine = dot(to, surface.normal)
        # A lamp of some size lights a little beyond the edge of its shadow side.
        wrap = np.float32(min(0.25, 0.12 * light.size))
        facing = np.maximum((cosine + wrap) * (1 / (1 + wrap)), 0)
        strength = _seen(facing > 0, to, distance, light.size, shadowing) / square
        sent = surface.albedo * (facing * strength)
        at = np.flatnonzero((cosine > 0) & (surface.doublings > 0))
        sent[:, at] += _highlight(surface, view, to, at) * strength[at]
        out += np.array(light.color, np.float32)[:, None] * sent
    return out


def ambience(surface: Surface) -> Array:
    """What comes from everywhere, less where balls stand close, and what shines by itself."""
    open_sky = np.float32(0.65) + np.float32(0.35) * surface.normal[1]
    for ball in balls():
        near = _shadowing(ball, surface.position)
        distance = np.sqrt(near.square)
        cosine = np.maximum(dot(near.offset, surface.normal) / np.maximum(distance, 1e-6), 0)
        share = np.minimum(np.float32(ball.radius) / np.maximum(distance, 1e-6), 1)
        open_sky *= 1 - np.float32(0.9) * cosine * share * share
    sky = np.array(AMBIENT, np.float32)[:, None] * open_sky
    light: Array = surface.albedo * sky + surface.emission
    return light


def _highlight(surface: Surface, view: Array, to: Array, at: Array) -> Array:
    """The lamp mirrored by the surface at the places `at`, blurred by its roughness."""
    half = to[:, at] + view[:, at]
    half /= np.maximum(np.sqrt(dot(half, half)), 1e-6)
    mirrored = np.maximum(dot(half, surface.normal[:, at]), 0)
    doublings = surface.doublings[at]
    for done in range(int(doublings.max(initial=0))):
        np.multiply(mirrored, mirrored, out=mirrored, where=doublings > done)
    power = np.left_shift(1, doublings.astype(np.int32)).astype(np.float32)
    return np.float32(0.04 / 8) * surface.gloss[at] * (power + 8) * mirrored


def _shadowing(ball: Ball, position: Array) -> _Shadowing:
    offset = np.array(ball.center, np.float32)[:, None] - position
    return _Shadowing(ball, offset, dot(offset, offset))


def _seen(
    lit: Array, to: Array, distance: Array, size: float, shadowing: Sequence[_Shadowing]
) -> Array:
    """How much of a round light of that size is seen past the balls, 0..1; 1 where not `lit`."""
    seen = np.ones_like(distance)
    reach = np.float32(size)
    for near in shadowing:
        radius = np.float32(near.ball.radius)
        along = dot(near.offset, to)
        # A shadow ends `soft` beyond the ball, and `soft` is nowhere more than the light itself.
        widest = radius + reach
        close = lit & (along > radius * np.float32(0.2)) & (along < distance)
        close &= near.square - along * along < widest * widest
        at = np.flatnonzero(close)
        if not len(at):
            continue
        along = along[at]
        miss = np.sqrt(np.maximum(near.square[at] - along * along, 0))
        soft = np.maximum(reach * along / np.maximum(distance[at], 1e-6), 1e-3)
        edge = np.clip((miss - radius) / soft * np.float32(0.5) + np.float32(0.5), 0, 1)
        seen[at] *= edge * edge * (3 - 2 * edge)
    return seen
