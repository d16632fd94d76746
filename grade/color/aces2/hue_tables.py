"""The tables in the form that a pixel reads: lines over intervals of hue.

A value between two nodes is ``start + slope * (h - j)`` with j the interval's own degree, so no
weight is divided out and no node is read twice. The interval is found by comparing the hue with
the few nodes near its degree: all fetches, no loop. What is read at one index lies in one row.

Source of the search: OpenColorIO ``ACES2/Transform.cpp`` lookup_hue_interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from grade.color.aces2.hue_samples import HUES, SIZE, HueSamples
from grade.color.aces2.parameters import Parameters
from grade.color.aces2.table_cache import load_samples
from grade.ir.expression import fetch, floor, fma, select, to_int
from grade.ir.table import Table


class Cusp(NamedTuple):
    """The limiting gamut at a hue: J of the cusp in units of the peak's, its M, the exponent."""

    j: Any
    m: Any
    gamma_inverse: Any


@dataclass(frozen=True)
class InterleavedTable:
    """Several quantities by one index: rows of a power of two of entries, side by side.

    Attributes
    ----------
    table
        Row after row; the last row is the last index.
    shift
        A row has ``2**shift`` entries.
    """

    table: Table
    shift: int

    @staticmethod
    def of(*columns: Any) -> InterleavedTable:
        """The rows of some columns, filled up with zeros."""
        shift = (len(columns) - 1).bit_length()
        rows = np.zeros((len(columns[0]), 1 << shift))
        for number, column in enumerate(columns):
            rows[:, number] = column
        return InterleavedTable(Table(rows.reshape(-1)), shift)

    def at(self, index: Any, column: int) -> Any:
        """An entry; the index is held to the table."""
        first = index << self.shift
        return fetch(self.table, first + column if column else first)

    def line(self, index: Any, column: int, beyond: Any) -> Any:
        """The line that two columns describe, ``beyond`` past its start."""
        return fma(self.at(index, column + 1), beyond, self.at(index, column))


@dataclass(frozen=True)
class HueTables:
    """What the pixels of an output transform read.

    Attributes
    ----------
    degrees
        By whole degree of the hue: the line of the reach, and for each comparison of the search
        the node.
    comparisons
        How many of these there are.
    first
        The first interval that may be the right one, less the degree; not above 0.
    cusps
        By interval: J, M and exponent of the cusp, lines from node to node.
    """

    degrees: InterleavedTable
    comparisons: int
    first: int
    cusps: InterleavedTable

    def reach_at(self, hue: Any) -> Any:
        """M of the reach gamut at a hue in degrees."""
        whole = floor(hue)
        return self.degrees.line(to_int(whole), 0, hue - whole)

    def cusp_at(self, hue: Any) -> Cusp:
        """The cusp at a hue in degrees."""
        whole = floor(hue)
        index = to_int(whole)
        interval = whole
        for comparison in range(self.comparisons):
            node = self.degrees.at(index, 2 + comparison)
            interval = interval + select(node < hue, 1.0, 0.0)
        at, beyond = to_int(interval), hue - interval
        return Cusp(*(self.cusps.line(at, column, beyond) for column in (0, 2, 4)))


def make_tables(nodes: HueSamples, limit_j: float) -> HueTables:
    """The lines between the nodes of the tables."""
    low, high = nodes.search
    first = min(low + 1, 0)
    degrees = np.arange(HUES + 1)
    compared = [nodes.hue[np.clip(degrees + 1 + step, 0, SIZE - 1)] for step in range(first, high)]
    # Interval j lies between nodes j and j + 1; a hue of degree k looks at k + first and on.
    count = HUES + 1 + len(compared)
    interval = np.clip(np.arange(count) + first, 0, SIZE - 2)
    ends = nodes.hue[interval], nodes.hue[interval + 1]
    own = np.arange(count)

    def lines(values: Any) -> tuple[Any, Any]:
        low_value, high_value = values[interval], values[interval + 1]
        width = ends[1] - ends[0]
        slope = (high_value - low_value) / np.where(width > 0.0, width, 1.0)
        return low_value + slope * (own - ends[0]), slope

    reach = nodes.reach[1 : HUES + 2]
    rise = nodes.reach[2 : HUES + 3] - reach
    cusps = (nodes.cusp_j / limit_j, nodes.cusp_m, nodes.gamma_inverse)
    return HueTables(
        InterleavedTable.of(reach, rise, *compared),
        len(compared),
        first,
        InterleavedTable.of(*(column for values in cusps for column in lines(values))),
    )


@lru_cache(maxsize=64)
def load_tables(parameters: Parameters) -> HueTables:
    """The tables of a set of parameters, built once."""
    return make_tables(load_samples(parameters), parameters.limit_j)
