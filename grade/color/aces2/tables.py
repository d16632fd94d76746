"""The tables in the form that a pixel reads: lines over intervals of hue.

A value between two nodes is ``start + slope * (h - j)`` with j the interval's own degree, so no
weight is divided out and no node is read twice. The interval is found by comparing the hue with
the few nodes near its degree: all fetches, no loop.

Source of the search: OpenColorIO ``ACES2/Transform.cpp`` lookup_hue_interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from grade.color.aces2.cache import nodes_of
from grade.color.aces2.nodes import HUES, SIZE, Nodes
from grade.color.aces2.parameters import Parameters
from grade.ir.expression import fetch, floor, fma, select, to_int
from grade.ir.table import Table


class Cusp(NamedTuple):
    """The limiting gamut at a hue: J of the cusp in units of the peak's, its M, the exponent."""

    j: Any
    m: Any
    gamma_inverse: Any


@dataclass(frozen=True)
class Lines:
    """One quantity as lines over the intervals of hue."""

    start: Table
    slope: Table

    def at(self, index: Any, beyond: Any) -> Any:
        """The value ``beyond`` degrees past the interval's own degree."""
        return fma(fetch(self.slope, index), beyond, fetch(self.start, index))


@dataclass(frozen=True)
class Tables:
    """What the pixels of an output transform read.

    Attributes
    ----------
    reach
        Lines from degree to degree.
    compared
        For each comparison of the search, the node by the whole degree of the hue.
    first
        The first interval that may be the right one, less the degree; not above 0.
    cusp
        J, M and exponent, lines from node to node.
    """

    reach: Lines
    compared: tuple[Table, ...]
    first: int
    cusp: tuple[Lines, Lines, Lines]

    def reach_at(self, hue: Any) -> Any:
        """M of the reach gamut at a hue in degrees."""
        whole = floor(hue)
        return self.reach.at(to_int(whole), hue - whole)

    def cusp_at(self, hue: Any) -> Cusp:
        """The cusp at a hue in degrees."""
        whole = floor(hue)
        index = to_int(whole)
        interval = whole
        for table in self.compared:
            interval = interval + select(fetch(table, index) < hue, 1.0, 0.0)
        at, beyond = to_int(interval), hue - interval
        return Cusp(*(lines.at(at, beyond) for lines in self.cusp))


def lines_of(nodes: Nodes, limit_j: float) -> Tables:
    """The lines between the nodes of the tables."""
    low, high = nodes.search
    first = min(low + 1, 0)
    degrees = np.arange(HUES + 1)
    compared = tuple(
        Table(nodes.hue[np.clip(degrees + 1 + step, 0, SIZE - 1)]) for step in range(first, high)
    )
    # Interval j lies between nodes j and j + 1; a hue of degree k looks at k + first and on.
    count = HUES + 1 + len(compared)
    interval = np.clip(np.arange(count) + first, 0, SIZE - 2)
    ends = nodes.hue[interval], nodes.hue[interval + 1]
    own = np.arange(count)

    def lines(values: Any) -> Lines:
        low_value, high_value = values[interval], values[interval + 1]
        width = ends[1] - ends[0]
        slope = (high_value - low_value) / np.where(width > 0.0, width, 1.0)
        return Lines(Table(low_value + slope * (own - ends[0])), Table(slope))

    reach = nodes.reach[1 : HUES + 2]
    rise = nodes.reach[2 : HUES + 3] - reach
    return Tables(
        Lines(Table(reach), Table(rise)),
        compared,
        first,
        (lines(nodes.cusp_j / limit_j), lines(nodes.cusp_m), lines(nodes.gamma_inverse)),
    )


@lru_cache(maxsize=64)
def tables_of(parameters: Parameters) -> Tables:
    """The tables of a set of parameters, built once."""
    return lines_of(nodes_of(parameters), parameters.limit_j)
