"""The stages of the output transform one by one, on J, M, h: lightness, colorfulness and hue.

The whole transform never forms J and h; these functions do, for those who work in them. h is in
degrees.

Source: OpenColorIO ``FixedFunctionOpCPU.cpp`` Renderer_ACES_RGB_TO_JMh_20, _TONESCALE_COMPRESS_20,
_GAMUT_COMPRESS_20.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grade.color.aces2 import chroma_compression, gamut_compression, tone_scale
from grade.color.aces2.appearance import INFINITY, NAN, from_rgb, to_rgb
from grade.color.aces2.hue_angle import degrees
from grade.color.aces2.hue_tables import HueTables
from grade.color.aces2.parameters import CZ, WHITE_RESPONSE, Model, Parameters
from grade.ir.expression import (
    absolute,
    channels,
    copysign,
    cos,
    equal,
    floor,
    fma,
    maximum,
    minimum,
    power,
    rgb,
    select,
    sin,
)
from grade.science.portable_array_math import PI

_SMALLEST_J, _LARGEST_J = 2.0**-40, 2.0**20
_BLACK = 4e-8  # a little above the response to the darkest light


def rgb_to_jmh(model: Model, x: Any) -> Any:
    """Convert RGB to J, M, h. Black and values below give 0, 0, 0; NaN and infinities give NaN."""
    color, finite = from_rgb(model, x)
    j = power(color.response * (1.0 / WHITE_RESPONSE), CZ) * 100.0
    seen = color.response > _BLACK
    hue = select(seen, degrees(color.cosine, color.sine), 0.0)
    result = rgb(select(seen, j, 0.0), select(seen, color.m, 0.0), hue)
    return select(finite, result, NAN)


def jmh_to_hmj(jmh: Any) -> Any:
    """Convert J, M, h to h / 360, M / 200, J / 100, which lie in 0..1."""
    j, m, h = channels(jmh)
    return rgb(h * (1.0 / 360.0), m * (1.0 / 200.0), j * (1.0 / 100.0))


def hmj_to_jmh(hmj: Any) -> Any:
    """Undo :func:`jmh_to_hmj`."""
    h, m, j = channels(hmj)
    return rgb(j * 100.0, m * 200.0, h * 360.0)


def jmh_to_rgb(model: Model, x: Any) -> Any:
    """Convert J, M, h to RGB; J below 0 and NaN give NaN."""
    j, m, h = channels(x)
    ratio = _response_ratio(j)
    sound = (j >= 0.0) & (absolute(m) < INFINITY) & (absolute(h) < INFINITY)
    return to_rgb(model, select(equal(j, 0.0), 0.0, ratio), WHITE_RESPONSE, m, _direction(h), sound)


def apply_tone_scale(p: Parameters, tables: HueTables, x: Any) -> Any:
    """Apply tone scale and chroma compression to J, M, h.

    J is mirrored about 0. The M of a color with J of 0 or below is NaN, as in OpenColorIO.
    """
    j = channels(x)[0]
    response = _response_ratio(absolute(j)) * WHITE_RESPONSE
    shown = tone_scale.forward(p.tone, response)
    return _change_tone(p, tables, x, (shown, shown, response), chroma_compression.compress)


def invert_tone_scale(p: Parameters, tables: HueTables, x: Any) -> Any:
    """Undo :func:`apply_tone_scale`."""
    j = channels(x)[0]
    shown = _response_ratio(absolute(j)) * WHITE_RESPONSE
    response = tone_scale.inverse(p.tone, shown)
    return _change_tone(p, tables, x, (response, shown, shown), chroma_compression.expand)


def _change_tone(
    p: Parameters,
    tables: HueTables,
    x: Any,
    responses: tuple[Any, Any, Any],
    apply: Callable[..., Any],
) -> Any:
    """Take J from the first response, and let ``apply`` change M at the J of the second."""
    j, m, h = channels(x)
    result, shown, source = responses
    hue = wrap_hue(h)
    size = chroma_compression.norm(p, *_direction(h))
    relative = shown * (1.0 / p.limit_response)
    limit = relative * tables.reach_at(hue) / size
    at = power(relative, CZ)
    if apply is chroma_compression.compress:
        moved = apply(p, m * (shown / source) / size, at, limit) * size
    else:
        moved = apply(p, m / size, at, limit) * size * (result / shown)
    lit = power(result * (1.0 / WHITE_RESPONSE), CZ) * 100.0
    lit = select(equal(j, 0.0), 0.0, copysign(lit, j))
    moved = select(equal(m, 0.0), m, select(j > 0.0, moved, NAN))
    return _mark_not_finite(x, select(absolute(j) < INFINITY, lit, NAN), moved, hue)


def compress_gamut(p: Parameters, tables: HueTables, x: Any, *, inverse: bool = False) -> Any:
    """Apply gamut compression to J, M, h, or its approximate inverse.

    J below 0 gives 0, 0, h. M below 0, and J above that of the peak, give J, 0, h.
    """
    j, m, h = channels(x)
    hue = wrap_hue(h)
    hull = gamut_compression.make_hull(p, tables.cusp_at(hue), tables.reach_at(hue))
    apply = gamut_compression.expand if inverse else gamut_compression.compress
    held = minimum(maximum(m, 0.0), _LARGEST_J)
    relative = j * (1.0 / p.limit_j)
    moved_j, moved_m = apply(p, hull, minimum(maximum(relative, 0.0), _LARGEST_J), held)
    plain = (m <= 0.0) | (relative > 1.0)
    moved_m = select(plain, 0.0, moved_m)
    moved_j = select(plain, j, moved_j * p.limit_j)
    below = j <= 0.0
    moved_j, moved_m = select(below, 0.0, moved_j), select(below, 0.0, moved_m)
    both = (absolute(j) < INFINITY) & (absolute(m) < INFINITY)
    return _mark_not_finite(x, select(both, moved_j, NAN), moved_m, hue)


def _mark_not_finite(x: Any, moved_j: Any, moved_m: Any, hue: Any) -> Any:
    """Set h to NaN where it was not finite, and M to NaN where any of J, M and h was not."""
    j, m, h = channels(x)
    turned = absolute(h) < INFINITY
    sound = (absolute(j) < INFINITY) & (absolute(m) < INFINITY) & turned
    return rgb(moved_j, select(sound, moved_m, NAN), select(turned, hue, NAN))


def wrap_hue(h: Any) -> Any:
    """Wrap an angle to 0..360; NaN gives 0."""
    turns = floor(h * (1.0 / 360.0))
    return minimum(maximum(fma(turns, -360.0, h), 0.0), 360.0)


def _direction(h: Any) -> tuple[Any, Any]:
    angle = wrap_hue(h) * (PI / 180.0)
    return cos(angle), sin(angle)


def _response_ratio(j: Any) -> Any:
    """Compute the achromatic response over that of white."""
    held = minimum(maximum(j * 0.01, _SMALLEST_J), _LARGEST_J)
    return power(held, 1.0 / CZ)
