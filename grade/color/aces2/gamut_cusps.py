"""The cusps of the limiting gamut: the colors on the edges of its RGB cube at given hues.

The hue rises along each edge. The place of a hue on its edge is bisected in float32 (see
:mod:`grade.color.aces2.appearance_float32`), each bisection starting at the place of the hue before
it. Most of its decisions come from the place in double precision; float32 decides only near that.

Source: OpenColorIO ``ACES2/Transform.cpp`` find_display_cusp_for_hue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.color.aces2.appearance_float32 import F, Float32Model, mix
from grade.color.aces2.parameters import CONE_EXPONENT, CONE_OFFSET, Model, Parameters
from grade.science.portable_array_math import arctangent, power

Array = Any
CORNERS = np.array(
    [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]], dtype=np.float64
)
_NEAREST = F(1e-7)
_DOUBTFUL = 2e-5  # of an edge; the noise of a float32 hue is a fifth of that
_STEPS = 40


@dataclass(frozen=True)
class CubeEdges:
    """The edges of the RGB cube that the cusps lie on, by ascending hue; first and last twice.

    Parameters
    ----------
    rgb
        The corners, ``(8, 3)``.
    j, m, hue
        Appearance of the corners; the first hue lies below 0, the last above 360.
    """

    rgb: Array
    j: Array
    m: Array
    hue: Array

    @classmethod
    def of(cls, parameters: Parameters, model: Float32Model) -> CubeEdges:
        """Find the edges of the cube at the peak luminance."""
        lit = CORNERS.astype(F) * (F(parameters.peak) / F(100))
        j, m, hue = model.polar(np.moveaxis(lit, -1, 0))
        first = int(np.argmin(hue))
        around = [(first + i) % 6 for i in range(-1, 7)]
        turned = hue[around]
        turned[0] -= F(360)
        turned[-1] += F(360)
        return cls(lit[around], j[around], m[around], turned)


def find_cusps(
    parameters: Parameters, model: Float32Model, edges: CubeEdges, hue: Array
) -> tuple[Array, Array]:
    """Find J and M of the cusp at each hue."""
    upper = np.searchsorted(edges.hue, hue, side="right")
    start = edges.rgb[upper - 1]
    place = _find_places(
        model, edges, hue, upper, _find_exact_places(parameters, edges, hue, upper)
    )
    color = mix(start, edges.rgb[upper], place[:, None])
    j, m, _ = model.polar(np.moveaxis(color, -1, 0))
    at_corner = edges.hue[upper - 1] == hue
    return np.where(at_corner, edges.j[upper - 1], j), np.where(at_corner, edges.m[upper - 1], m)


def _find_places(
    model: Float32Model, edges: CubeEdges, hue: Array, upper: Array, exact: Array
) -> Array:
    """Find the place of each hue on its edge: all edges side by side, the hues of each in turn."""
    place = np.zeros(len(hue), F)
    rows = [np.flatnonzero((upper == edge) & (edges.hue[edge - 1] != hue)) for edge in range(1, 8)]
    edge = np.array([e for e, row in enumerate(rows, 1) if len(row)])
    rows = [row for row in rows if len(row)]
    before = np.zeros(len(rows), F)
    for turn in range(max(map(len, rows))):
        there = np.array([turn < len(row) for row in rows])
        index = np.array([row[min(turn, len(row) - 1)] for row in rows])
        found = _bisect_place(model, edges, hue[index], edge, exact[index], before)
        place[index[there]] = found[there]
        before = found
    return place


def _bisect_place(
    model: Float32Model, edges: CubeEdges, hue: Array, edge: Array, exact: Array, before: Array
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
            past[asked] = _is_past(model, edges, hue[asked], edge[asked], middle[asked])
        low = np.where(wide & ~past, middle, low)
        high = np.where(wide & past, middle, high)


def _is_past(
    model: Float32Model, edges: CubeEdges, hue: Array, edge: Array, middle: Array
) -> Array:
    """Whether the hue lies before the middle.

    The hue jumps by 360 degrees at 0; the corners tell on which side of the jump it is.
    """
    color = mix(edges.rgb[edge - 1], edges.rgb[edge], middle[:, None])
    found = model.hue(np.moveaxis(color, -1, 0))
    return (found < edges.hue[edge - 1]) | ((found < edges.hue[edge]) & (found > hue))


def _find_exact_places(parameters: Parameters, edges: CubeEdges, hue: Array, upper: Array) -> Array:
    """Find the places in double precision."""
    start = edges.rgb[upper - 1].astype(np.float64)
    step = edges.rgb[upper] - start
    low, high = np.zeros(len(hue)), np.ones(len(hue))
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        found = _compute_hue(parameters.target, start + middle[:, None] * step)
        past = (found < edges.hue[upper - 1]) | ((found < edges.hue[upper]) & (found > hue))
        low, high = np.where(past, low, middle), np.where(past, middle, high)
    return (low + high) / 2.0


def _compute_hue(model: Model, rgb: Array) -> Array:
    responses = []
    for cone in _apply_matrix(model.to_cones, np.moveaxis(rgb, -1, 0)):
        raised = power(np.abs(cone), CONE_EXPONENT)
        size = raised / (CONE_OFFSET + raised)
        responses.append(np.where(cone < 0.0, -size, size))
    _, a, b = _apply_matrix(model.to_response, responses)
    return arctangent(b, a)


def _apply_matrix(m: Any, v: Any) -> list[Array]:
    return [m[3 * i] * v[0] + m[3 * i + 1] * v[1] + m[3 * i + 2] * v[2] for i in range(3)]
