"""Pictures for HTML sheets: code values for a screen, and heat maps of differences."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grade.graph.viewing.screen import encode_png, to_codes, view_on_screen

if TYPE_CHECKING:
    from grade.graph.look import Look

Pixels = NDArray[Any]
Codes = NDArray[np.uint8]

# Code values from no difference to the largest one: dark, violet, red, orange, pale yellow.
_RAMP = np.array(
    [[18, 18, 22], [66, 26, 92], [158, 38, 88], [226, 92, 44], [252, 178, 44], [255, 248, 200]],
    np.float64,
)


def to_screen(look: Look, space: str | None, pixels: Pixels) -> Codes:
    """Convert a picture in a space of the look's config to code values of an sRGB screen.

    Scene light goes through the ACES 2.0 view if the config has it. Numbers of no known space are
    shown as they are, 0..1.
    """
    from grade.graph.look import Look

    rgb = np.ascontiguousarray(pixels[..., :3], np.float32)
    if space is not None:
        screen = Look("screen", working=space, config=look.configuration.path)
        screen.outputs["screen"] = view_on_screen(screen, screen.source)
        rgb = screen.apply(rgb, device="cpu")
    return to_codes([rgb[..., channel] for channel in range(3)])


def draw_heat_map(apart: Pixels, most: float) -> Codes:
    """Draw differences per pixel as a heat map; `most` is the brightest.

    >>> draw_heat_map(np.array([[0.0, 1.0, np.inf]]), 1.0)[0].tolist()
    [[18, 18, 22], [255, 248, 200], [255, 248, 200]]
    """
    share = np.where(np.isfinite(apart), apart / max(most, 1e-9), 1.0)
    place = np.clip(share, 0.0, 1.0) * (len(_RAMP) - 1)
    low = np.minimum(place.astype(int), len(_RAMP) - 2)
    part = (place - low)[..., None]
    mixed: Codes = (_RAMP[low] * (1 - part) + _RAMP[low + 1] * part + 0.5).astype(np.uint8)
    return mixed


def find_brightest(apart: Pixels) -> float:
    """Find the difference to draw brightest; 1 pixel in 200 may be above it."""
    finite = np.sort(apart[np.isfinite(apart) & (apart > 0)])
    return float(finite[-1 - finite.size // 200]) if finite.size else 1.0


def legend() -> str:
    """Return the colors of a heat map, for a style sheet."""
    stops = ", ".join(f"rgb({int(r)} {int(g)} {int(b)})" for r, g, b in _RAMP)
    return f"linear-gradient(90deg, {stops})"


def data_uri(pixels: Codes) -> str:
    """Return a picture as a data URI."""
    return "data:image/png;base64," + base64.b64encode(encode_png(pixels)).decode("ascii")
