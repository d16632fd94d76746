"""The rate of a movie from the times of its pictures, and pictures conformed to a rate by time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from grade.science.frame_rate import snap_rate

_USUAL = (12, 15, 16, 18, 20, 24, 25, 30, 48, 50, 60, 72, 75, 90, 96, 100, 120, 144, 200, 240)
_NEAR = 0.01  # of the rate that the times show: usual rates so near are tried
_TICKS = 1.5  # of the time base, by which rounded times are off


def find_rate(
    times: list[int], base: Fraction, stated: Iterable[Fraction | None]
) -> Fraction | None:
    """Return the one rate that the pictures of a movie follow; None if they follow none.

    Times are rounded to the time base, and some programs let them jitter. A usual rate is taken
    if each picture is nearest to its own place; another one only if the times are no farther off
    than by rounding. Of usual rates that fit, the one with the smallest deviation is taken, and
    one that the file states before others.

    Parameters
    ----------
    times
        Of the pictures, ascending, in units of `base` seconds.
    base
        The time base.
    stated
        Rates that the file states, the most trusted first.

    >>> find_rate([0, 42, 83, 125], Fraction(1, 1000), [Fraction(2398, 100)])
    Fraction(24000, 1001)
    >>> find_rate([0, 42, 83, 205], Fraction(1, 1000), [Fraction(24)]) is None
    True
    """
    given = [rate for rate in stated if rate is not None and 0 < rate <= 1000]
    if len(times) < 2:
        return snap_rate(given[0]) if given else None
    seconds = (np.asarray(times, np.float64) - times[0]) * float(base)
    mean = (len(times) - 1) / seconds[-1]
    rounding = _TICKS * float(base)
    for rate in given:
        if _deviation(seconds, rate) <= rounding:
            return snap_rate(rate)
    near = [
        rate
        for number in _USUAL
        for rate in (Fraction(number), Fraction(number * 1000, 1001))
        if abs(float(rate) / mean - 1) < _NEAR
    ]
    fits = [rate for rate in near if _deviation(seconds, rate) * float(rate) < 0.5]
    return min(fits, key=lambda rate: _deviation(seconds, rate), default=None)


def _deviation(seconds: NDArray[np.float64], rate: Fraction) -> float:
    """Return the most that a picture is away from its place at a rate, in seconds."""
    places = np.arange(seconds.size) / float(rate)
    return float(np.max(np.abs(seconds - places)))


@dataclass(frozen=True, slots=True)
class Conformed:
    """The picture that each frame of a constant rate shows.

    Attributes
    ----------
    pictures
        Index of the picture, by frame.
    repeated
        Frames, counted from 0, that show the picture of the frame before.
    dropped
        Pictures, counted from 0, that no frame shows.
    """

    pictures: tuple[int, ...]
    repeated: tuple[int, ...]
    dropped: tuple[int, ...]


def conform(times: list[int], base: Fraction, rate: Fraction, end: int) -> Conformed:
    """Return which picture each frame shows.

    A picture begins at the frame nearest to its time and stands until the next one begins; it is
    dropped if the next one begins at the same frame. FFmpeg's filter ``fps`` does the same.

    Parameters
    ----------
    times
        Of the pictures, ascending, in units of `base` seconds.
    base
        The time base.
    rate
        Frames per second.
    end
        When the last picture ends.

    >>> conform([0, 42, 83, 205], Fraction(1, 1000), Fraction(24), 250).pictures
    (0, 1, 2, 2, 2, 3)
    """
    places = [_nearest((time - times[0]) * base * rate) for time in times]
    length = max(_nearest((end - times[0]) * base * rate), places[-1] + 1)
    pictures: list[int] = []
    dropped: list[int] = []
    repeated: list[int] = []
    for index, (place, following) in enumerate(pairwise([*places, length])):
        if place == following:
            dropped.append(index)
        pictures += [index] * (following - place)
        repeated += range(place + 1, following)
    return Conformed(tuple(pictures), tuple(repeated), tuple(dropped))


def _nearest(place: Fraction) -> int:
    """Return the nearest whole number, the larger of two."""
    return int((2 * place + 1) // 2)
