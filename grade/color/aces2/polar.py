"""Colours as J, M and h, h in degrees: the parts of the output transform by themselves.

The whole transform never forms J and h; these functions do, for those who work in them. Source:
OpenColorIO ``FixedFunctionOpCPU.cpp`` Renderer_ACES_RGB_TO_JMh_20, _TONESCALE_COMPRESS_20,
_GAMUT_COMPRESS_20.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grade.color.aces2 import chroma, gamut, tone
from grade.color.aces2.angle import degrees
from grade.color.aces2.appearance import INFINITY, NAN, from_rgb, to_rgb
from grade.color.aces2.parameters import CZ, WHITE_RESPONSE, Model, Parameters
from grade.color.aces2.tables import Tables
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
_BLACK = 4e-8  # a little more than what light held to the darkest responds with


def encoded(model: Model, x: Any) -> Any:
    """RGB to J, M, h. Black and what is below it is 0, 0, 0; NaN and infinities are NaN."""
    colour, finite = from_rgb(model, x)
    j = power(colour.response * (1.0 / WHITE_RESPONSE), CZ) * 100.0
    seen = colour.response > _BLACK
    hue = select(seen, degrees(colour.cosine, colour.sine), 0.0)
    result = rgb(select(seen, j, 0.0), select(seen, colour.m, 0.0), hue)
    return select(finite, result, NAN)


def scaled(jmh: Any) -> Any:
    """J, M, h as h / 360, M / 200, J / 100, which lie in 0..1 where others expect that."""
    j, m, h = channels(jmh)
    return rgb(h * (1.0 / 360.0), m * (1.0 / 200.0), j * (1.0 / 100.0))


def unscaled(hmj: Any) -> Any:
    """The inverse of :func:`scaled`."""
    h, m, j = channels(hmj)
    return rgb(j * 100.0, m * 200.0, h * 360.0)


def decoded(model: Model, x: Any) -> Any:
    """J, M, h to RGB; NaN for J below 0, and for NaN."""
    j, m, h = channels(x)
    ratio = _ratio(j)
    sound = (j >= 0.0) & (absolute(m) < INFINITY) & (absolute(h) < INFINITY)
    return to_rgb(model, select(equal(j, 0.0), 0.0, ratio), WHITE_RESPONSE, m, _turn(h), sound)


def toned(p: Parameters, tables: Tables, x: Any) -> Any:
    """Tone scale and chroma compression of J, M, h.

    J is mirrored about 0; there and at 0 the chroma of a colour is NaN, as in OpenColorIO.
    """
    j = channels(x)[0]
    response = _ratio(absolute(j)) * WHITE_RESPONSE
    shown = tone.scaled(p.tone, response)
    return _changed(p, tables, x, (shown, shown, response), chroma.compressed)


def untoned(p: Parameters, tables: Tables, x: Any) -> Any:
    """The inverse of :func:`toned`."""
    j = channels(x)[0]
    shown = _ratio(absolute(j)) * WHITE_RESPONSE
    response = tone.unscaled(p.tone, shown)
    return _changed(p, tables, x, (response, shown, shown), chroma.expanded)


def _changed(
    p: Parameters,
    tables: Tables,
    x: Any,
    responses: tuple[Any, Any, Any],
    apply: Callable[..., Any],
) -> Any:
    """J of the first response; M as ``apply`` has it, at the J of the second."""
    j, m, h = channels(x)
    result, shown, source = responses
    hue = wrapped(h)
    size = chroma.norm(p, *_turn(h))
    relative = shown * (1.0 / p.limit_response)
    limit = relative * tables.reach_at(hue) / size
    at = power(relative, CZ)
    if apply is chroma.compressed:
        moved = apply(p, m * (shown / source) / size, at, limit) * size
    else:
        moved = apply(p, m / size, at, limit) * size * (result / shown)
    lit = power(result * (1.0 / WHITE_RESPONSE), CZ) * 100.0
    lit = select(equal(j, 0.0), 0.0, copysign(lit, j))
    moved = select(equal(m, 0.0), m, select(j > 0.0, moved, NAN))
    return _sound(x, select(absolute(j) < INFINITY, lit, NAN), moved, hue)


def compressed(p: Parameters, tables: Tables, x: Any, *, inverse: bool = False) -> Any:
    """Gamut compression of J, M, h, or its approximate inverse.

    J below 0 gives 0, 0, h; M below 0 and J above the peak's gives J, 0, h.
    """
    j, m, h = channels(x)
    hue = wrapped(h)
    hull = gamut.hull_of(p, tables.cusp_at(hue), tables.reach_at(hue))
    apply = gamut.expanded if inverse else gamut.compressed
    held = minimum(maximum(m, 0.0), _LARGEST_J)
    relative = j * (1.0 / p.limit_j)
    moved_j, moved_m = apply(p, hull, minimum(maximum(relative, 0.0), _LARGEST_J), held)
    plain = (m <= 0.0) | (relative > 1.0)
    moved_m = select(plain, 0.0, moved_m)
    moved_j = select(plain, j, moved_j * p.limit_j)
    below = j <= 0.0
    moved_j, moved_m = select(below, 0.0, moved_j), select(below, 0.0, moved_m)
    both = (absolute(j) < INFINITY) & (absolute(m) < INFINITY)
    return _sound(x, select(both, moved_j, NAN), moved_m, hue)


def _sound(x: Any, moved_j: Any, moved_m: Any, hue: Any) -> Any:
    """M is NaN unless J and M were finite, h unless it was; and M where h was not."""
    j, m, h = channels(x)
    turned = absolute(h) < INFINITY
    sound = (absolute(j) < INFINITY) & (absolute(m) < INFINITY) & turned
    return rgb(moved_j, select(sound, moved_m, NAN), select(turned, hue, NAN))


def wrapped(h: Any) -> Any:
    """The angle in 0..360; 0 of what is no number."""
    turns = floor(h * (1.0 / 360.0))
    return minimum(maximum(fma(turns, -360.0, h), 0.0), 360.0)


def _turn(h: Any) -> tuple[Any, Any]:
    angle = wrapped(h) * (PI / 180.0)
    return cos(angle), sin(angle)


def _ratio(j: Any) -> Any:
    """The response over that of white."""
    held = minimum(maximum(j * 0.01, _SMALLEST_J), _LARGEST_J)
    return power(held, 1.0 / CZ)
