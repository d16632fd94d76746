"""What a lens and a sensor add to a picture: glow around lights, and grain.

A picture here is three planes: ``(3, height, width)``.
"""

from __future__ import annotations

import numpy as np

from grade.plate.exact_math import Array

_GLOW = 0.035
_GRAIN_OF_BLACK, _GRAIN = 0.0007, 0.0035
# The sum of four bytes: its mean, and its standard deviation.
_MEAN, _DEVIATION = 510, 147.8


def with_glow(picture: Array) -> Array:
    """Light spread in the lens: a pyramid of ever wider, ever weaker copies."""
    levels = [np.maximum(picture, 0)]
    while min(levels[-1].shape[1:]) >= 24 and len(levels) < 8:
        levels.append(_half(levels[-1]))
    if len(levels) == 1:
        return picture
    spread = levels[-1]
    for level in levels[-2:0:-1]:
        spread = doubled(spread, level.shape[1], level.shape[2])
        spread += level
        spread *= np.float32(0.5)
    spread = doubled(spread, picture.shape[1], picture.shape[2])
    spread -= picture
    spread *= np.float32(_GLOW)
    spread += picture
    return spread


def with_grain(picture: Array, seed: int) -> Array:
    """Photon noise: its strength goes with the root of the light.

    The noise is a sum of four bytes, close to normal. The bytes come from the bit generator itself,
    whose stream NumPy promises to keep; it does not promise that of its distributions.
    """
    words = np.random.PCG64(seed).random_raw(-(-picture.size // 2))
    drawn = words.astype("<u8", copy=False).view(np.uint8)[: 4 * picture.size]
    sums = np.zeros(picture.size, np.int16)
    for part in drawn.reshape(4, -1):
        sums += part
    sums -= _MEAN
    strength = np.sqrt(np.maximum(picture, 0))
    strength *= np.float32(_GRAIN / _DEVIATION)
    strength += np.float32(_GRAIN_OF_BLACK / _DEVIATION)
    strength *= sums.reshape(picture.shape)
    strength += picture
    return strength


def _half(picture: Array) -> Array:
    """Half the size, filtered by 1 3 3 1 both ways."""
    height, width = picture.shape[1] // 2 * 2, picture.shape[2] // 2 * 2
    picture = picture[:, :height, :width]
    inner = (picture[:, 0::2] + picture[:, 1::2]) * np.float32(3 / 8)
    inner[:, 1:] += picture[:, 1:-1:2] * np.float32(1 / 8)
    inner[:, :1] += picture[:, :1] * np.float32(1 / 8)
    inner[:, :-1] += picture[:, 2::2] * np.float32(1 / 8)
    inner[:, -1:] += picture[:, -1:] * np.float32(1 / 8)
    small = (inner[:, :, 0::2] + inner[:, :, 1::2]) * np.float32(3 / 8)
    small[:, :, 1:] += inner[:, :, 1:-1:2] * np.float32(1 / 8)
    small[:, :, :1] += inner[:, :, :1] * np.float32(1 / 8)
    small[:, :, :-1] += inner[:, :, 2::2] * np.float32(1 / 8)
    small[:, :, -1:] += inner[:, :, -1:] * np.float32(1 / 8)
    return small


def doubled(picture: Array, height: int, width: int) -> Array:
    """Twice the size, or one pixel less or more, linear between centers of pixels."""
    tall = np.empty((3, height, picture.shape[2]), np.float32)
    _between(picture.swapaxes(1, 2), tall.swapaxes(1, 2))
    large = np.empty((3, height, width), np.float32)
    _between(tall, large)
    return large


def _between(lines: Array, out: Array) -> None:
    """Fill the last axis of `out`, of twice the length, from that of `lines`."""
    nearer, farther = np.float32(0.75), np.float32(0.25)
    even, odd = out[..., 0::2], out[..., 1::2]
    mine = nearer * lines
    before = mine[..., : even.shape[-1]]
    even[..., : before.shape[-1]] = before
    even[..., 1 : before.shape[-1]] += farther * lines[..., : before.shape[-1] - 1]
    even[..., 0] += farther * lines[..., 0]
    if even.shape[-1] > lines.shape[-1]:  # an odd length was halved: its last line again
        even[..., -1] = lines[..., -1]
    after = mine[..., : odd.shape[-1]]
    odd[...] = after
    there = min(odd.shape[-1], lines.shape[-1] - 1)
    odd[..., :there] += farther * lines[..., 1 : there + 1]
    odd[..., there:] += farther * lines[..., there : odd.shape[-1]]
