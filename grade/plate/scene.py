"""The still life as pictures: samples where edges are, the table's reflection, the lamp."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from grade.plate.exact_math import Array, wave
from grade.plate.glow_and_grain import doubled, with_glow, with_grain
from grade.plate.lighting import ambience, shade
from grade.plate.ray_casting import (
    EYE,
    HALF_WIDTH,
    Surface,
    blur_tubes,
    cast,
    first_hits,
    project,
    rays,
)
from grade.plate.still_life import TABLE, Light, lamp, still_lights

_BAND = 64  # rows of pixels that are looked at together
_CHUNK = 1 << 15  # samples at a time: what a processor's cache holds
_CORNERS = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
_SHARPEST = 2560
_LAMP_RADIUS, _LAMP_RADIANCE = 0.028, 55.0
_BRIGHTEST = 60.0


@dataclass
class _Piece:
    """A run of samples: the pixel of each, its weight, what it hits, and what it mirrors."""

    pixel: Array
    weight: Array
    view: Array
    surface: Surface
    shiny: Array
    mirrored_view: Array
    mirrored: Surface
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
        self.full = (height, width)
        # A lens resolves no more than this; beyond it only the grain is finer.
        scale = 2 if width > _SHARPEST else 1
        self.width, self.height = -(-width // scale), -(-height // scale)
        with ThreadPoolExecutor(threads) as pool:
            bands = [
                slice(top, min(top + _BAND, self.height)) for top in range(0, self.height, _BAND)
            ]
            parts = [part for band in pool.map(self._samples, bands) for part in _split(*band)]
            self.pieces = list(pool.map(self._piece, parts))

    def frame(self, time: float, seed: int) -> Array:
        """The picture at a time 0..1, ``(height, width, 3)`` ACES2065-1, with grain of `seed`."""
        light = lamp(time)
        flat = np.zeros((3, self.height * self.width), np.float32)
        for piece in self.pieces:
            color = np.minimum(self._lit(piece, light), np.float32(_BRIGHTEST)) * piece.weight
            for plane, values in zip(flat, color, strict=True):
                np.add.at(plane, piece.pixel, values)
        picture = flat.reshape(3, self.height, self.width)
        self._draw_lamp(picture, light)
        picture = with_glow(picture)
        if picture.shape[1:] != self.full:
            picture = doubled(picture, *self.full)
        return np.ascontiguousarray(np.moveaxis(with_grain(picture, seed), 0, -1))

    def _samples(self, rows: slice) -> tuple[Array, Array, Array, Array]:
        """Pixel, weight, x and y: one sample per pixel, four where its corners differ."""
        width, high = self.width, rows.stop - rows.start
        yy, xx = np.mgrid[rows.start : rows.stop + 1, 0 : width + 1].astype(np.float32)
        direction = rays(xx.ravel(), yy.ravel(), width, self.height)
        hits = first_hits(EYE[:, None], direction)
        seen = (hits.kind.astype(np.int32) * 1024 + hits.which).reshape(high + 1, width + 1)
        first = seen[:-1, :-1]
        edge = (first != seen[:-1, 1:]) | (first != seen[1:, :-1]) | (first != seen[1:, 1:])
        edge, x, y = edge.ravel(), xx[:-1, :-1].ravel(), yy[:-1, :-1].ravel()
        pixel = np.arange(rows.start * width, rows.stop * width)
        plain = ~edge
        middle = np.float32(0.5)
        counts = [np.count_nonzero(plain), 4 * np.count_nonzero(edge)]
        return (
            np.concatenate([pixel[plain], np.tile(pixel[edge], 4)]),
            np.repeat(np.array([1, 0.25], np.float32), counts),
            np.concatenate([x[plain] + middle, *(x[edge] + np.float32(dx) for dx, _ in _CORNERS)]),
            np.concatenate([y[plain] + middle, *(y[edge] + np.float32(dy) for _, dy in _CORNERS)]),
        )

    def _piece(self, samples: tuple[Array, Array, Array, Array]) -> _Piece:
        pixel, weight, x, y = samples
        direction = rays(x, y, self.width, self.height)
        surface = cast(EYE[:, None], direction)
        shiny = np.flatnonzero(surface.kind == TABLE)
        place, bounced = surface.position[:, shiny], direction[:, shiny]
        away = 1 + bounced[1]  # less the cosine to the normal of the table
        bounced[1] *= -1
        bounced[0] += _ripple(place)
        mirrored = cast(place + np.float32(1e-4) * bounced, bounced)
        blur_tubes(mirrored, place, bounced)
        # Fresnel after Schlick for varnish (4 %), dimmed: a table is not a mirror.
        fifth = away * away * away * away * away
        mirror = np.float32(0.55) * (np.float32(0.04) + np.float32(0.96) * fifth)
        lights = still_lights()
        still = shade(surface, -direction, lights) + ambience(surface)
        still[:, shiny] += mirror * (shade(mirrored, -bounced, lights) + ambience(mirrored))
        return _Piece(pixel, weight, -direction, surface, shiny, -bounced, mirrored, mirror, still)

    def _lit(self, piece: _Piece, light: Light) -> Array:
        color = piece.still + shade(piece.surface, piece.view, [light])
        seen = shade(piece.mirrored, piece.mirrored_view, [light])
        color[:, piece.shiny] += piece.mirror * seen
        return color

    def _draw_lamp(self, picture: Array, light: Light) -> None:
        """The lamp itself: a small disc, brighter than everything, before all balls."""
        x, y, depth = project(np.array(light.position, np.float32), self.width, self.height)
        radius = _LAMP_RADIUS / depth / (2 * HALF_WIDTH) * self.width
        top, left = max(0, int(y - radius) - 2), max(0, int(x - radius) - 2)
        part = picture[:, top : int(y + radius) + 3, left : int(x + radius) + 3]
        rows, columns = np.mgrid[0 : part.shape[1], 0 : part.shape[2]]
        across, down = columns + (left + 0.5 - x), rows + (top + 0.5 - y)
        cover = np.clip(radius - np.sqrt(across * across + down * down) + 0.5, 0, 1)
        color = np.array(light.color) / max(light.color) * _LAMP_RADIANCE
        part += (cover * (color[:, None, None] - part)).astype(np.float32)


def _ripple(position: Array) -> Array:
    """The varnish is not quite flat: mirrored lines waver."""
    return np.float32(0.0035) * wave(position[2] * 37 + 2 * wave(position[0] * 5))


def _split(*arrays: Array) -> Iterator[tuple[Array, Array, Array, Array]]:
    for start in range(0, len(arrays[0]), _CHUNK):
        pixel, weight, x, y = (array[start : start + _CHUNK] for array in arrays)
        yield pixel, weight, x, y
