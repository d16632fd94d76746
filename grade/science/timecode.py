"""Timecodes as counts of frames, drop-frame included. Source: SMPTE ST 12-1."""

from __future__ import annotations

import re

from grade.errors import RequestError

_FORM = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;])(\d{2,3})\Z")


class TimecodeError(RequestError):
    """A timecode is none, or does not exist at a rate."""


def nominal(rate: float) -> int:
    """Frames that a second of timecode counts: 24 at 23.976, 30 at 29.97."""
    return max(1, round(rate))


def count(timecode: str, rate: float) -> int:
    """Frames from 00:00:00:00; ``;`` before the frames says that numbers are dropped.

    >>> count("01:00:00:00", 24), count("00:01:00;02", 29.97), count("00:10:00;00", 29.97)
    (86400, 1800, 17982)

    Raises
    ------
    TimecodeError
        If it is of another form, or there is no such frame.
    """
    match = _FORM.match(timecode.strip())
    per_second = nominal(rate)
    if match is None:
        raise TimecodeError(f"{timecode!r} is no timecode; write hh:mm:ss:ff, as in 01:00:00:12")
    hours, minutes, seconds, frames = (int(match.group(i)) for i in (1, 2, 3, 5))
    dropped = _dropped(rate) if match.group(4) == ";" else 0
    absent = dropped and frames < dropped and seconds == 0 and minutes % 10
    if minutes > 59 or seconds > 59 or frames >= per_second or absent:
        raise TimecodeError(f"timecode {timecode} does not exist at {rate:g} frames per second")
    total = (hours * 60 + minutes) * 60 + seconds
    passed = hours * 60 + minutes
    return total * per_second + frames - dropped * (passed - passed // 10)


def shown(frames: int, rate: float, drop: bool = False) -> str:
    """The timecode of a count.

    >>> shown(86412, 24), shown(1800, 29.97, drop=True)
    ('01:00:00:12', '00:01:00;02')
    """
    per_second = nominal(rate)
    if drop and (dropped := _dropped(rate)):
        in_ten = per_second * 600 - dropped * 9
        tens, rest = divmod(frames, in_ten)
        in_minute = per_second * 60 - dropped
        past_first = max(0, (rest - per_second * 60) // in_minute + 1)
        frames += dropped * (9 * tens + past_first)
    seconds, frame = divmod(frames, per_second)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    mark = ";" if drop else ":"
    return f"{hour:02}:{minute:02}:{second:02}{mark}{frame:02}"


def _dropped(rate: float) -> int:
    """Numbers left out each minute but the tenth: 2 at 29.97, 4 at 59.94."""
    return {30: 2, 60: 4}.get(nominal(rate), 0)
