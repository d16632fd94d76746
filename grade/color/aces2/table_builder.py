"""Builds the tables over hue, by bisection for all hues at once; the same bits on every host.

Steps, tolerances and arithmetic are those of OpenColorIO (make_reach_m_table,
find_reach_corners_table, build_hue_table, make_upper_hull_gamma), so that all but a few in a
hundred entries are the same float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.color.aces2 import gamut_hull
from grade.color.aces2.appearance_float32 import (
    ONE,
    F,
    Float32Model,
    direction_of,
    lightness,
    response_of,
)
from grade.color.aces2.gamut_cusps import CORNERS, CubeEdges, find_cusps
from grade.color.aces2.hue_samples import HUES, HueSamples, wrap_around
from grade.color.aces2.parameters import SMOOTH_CUSPS, SMOOTH_M, Parameters
from grade.science.primaries import AP1

Array = Any
REACH = Float32Model(AP1)
_TWO = F(2)
_WIDENED = ONE + F(SMOOTH_M) * F(SMOOTH_CUSPS)


def build_samples(parameters: Parameters) -> HueSamples:
    """Build the tables of these parameters, which takes about a tenth of a second."""
    model = Float32Model.of_limit(parameters.limiting)
    limit_j = lightness(F(parameters.peak))
    with np.errstate(all="ignore"):
        reach = _find_reach(limit_j)
        edges = CubeEdges.of(parameters, model)
        corners = np.concatenate([_find_reach_corners(parameters, limit_j), edges.hue[1:7]])
        hue = _choose_hues(corners)
        j, m = find_cusps(parameters, model, edges, hue)
        m = m * _WIDENED
        gamma_inverse = ONE / gamut_hull.find_upper_gamma(parameters, model, hue, j, m)
    found = (v.astype(np.float64) for v in (reach, hue, j, m, gamma_inverse))
    reach, hue, j, m, gamma_inverse = found
    return HueSamples(
        wrap_around(reach),
        wrap_around(hue, 360.0),
        wrap_around(j),
        wrap_around(m),
        wrap_around(gamma_inverse),
    )


def _find_reach(limit_j: Any) -> Array:
    """Find M where AP1 is left at the J of the peak: first in steps of 50, then to a hundredth."""
    direction = direction_of(np.arange(HUES, dtype=F))

    def outside(m: Array) -> Array:
        rgb = REACH.rgb(limit_j, m, direction)
        return (rgb[0] < 0) | (rgb[1] < 0) | (rgb[2] < 0)

    high = np.full(HUES, F(50))
    found = np.zeros(HUES, dtype=bool)
    while not found.all() and high.max() < 1300.0:
        found |= outside(high)
        high = np.where(found, high, high + F(50))
    low = high - F(50)
    while (high - low).max() > 1e-2:
        middle = (high + low) / _TWO
        out = outside(middle)
        low, high = np.where(out, low, middle), np.where(out, middle, high)
    return high


def _find_reach_corners(parameters: Parameters, limit_j: Any) -> Array:
    """Find the hues of the corners of AP1 at the J of the peak."""
    wanted = response_of(limit_j)
    corners = np.moveaxis(CORNERS.astype(F), -1, 0)
    low, high = np.zeros(6, F), np.full(6, F(parameters.tone.forward_limit))
    open_ = np.ones(6, dtype=bool)
    while True:
        open_ &= (high - low) > F(1e-3)
        if not open_.any():
            return REACH.hue(corners * high)
        middle = (low + high) / _TWO
        response = REACH.opponents(corners * middle)[0]
        low = np.where(open_ & (response < wanted), middle, low)
        high = np.where(open_ & ~(response < wanted), middle, high)
        open_ &= response != wanted


def _choose_hues(corners: Array) -> Array:
    """Choose 360 hues, nearly a degree apart, that include every corner."""
    ordered = sorted(set(corners.tolist()))
    counts: list[int] = []
    last, least = -1, 0 if ordered[0] == 0.0 else 1
    for i, hue in enumerate(ordered):
        nominal = min(max(int(np.floor(hue + 0.5)), least), HUES - 1)
        if last == nominal:
            # Two corners in one degree: the earlier one moves where it can.
            if i > 1 and counts[i - 2] != counts[i - 1] - 1:
                counts[i - 1] -= 1
            else:
                nominal += 1
        counts.append(min(nominal, HUES - 1))
        last = least = nominal
    bounds = [F(v) for v in (0.0, *ordered, 360.0)]
    samples = np.diff([0, *counts, HUES])
    parts = [
        low + np.arange(int(n), dtype=F) * ((high - low) / F(max(int(n), 1)))
        for low, high, n in zip(bounds, bounds[1:], samples, strict=False)
    ]
    return np.concatenate(parts)
