"""Search of a rising table for the place of a value, with few steps, unrolled.

A plain binary search of 32768 entries takes 15 dependent fetches. Here the range is divided into
buckets. A first fetch, at the bucket of the value, gives a start that is off by a few entries at
most. How many is known when the table is built, and bounds the steps that follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from grade.ir.expression import Node, bits, fetch, minimum, select, to_int
from grade.ir.table import Table

BUCKETS = 4096  # 16 kB: stays in the first-level cache
# The bucket, computed in float32, is off by at most this part of one: 4096 * 2**-24, with a margin.
BLUR = 2.0**-8


def fetch_entry(table: Table, index: Any) -> Any:
    """Fetch an entry of a table: a node, or float64 like everything computed on arrays."""
    value = fetch(table, index)
    return value if isinstance(value, Node) else np.asarray(value, dtype=np.float64)


class Buckets(Protocol):
    """A division of a range into buckets, whose number never falls while the value rises."""

    def index(self, value: Any) -> Any:
        """Compute the i32 bucket of a value, as the kernel does."""

    def limits(self, values: Any) -> tuple[Any, Any]:
        """Bound the bucket that a value may get, with all roundings: smallest and largest."""


@dataclass(frozen=True, slots=True)
class EvenBuckets:
    """Buckets of equal width."""

    low: float
    scale: float

    def index(self, value: Any) -> Any:
        """Compute ``trunc((value - low) * scale)``."""
        return to_int((value - self.low) * self.scale)

    def limits(self, values: Any) -> tuple[Any, Any]:
        """Bound the bucket, with a blurred edge on both sides."""
        place = (values.astype(np.float64) - self.low) * self.scale
        return np.floor(place - BLUR), np.floor(place + BLUR)


@dataclass(frozen=True, slots=True)
class PatternBuckets:
    """Buckets of equal width in the bit pattern of the float: even over the orders of magnitude.

    They are taken of the distance from ``low``, and count from the pattern ``first``.
    """

    low: float
    first: int
    shift: int

    def index(self, value: Any) -> Any:
        """Compute the bucket: the bit pattern of the distance without its low bits."""
        distance = value if self.low == 0.0 else value - self.low
        return (bits(distance) - self.first) >> self.shift

    def limits(self, values: Any) -> tuple[Any, Any]:
        """Bound the bucket: the distance may have been rounded either way."""
        pattern = (values - np.float32(self.low)).view(np.int32).astype(np.int64) - self.first
        return (pattern - 2) >> self.shift, (pattern + 2) >> self.shift


def _list_divisions(values: Any, count: int) -> list[Buckets]:
    """List the divisions that are worth trying."""
    low, high = float(values[0]), float(values[-1])
    ways: list[Buckets] = []
    if 1e-30 < high - low < 1e30:  # else the scale is not a normal float32
        ways.append(EvenBuckets(low, (count - 1) / (high - low)))
    for start in {low, 0.0} if low >= 0.0 else {low}:
        pattern = (values - np.float32(start)).view(np.int32).astype(np.int64)
        first, last = int(pattern[pattern > 0][0]), int(pattern[-1])
        # The values between low and the second entry go into the first bucket.
        shift = max(0, (last - first).bit_length() - count.bit_length() + 1)
        ways.append(PatternBuckets(start, first, shift))
    return ways


class Search:
    """Finds the last entry of a rising table that lies below a value.

    Parameters
    ----------
    values
        float32, rising but not necessarily strictly, the last above the first. The last may be
        infinite; the others are finite.
    """

    def __init__(self, values: Any) -> None:
        values = np.asarray(values, dtype=np.float32) + np.float32(0)  # no negative zero
        low, high = float(values[0]), float(values[-1])
        count = min(BUCKETS, 4 << len(values).bit_length())
        plans = [
            (*_compute_starts(values, way, count), way) for way in _list_divisions(values, count)
        ]
        self.steps, self._starts, self._buckets = min(plans, key=lambda plan: plan[0])
        # A fetch beyond the end reads the last entry, which is above everything.
        self.table = Table(np.append(values, np.float32(np.inf)))
        self._rate = Table(_compute_rates(values))
        self.low, self.high = low, high

    def position(self, value: Any) -> tuple[Any, Any]:
        """Locate a value; one beyond the table counts as its end.

        Returns
        -------
        tuple
            The i32 index of the last entry below the value (0 if there is none), and the fraction,
            0..1, of the way to the next entry; NaN for a NaN.
        """
        # Written so that a NaN passes both bounds and a negative zero becomes the lower one.
        value = select(value <= self.low, self.low, value)
        value = minimum(self.high, value)
        index = to_int(fetch_entry(self._starts, self._buckets.index(value)))
        for step in reversed(range(self.steps)):
            ahead = index + (1 << step)
            index = select(fetch_entry(self.table, ahead) < value, ahead, index)
        fraction = (value - fetch_entry(self.table, index)) * fetch_entry(self._rate, index)
        return index, fraction


def _compute_rates(values: Any) -> Any:
    """Compute 1 / gap for each gap, rounded down so that no fraction is above 1, in any precision.

    It is 0 where there is no gap, and before an infinity. Gaps below 3e-39 are too small for it.
    """
    with np.errstate(over="ignore"):
        gaps = np.maximum(np.diff(values), np.diff(values.astype(np.float64)))
    exact = np.where(gaps > 0, 1.0 / np.where(gaps > 0, gaps, 1.0), 0.0)
    rates = np.minimum(exact, float(np.finfo(np.float32).max)).astype(np.float32)
    too_much = rates.astype(np.float64) > exact
    return np.where(too_much, np.nextafter(rates, np.float32(0)), rates)


def _compute_starts(values: Any, buckets: Buckets, count: int) -> tuple[int, Table]:
    """Compute the number of steps that the worst bucket needs, and the start of each bucket.

    An entry in a surely lower bucket lies below the value; one in a surely higher bucket does not.
    The steps cover the entries between.
    """
    least, largest = (np.clip(limit, 0, count) for limit in buckets.limits(values))
    numbers = np.arange(count + 1)
    surely_below = np.searchsorted(largest, numbers, side="left")
    maybe_below = np.searchsorted(least, numbers, side="right")
    starts = np.maximum(surely_below - 1, 0)
    widest = int((np.maximum(maybe_below - 1, 0) - starts).max())
    return widest.bit_length(), Table(starts.astype(np.float32))
