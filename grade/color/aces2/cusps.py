"""The cusps of the limiting gamut: the colours of the cube's edges at given hues.

Along each edge the hue rises, and the place of a hue is bisected in float32, see
:mod:`grade.color.aces2.single`, each hue from the place of the one before. Most of a bisection is
decided by where the place is in double precision; only near it float32 is asked.

Source: OpenColorIO ``ACES2/Transform.cpp`` find_display_cusp_for_hue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.aces2.parameters import CONE_EXPONENT, CONE_OFFSET, Model, Parameters
from grade.color.aces2.single import F, SingleModel, mix
from grade.science.portable_array_math import arctangent, power

Array = Any
CORNERS = np.array(
    [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]], dtype=np.float64
)
_NEAREST = F(1e-7)
_DOUBTFUL = 2e-5  # of an edge: the noise of a float32 hue is a fifth of that
_STEPS = 40


@dataclass(frozen=True)
class Edges:
    """The edges that the cusps lie on, in ascending order of hue, the first and last twice.

    Parameters
    ----------
    rgb
        The corners, ``(8, 3)``.
    j, m, hue
        What they look like; the first hue lies below 0, the last above 360.
    """

    rgb: Array
    j: Array
    m: Array
    hue: Array

    @classmethod
    def of(cls, parameters: Parameters, model: SingleModel) -> Edges:
        """The edges of the cube at the peak."""
        lit = CORNERS.astype(F) * (F(parameters.peak) / F(100))
        j, m, hue = model.polar(np.moveaxis(lit, -1, 0))
        first = int(np.argmin(hue))
        around = [(first + i) % 6 for i in range(-1, 7)]
        turned = hue[around]
        turned[0] -= F(360)
        turned[-1] += F(360)
        return cls(lit[around], j[around], m[around], turned)


def cusps(
    parameters: Parameters, model: SingleModel, edges: Edges, hue: Array
) -> tuple[Array, Array]:
    """J and M of the cusp at each hue."""
    upper = np.searchsorted(edges.hue, hue, side="right")
    start = edges.rgb[upper - 1]
    place = _places(model, edges, hue, upper, _exact(parameters, edges, hue, upper))
    colour = mix(start, edges.rgb[upper], place[:, None])
    j, m, _ = model.polar(np.moveaxis(colour, -1, 0))
    at_corner = edges.hue[upper - 1] == hue
    return np.where(at_corner, edges.j[upper - 1], j), np.where(at_corner, edges.m[upper - 1], m)


def _places(model: SingleModel, edges: Edges, hue: Array, upper: Array, exact: Array) -> Array:
    """Where on its edge each hue is; all edges side by side, the hues of each in turn."""
    place = np.zeros(len(hue), F)
    rows = [np.flatnonzero((upper == edge) & (edges.hue[edge - 1] != hue)) for edge in range(1, 8)]
    edge = np.array([e for e, row in enumerate(rows, 1) if len(row)])
    rows = [row for row in rows if len(row)]
    before = np.zeros(len(rows), F)
    for turn in range(max(map(len, rows))):
        there = np.array([turn < len(row) for row in rows])
        index = np.array([row[min(turn, len(row) - 1)] for row in rows])
        found = _place(model, edges, hue[index], edge, exact[index], before)
        place[index[there]] = found[there]
        before = found
    return place


def _place(
    model: SingleModel, edges: Edges, hue: Array, edge: Array, exact: Array, before: Array
) -> Array:
    low, high = before, np.ones(len(hue), F)
    while True:
        wide = (high - low) > _NEAREST
        middle = (low + high) / F(2)
        if not wide.any():
            return middle
        past = middle > exact
        asked = wide & (np.abs(middle - exact) < _DOUBTFUL)
        if asked.any():
            past[asked] = _past(model, edges, hue[asked], edge[asked], middle[asked])
        low = np.where(wide & ~past, middle, low)
        high = np.where(wide & past, middle, high)


def _past(model: SingleModel, edges: Edges, hue: Array, edge: Array, middle: Array) -> Array:
    """Whether the hue lies before the middle.

    Across 0 degrees the hue jumps by a round: the corners say which way it went.
    """
    colour = mix(edges.rgb[edge - 1], edges.rgb[edge], middle[:, None])
    found = model.hue(np.moveaxis(colour, -1, 0))
    return (found < edges.hue[edge - 1]) | ((found < edges.hue[edge]) & (found > hue))


def _exact(parameters: Parameters, edges: Edges, hue: Array, upper: Array) -> Array:
    """The places in double precision."""
    start = edges.rgb[upper - 1].astype(np.float64)
    step = edges.rgb[upper] - start
    low, high = np.zeros(len(hue)), np.ones(len(hue))
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        found = _hue(parameters.target, start + middle[:, None] * step)
        past = (found < edges.hue[upper - 1]) | ((found < edges.hue[upper]) & (found > hue))
        low, high = np.where(past, low, middle), np.where(past, middle, high)
    return (low + high) / 2.0


def _hue(model: Model, rgb: Array) -> Array:
    responses = []
    for cone in _matrix(model.to_cones, np.moveaxis(rgb, -1, 0)):
        raised = power(np.abs(cone), CONE_EXPONENT)
        size = raised / (CONE_OFFSET + raised)
        responses.append(np.where(cone < 0.0, -size, size))
    _, a, b = _matrix(model.to_response, responses)
    return arctangent(b, a)


def _matrix(m: Any, v: Any) -> list[Array]:
    return [m[3 * i] * v[0] + m[3 * i + 1] * v[1] + m[3 * i + 2] * v[2] for i in range(3)]
