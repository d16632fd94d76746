"""The tables, found by bisection over all hues at once; the same bits on every host.

Steps and tolerances are OpenColorIO's (make_reach_m_table, make_uniform_hue_gamut_table,
make_upper_hull_gamma), so that both end on the same grid of the bisection.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.color.aces2 import hull
from grade.color.aces2.elementary import arctangent, cosine_sine, power
from grade.color.aces2.nodes import HUES, Nodes, around
from grade.color.aces2.parameters import (
    CONE_EXPONENT,
    CONE_OFFSET,
    CZ,
    REACH,
    RECEPTOR_LIMIT,
    REFERENCE,
    SMOOTH_CUSPS,
    SMOOTH_M,
    WHITE_RESPONSE,
    Model,
    Parameters,
)

Array = Any
CORNERS = np.array(
    [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]], dtype=np.float64
)


def build(parameters: Parameters) -> Nodes:
    """The tables of these parameters; about a twentieth of a second."""
    reach = _reach(parameters)
    lit = CORNERS * (parameters.peak / REFERENCE)
    hue_of_corner = _response_and_hue(parameters.target, lit)[1]
    hue = _hues(np.concatenate([_reach_corner_hues(parameters), hue_of_corner]))
    j, m = _cusps(parameters, hue, lit, hue_of_corner)
    gamma_inverse = 1.0 / hull.upper_gamma(parameters, hue, j, m, to_rgb)
    return Nodes(around(reach), around(hue, 360.0), around(j), around(m), around(gamma_inverse))


def to_rgb(model: Model, response: Array, m: Array, direction: tuple[Array, Array]) -> Array:
    """RGB, three arrays, of an achromatic response, M, and the cosine and sine of the hue."""
    cones = _matrix(model.from_response, (response, m * direction[0], m * direction[1]))
    excitations = []
    for cone in cones:
        size = np.minimum(np.abs(cone), RECEPTOR_LIMIT)
        light = power(CONE_OFFSET * size / (1.0 - size), 1.0 / CONE_EXPONENT)
        excitations.append(np.where(cone < 0.0, -light, light))
    return _matrix(model.from_cones, excitations)


def _matrix(m: Any, v: Any) -> list[Array]:
    return [m[3 * i] * v[0] + m[3 * i + 1] * v[1] + m[3 * i + 2] * v[2] for i in range(3)]


def _opponents(model: Model, rgb: Array) -> list[Array]:
    """Achromatic response, a and b of colours ``(..., 3)``."""
    cones = _matrix(model.to_cones, np.moveaxis(rgb, -1, 0))
    responses = []
    for cone in cones:
        raised = power(np.abs(cone), CONE_EXPONENT)
        size = raised / (CONE_OFFSET + raised)
        responses.append(np.where(cone < 0.0, -size, size))
    return _matrix(model.to_response, responses)


def _response_and_hue(model: Model, rgb: Array) -> tuple[Array, Array]:
    response, a, b = _opponents(model, rgb)
    return response, arctangent(b, a)


def _reach(parameters: Parameters) -> Array:
    """M at the peak's J where AP1 is left, to a hundredth, in steps of 50 first."""
    direction = cosine_sine(np.arange(float(HUES)))
    response = parameters.limit_response

    def outside(m: Array) -> Array:
        rgb = to_rgb(REACH, response, m, direction)
        return (rgb[0] < 0.0) | (rgb[1] < 0.0) | (rgb[2] < 0.0)

    high = np.full(HUES, 50.0)
    found = np.zeros(HUES, dtype=bool)
    while not found.all() and high.max() < 1300.0:
        found |= outside(high)
        high = np.where(found, high, high + 50.0)
    low = high - 50.0
    while (high - low).max() > 1e-2:
        middle = (high + low) / 2.0
        out = outside(middle)
        low, high = np.where(out, low, middle), np.where(out, middle, high)
    return high


def _reach_corner_hues(parameters: Parameters) -> Array:
    """The hues of the corners of AP1 at the peak's J."""
    low, high = np.zeros(6), np.full(6, parameters.tone.forward_limit)
    while (high - low).max() > 1e-3:
        middle = (low + high) / 2.0
        below = _opponents(REACH, middle[:, None] * CORNERS)[0] < parameters.limit_response
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return _response_and_hue(REACH, high[:, None] * CORNERS)[1]


def _hues(corners: Array) -> Array:
    """360 hues, nearly a degree apart, that meet every corner."""
    ordered = sorted(set(corners.tolist()))
    counts: list[int] = []
    last, least = -1, 0 if ordered[0] == 0.0 else 1
    for i, hue in enumerate(ordered):
        nominal = min(max(int(np.floor(hue + 0.5)), least), HUES - 1)
        if last == nominal:
            # Two corners in one degree: the one before gives way where it can.
            if i > 1 and counts[i - 2] != counts[i - 1] - 1:
                counts[i - 1] -= 1
            else:
                nominal += 1
        counts.append(min(nominal, HUES - 1))
        last = least = nominal
    starts = [0.0, *ordered]
    ends = [*ordered, 360.0]
    samples = np.diff([0, *counts, HUES])
    parts = [
        low + np.arange(int(n)) * ((high - low) / max(int(n), 1))
        for low, high, n in zip(starts, ends, samples, strict=True)
    ]
    return np.concatenate(parts)


def _cusps(
    parameters: Parameters, hue: Array, corners: Array, hue_of_corner: Array
) -> tuple[Array, Array]:
    """J and widened M of the cusp at each hue, along the edges of the cube."""
    first = int(np.argmin(hue_of_corner))
    corners, ends = np.roll(corners, -first, axis=0), np.roll(hue_of_corner, -first)
    corners = np.concatenate([corners[-1:], corners, corners[:1]])
    ends = np.concatenate([ends[-1:] - 360.0, ends, ends[:1] + 360.0])
    upper = np.searchsorted(ends, hue, side="right")
    low_hue, high_hue = ends[upper - 1], ends[upper]
    start, step = corners[upper - 1], corners[upper] - corners[upper - 1]
    low, high = np.zeros(HUES), np.ones(HUES)
    for _ in range(40):
        middle = (low + high) / 2.0
        found = _response_and_hue(parameters.target, start + middle[:, None] * step)[1]
        # Across 0 degrees the hue jumps by a round: the corners say which way it went.
        past = (found < low_hue) | ((found < high_hue) & (found > hue))
        low, high = np.where(past, low, middle), np.where(past, middle, high)
    at = np.where(low_hue == hue, 0.0, (low + high) / 2.0)
    response, a, b = _opponents(parameters.target, start + at[:, None] * step)
    j = 100.0 * power(response / WHITE_RESPONSE, CZ)
    return j, np.sqrt(a * a + b * b) * (1.0 + SMOOTH_M * SMOOTH_CUSPS)
