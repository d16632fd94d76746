"""The tables that a pixel reads: lines over intervals of hue.

A value between two samples is ``start + slope * (h - j)``, with j the degree of the interval, so no
weight needs a division and no sample is read twice. The interval is found by comparing the hue with
the few sampled hues near its degree, by fetches without a loop. What is read at one index lies in
one row.

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
    """The limiting gamut at a hue: J and M of the cusp, and one over the exponent of the hull.

    J is in units of the J of the peak.
    """

    j: Any
    m: Any
    gamma_inverse: Any


@dataclass(frozen=True)
class InterleavedTable:
    """Several quantities by one index, interleaved: the length of a row is a power of two.

    Attributes
    ----------
    table
        Row after row.
    shift
        The length of a row is ``2**shift``.
    """

    table: Table
    shift: int

    @staticmethod
    def of(*columns: Any) -> InterleavedTable:
        """Interleave columns; rows are filled up with zeros."""
        shift = (len(columns) - 1).bit_length()
        rows = np.zeros((len(columns[0]), 1 << shift))
        for number, column in enumerate(columns):
            rows[:, number] = column
        return InterleavedTable(Table(rows.reshape(-1)), shift)

    def at(self, index: Any, column: int) -> Any:
        """Fetch an entry; the index is clamped to the table."""
        first = index << self.shift
        return fetch(self.table, first + column if column else first)

    def line(self, index: Any, column: int, beyond: Any) -> Any:
        """Evaluate the line that two columns describe, ``beyond`` past its start."""
        return fma(self.at(index, column + 1), beyond, self.at(index, column))


@dataclass(frozen=True)
class HueTables:
    """All tables of an output transform.

    Attributes
    ----------
    degrees
        By whole degree of the hue: the line of the reach, and the sampled hue of each comparison
        of the search.
    comparisons
        The number of comparisons.
    first
        The first interval that may be the right one, less the degree; not above 0.
    cusps
        By interval: J, M and exponent of the cusp as lines from sample to sample.
    """

    degrees: InterleavedTable
    comparisons: int
    first: int
    cusps: InterleavedTable

    def reach_at(self, hue: Any) -> Any:
        """Read M of the reach gamut at a hue in degrees."""
        whole = floor(hue)
        return self.degrees.line(to_int(whole), 0, hue - whole)

    def cusp_at(self, hue: Any) -> Cusp:
        """Read the cusp at a hue in degrees."""
        whole = floor(hue)
        index = to_int(whole)
        interval = whole
        for comparison in range(self.comparisons):
            border = self.degrees.at(index, 2 + comparison)
            interval = interval + select(border < hue, 1.0, 0.0)
        at, beyond = to_int(interval), hue - interval
        return Cusp(*(self.cusps.line(at, column, beyond) for column in (0, 2, 4)))


def make_tables(samples: HueSamples, limit_j: float) -> HueTables:
    """Make the tables from samples."""
    low, high = samples.search_range
    first = min(low + 1, 0)
    degrees = np.arange(HUES + 1)
    compared = [
        samples.hue[np.clip(degrees + 1 + step, 0, SIZE - 1)] for step in range(first, high)
    ]
    # Interval j lies between samples j and j + 1; the search at degree k begins at k + first.
    count = HUES + 1 + len(compared)
    interval = np.clip(np.arange(count) + first, 0, SIZE - 2)
    ends = samples.hue[interval], samples.hue[interval + 1]
    own = np.arange(count)

    def lines(values: Any) -> tuple[Any, Any]:
        low_value, high_value = values[interval], values[interval + 1]
        width = ends[1] - ends[0]
        slope = (high_value - low_value) / np.where(width > 0.0, width, 1.0)
        return low_value + slope * (own - ends[0]), slope

    reach = samples.reach[1 : HUES + 2]
    rise = samples.reach[2 : HUES + 3] - reach
    cusps = (samples.cusp_j / limit_j, samples.cusp_m, samples.gamma_inverse)
    return HueTables(
        InterleavedTable.of(reach, rise, *compared),
        len(compared),
        first,
        InterleavedTable.of(*(column for values in cusps for column in lines(values))),
    )


@lru_cache(maxsize=64)
def load_tables(parameters: Parameters) -> HueTables:
    """Load the tables of these parameters; they are kept in memory."""
    return make_tables(load_samples(parameters), parameters.limit_j)
