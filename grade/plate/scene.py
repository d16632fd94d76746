"""From hits to pictures: samples where edges are, the table's reflection, glow, grain."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from grade.plate.geometry import EYE, TABLE, Array, Hits, balls, blur_tubes, cast, project, rays
from grade.plate.lighting import Light, ambience, lamp, shade, still_lights

_CHUNK = 1 << 15  # samples at a time: what a processor's cache holds
_CORNERS = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
_SHARPEST = 2560
_LAMP_RADIUS, _LAMP_RADIANCE = 0.028, 55.0


@dataclass
class Piece:
    """A run of samples: the pixel of each, its weight, what it hits, and what it mirrors."""

    pixel: Array
    weight: Array
    view: Array
    hits: Hits
    shiny: Array
    mirrored_view: Array
    mirrored: Hits
    mirror: Array
    still: Array


class Scene:
    """The still life at one size; `frame` adds the lamp of one moment.

    Parameters
    ----------
    width, height
        Pixels.
    threads
        How many pieces are worked on at once; the picture does not depend on it.
    """

    def __init__(self, width: int, height: int, threads: int) -> None:
        self.full, self.threads = (height, width, 3), threads
        # A lens resolves no more than this; beyond it only the grain is finer.
        scale = 2 if width > _SHARPEST else 1
        self.width, self.height = -(-width // scale), -(-height // scale)
        height = self.height
        self.spheres = balls()
        with ThreadPoolExecutor(threads) as pool:
            bands = [slice(top, min(top + 64, height)) for top in range(0, height, 64)]
            samples = list(pool.map(self._samples, bands))
            parts = [part for sample in samples for part in _split(*sample)]
            self.pieces = list(pool.map(self._piece, parts))

    def frame(self, time: float, seed: int) -> Array:
        """The picture at a time 0..1, ``(height, width, 3)`` ACES2065-1, with grain of `seed`."""
        light = lamp(time)
        with ThreadPoolExecutor(self.threads) as pool:
            parts = list(pool.map(lambda piece: self._lit(piece, light), self.pieces))
        flat = np.zeros((self.height * self.width, 3), np.float32)
        for piece, color in zip(self.pieces, parts, strict=True):
            color = np.minimum(color, 60.0) * piece.weight[:, None]
            for channel in range(3):
                np.add.at(flat[:, channel], piece.pixel, color[:, channel])
        picture = flat.reshape(self.height, self.width, 3)
        self._draw_lamp(picture, light)
        picture = _glow(picture)
        if picture.shape != self.full:
            picture = _double(picture, self.full)
        return _grain(picture, seed)

    def _samples(self, rows: slice) -> tuple[Array, Array, Array, Array]:
        """Pixel, weight, x and y: one sample per pixel, four where its corners differ."""
        yy, xx = np.mgrid[rows, 0 : self.width]
        xx, yy = xx.ravel(), yy.ravel()
        seen = []
        for dx, dy in _CORNERS:
            direction = rays(
                (xx + dx).astype("f4"), (yy + dy).astype("f4"), self.width, self.height
            )
            hits = cast(np.broadcast_to(EYE, direction.shape), direction)
            seen.append(hits.kind.astype(np.int32) * 1024 + hits.which)
        edge = (seen[0] != seen[1]) | (seen[0] != seen[2]) | (seen[0] != seen[3])
        pixel = (yy * self.width + xx).astype(np.int64)
        plain = ~edge
        x = np.concatenate([xx[plain] + 0.5, *(xx[edge] + dx for dx, _ in _CORNERS)])
        y = np.concatenate([yy[plain] + 0.5, *(yy[edge] + dy for _, dy in _CORNERS)])
        pixels = np.concatenate([pixel[plain], *([pixel[edge]] * 4)])
        weight = np.concatenate(
            [np.ones(int(plain.sum()), "f4"), np.full(4 * int(edge.sum()), 0.25, "f4")]
        )
        return pixels, weight, x.astype("f4"), y.astype("f4")

    def _piece(self, samples: tuple[Array, Array, Array, Array]) -> Piece:
        pixel, weight, x, y = samples
        direction = rays(x, y, self.width, self.height)
        hits = cast(np.broadcast_to(EYE, direction.shape), direction)
        shiny = np.flatnonzero(hits.kind == TABLE)
        cosine = -direction[shiny, 1]
        bounced = direction[shiny] * np.array([1, -1, 1], np.float32)
        bounced[:, 0] += _ripple(hits.position[shiny])
        mirrored = cast(hits.position[shiny] + np.float32(1e-4) * bounced, bounced)
        blur_tubes(mirrored, hits.position[shiny], bounced)
        # Fresnel after Schlick for varnish (4 %), dimmed: a table is not a mirror.
        mirror = 0.55 * (0.04 + 0.96 * (1 - cosine) ** 5)
        lights = still_lights()
        still = shade(hits, -direction, lights, self.spheres) + ambience(hits, self.spheres)
        seen = shade(mirrored, -bounced, lights, self.spheres) + ambience(mirrored, self.spheres)
        still[shiny] += mirror[:, None] * seen
        return Piece(pixel, weight, -direction, hits, shiny, -bounced, mirrored, mirror, still)

    def _lit(self, piece: Piece, light: Light) -> Array:
        color = piece.still + shade(piece.hits, piece.view, [light], self.spheres)
        seen = shade(piece.mirrored, piece.mirrored_view, [light], self.spheres)
        color[piece.shiny] += piece.mirror[:, None] * seen
        return color

    def _draw_lamp(self, picture: Array, light: Light) -> None:
        """The lamp itself: a small disc, brighter than everything, before all balls."""
        x, y, depth = project(np.asarray(light.position, np.float32), self.width, self.height)
        radius = _LAMP_RADIUS / depth / 0.84 * self.width
        rows, columns = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        distance = np.hypot(columns + 0.5 - x, rows + 0.5 - y)
        cover = np.clip(radius - distance + 0.5, 0, 1)[..., None]
        color = np.asarray(light.color, np.float32) / max(light.color)
        picture += cover * (color * _LAMP_RADIANCE - picture)


def _ripple(position: Array) -> Array:
    """The varnish is not quite flat: mirrored lines waver."""
    x, z = position[:, 0], position[:, 2]
    return np.float32(0.0035) * np.sin(z * 37 + 2 * np.sin(x * 5))  # type: ignore[no-any-return]


def _split(*arrays: Array) -> Iterator[tuple[Array, Array, Array, Array]]:
    for start in range(0, len(arrays[0]), _CHUNK):
        pixel, weight, x, y = (array[start : start + _CHUNK] for array in arrays)
        yield pixel, weight, x, y


def _glow(picture: Array) -> Array:
    """Light spread in the lens: a pyramid of ever wider, ever weaker copies."""
    levels = [np.maximum(picture, 0)]
    while min(levels[-1].shape[:2]) >= 24 and len(levels) < 8:
        levels.append(_half(levels[-1]))
    spread = np.zeros_like(levels[-1])
    for level in levels[:0:-1]:
        spread = 0.5 * (_double(spread, level.shape) if spread.shape != level.shape else spread)
        spread = spread + 0.5 * level
    spread = _double(spread, picture.shape)
    return picture + np.float32(0.035) * (spread - picture)


def _half(picture: Array) -> Array:
    """Half the size, filtered by 1 3 3 1 both ways."""
    for axis in (0, 1):
        size = picture.shape[axis] // 2 * 2
        picture = np.moveaxis(picture, axis, 0)[:size]
        padded = np.concatenate([picture[:1], picture, picture[-1:]])
        summed = padded[0:-2:2] + 3 * padded[1:-1:2] + 3 * padded[2::2]
        last = np.concatenate([padded[3::2], padded[-1:]])[: len(summed)]
        picture = np.moveaxis((summed + last) / 8, 0, axis)
    return picture


def _double(picture: Array, shape: tuple[int, ...]) -> Array:
    """Up to `shape`, linear between centers."""
    for axis in (0, 1):
        size = shape[axis]
        place = (np.arange(size, dtype=np.float32) + 0.5) / 2 - 0.5
        low = np.clip(np.floor(place).astype(int), 0, picture.shape[axis] - 1)
        high = np.minimum(low + 1, picture.shape[axis] - 1)
        share = np.clip(place - low, 0, 1)
        share = share[:, None, None] if axis == 0 else share[None, :, None]
        a, b = np.take(picture, low, axis), np.take(picture, high, axis)
        picture = a + share * (b - a)
    return picture


def _grain(picture: Array, seed: int) -> Array:
    """Photon noise: its strength goes with the root of the light."""
    noise = np.random.Generator(np.random.PCG64(seed))
    strength = 0.0007 + 0.0035 * np.sqrt(np.maximum(picture, 0))
    return picture + strength * noise.standard_normal(picture.shape, dtype=np.float32)
