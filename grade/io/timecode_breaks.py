"""Breaks in the timecode of a sequence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grade.science.timecode import TimecodeError, count_frames

_RATES = (24.0, 25.0, 30.0, 48.0, 50.0, 60.0)


def find_timecode_breaks(codes: Mapping[int, str | None], rate: float | None) -> list[int]:
    """Return the numbers of frames whose timecode does not follow that of the frame before.

    Parameters
    ----------
    codes
        Timecode by frame number.
    rate
        Frames per second; None tries the usual ones and takes the one that fits best.
    """
    stated = {number: code for number, code in codes.items() if code is not None}
    if rate is not None:
        return _find_breaks(stated, rate)
    tried: Iterable[list[int]] = (_find_breaks(stated, each) for each in _RATES)
    return min(tried, key=len)


def _find_breaks(codes: Mapping[int, str], rate: float) -> list[int]:
    found = []
    before: int | None = None
    for number in sorted(codes):
        try:
            distance = count_frames(codes[number], rate) - number
        except TimecodeError:
            found.append(number)
            continue
        if before is not None and distance != before:
            found.append(number)
        before = distance
    return found
