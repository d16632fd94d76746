"""The probe picture that looks are checked on, computed in code, with the same bits on every host.

480x270 RGBA of float32, scene-linear ACES2065-1, color multiplied by alpha. From the top:

- 160 rows: the 24 patches of a color chart; a hue wheel, white in the middle and pure at the rim;
  edges: a slanted one, gratings of 1, 2 and 4 pixels, a light of 64 in the dark.
- 70 rows: grey from -1 to 1 in steps of 1/240; grey from 11.5 stops below 0.18 up to 64; the same
  for red, yellow, green, cyan, blue and magenta alone.
- 40 rows: alpha from 0 to 1 over skin and over a bright blue; light where alpha is 0.

It uses only + - * / and square roots, each rounded once as IEEE 754 demands. Ramps in stops are
straight lines between powers of two.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.testing.color_chart import PATCHES

Pixels = NDArray[Any]

WIDTH, HEIGHT = 480, 270
_PATCH = 40  # pixels, square, six to a row
_GREY = 0.18
_STOP = 24  # columns to a stop
_GREY_AT = 276  # the column of 18 % grey
_PEAK = 64.0
_WHEEL = (320, 80, 76)  # middle and radius
_RIM = {"red": (1, 0, 0), "yellow": (1, 1, 0), "green": (0, 1, 0), "cyan": (0, 1, 1),
        "blue": (0, 0, 1), "magenta": (1, 0, 1)}  # fmt: skip


def draw_probe() -> Pixels:
    """Draw the picture, (270, 480, 4), color multiplied by alpha.

    >>> draw_probe().shape, draw_probe().dtype.name, float(draw_probe()[..., :3].max())
    ((270, 480, 4), 'float32', 64.0)
    """
    return cover(draw_color())


def cover(rgb: Pixels) -> Pixels:
    """Multiply straight color by the alpha of the probe picture and add alpha; the glow is kept."""
    alpha = draw_alpha()
    color = np.where(_is_glow()[..., None], rgb, rgb * alpha[..., None])
    return np.concatenate([color, alpha[..., None]], axis=-1)


def draw_alpha() -> Pixels:
    """Draw the alpha of the probe picture, (270, 480) of float32."""
    alpha = np.ones((HEIGHT, WIDTH), np.float32)
    alpha[230:] = np.clip((np.arange(WIDTH) - 59.0) / 360.0, 0.0, 1.0)
    return alpha


def _is_glow() -> Pixels:
    """Where there is light at an alpha of 0."""
    glow = np.zeros((HEIGHT, WIDTH), bool)
    glow[230:250, :40] = True
    return glow


@cache
def draw_color() -> Pixels:
    """Draw the color before alpha, (270, 480, 3) of float32, which is cached and read-only."""
    rgb = np.zeros((HEIGHT, WIDTH, 3))
    for number, patch in enumerate(PATCHES.values()):
        top, left = number // 6 * _PATCH, number % 6 * _PATCH
        rgb[top : top + _PATCH, left : left + _PATCH] = patch
    rgb[:160, 240:400] = _draw_wheel()
    rgb[:160, 400:] = _draw_edges()
    rgb[160:180] = ((np.arange(WIDTH) - 240.0) / 240.0)[None, :, None]
    rgb[180:200] = _draw_stops()[None, :, None]
    for number, rim in enumerate(_RIM.values()):
        top = 200 + 5 * number
        rgb[top : top + 5] = _draw_stops()[None, :, None] * np.array(rim, float)
    rgb[230:250], rgb[250:] = PATCHES["light_skin"], (0.4, 0.7, 3.0)
    rgb[_is_glow()] = (0.5, 0.25, 0.125)
    picture: Pixels = rgb.astype(np.float32)
    picture.flags.writeable = False
    return picture


def draw_matte() -> Pixels:
    """Draw the stand-in for a matte from a file, (270, 480): a diagonal ramp from 0 to 1."""
    across, down = np.arange(WIDTH)[None, :], np.arange(HEIGHT)[:, None]
    ramp: Pixels = ((across + down) / float(WIDTH + HEIGHT - 2)).astype(np.float32)
    return ramp


def hash_pixels(pixels: Pixels) -> str:
    """Compute the sha256 of a picture: type, shape and little-endian numbers."""
    plain = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("<"))
    head = f"{plain.dtype.name} {plain.shape} ".encode()
    return hashlib.sha256(head + plain.tobytes()).hexdigest()


def _draw_stops() -> Pixels:
    """Draw grey by columns, 24 to a stop, in straight lines between powers of two."""
    place = (np.arange(WIDTH) - _GREY_AT) / float(_STOP)
    whole = np.floor(place)
    power = np.array([2.0 ** int(stop) for stop in whole])
    return np.minimum(_GREY * (power * (1.0 + (place - whole))), _PEAK)


def _draw_wheel() -> Pixels:
    """Draw the hue wheel on dark grey: hue around, saturation from the middle to the rim."""
    x, y, radius = _WHEEL
    dx = (np.arange(160)[None, :] + 240.0 - x) / radius
    dy = (y - np.arange(160)[:, None] * 1.0) / radius
    half = 0.5 * np.sqrt(3.0)
    # The primaries are a third of a turn apart; the share of each is linear in the direction.
    parts = [dx + 0.0 * dy, half * dy - 0.5 * dx, -half * dy - 0.5 * dx]
    most, least = np.maximum.reduce(parts), np.minimum.reduce(parts)
    spread = np.where(most > least, most - least, 1.0)
    pure = np.stack([(part - least) / spread for part in parts], axis=-1)
    saturation = np.sqrt(dx * dx + dy * dy)[..., None]
    inside = 0.8 * ((1.0 - saturation) + saturation * pure)
    return np.where(saturation <= 1.0, inside, 0.02)


def _draw_edges() -> Pixels:
    """Draw bright against dark: a slanted edge, gratings, and a point."""
    grey = np.full((160, 80), 0.02)
    x, y = np.arange(80)[None, :], np.arange(160)[:, None]
    grey[:60] = np.where(x * 5 + y[:60] < 200, 0.9, 0.02)
    for number, width in enumerate((1, 2, 4)):
        top = 60 + 20 * number
        grey[top : top + 20] = np.where(x // width % 2 == 0, 0.9, 0.02)
    grey[138:142, 38:42] = _PEAK
    return grey[..., None]


def _place_on_rim(hue: tuple[int, int, int]) -> tuple[int, int]:
    """Find the place of a hue on the wheel, just inside the rim."""
    x, y, radius = _WHEEL
    red, green, blue = hue
    dx, dy = red - 0.5 * (green + blue), 0.866 * (green - blue)
    length = float(np.sqrt(dx * dx + dy * dy))
    reach = (radius - 3) / length
    return round(x + reach * dx), round(y - reach * dy)


def _place_stop(number: float) -> tuple[int, int]:
    return round(_GREY_AT + _STOP * number), 190


SAMPLES: dict[str, tuple[int, int]] = {
    **{
        name: (number % 6 * _PATCH + _PATCH // 2, number // 6 * _PATCH + _PATCH // 2)
        for number, name in enumerate(PATCHES)
    },
    "grey_minus_1": (0, 170),
    "grey_minus_05": (120, 170),
    "grey_0": (240, 170),
    "stop_minus_8": _place_stop(-8),
    "stop_minus_6": _place_stop(-6),
    "stop_minus_4": _place_stop(-4),
    "stop_minus_2": _place_stop(-2),
    "stop_minus_1": _place_stop(-1),
    "stop_0": _place_stop(0),
    "stop_1": _place_stop(1),
    "stop_2": _place_stop(2),
    "stop_4": _place_stop(4),
    "stop_6": _place_stop(6),
    "peak_64": (479, 190),
    **{f"pure_{name}": _place_on_rim(hue) for name, hue in _RIM.items()},
    "edge": (405, 30),
    "half_alpha": (239, 240),
    "alpha_blue": (149, 260),
    "glow": (20, 240),
}
"""The 48 places, column and row by name, that a golden file keeps as numbers."""

BRIEF = (
    "dark_skin", "light_skin", "blue_sky", "foliage", "blue", "green", "red", "white",
    "neutral_5", "black", "stop_4", "pure_red",
)  # fmt: skip
"""The samples that are kept for a later frame of a look that changes in time."""
