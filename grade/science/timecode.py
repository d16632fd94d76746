"""Timecodes as counts of frames, drop-frame included. Source: SMPTE ST 12-1."""

from __future__ import annotations

import re

from grade.errors import RequestError

_FORM = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;])(\d{2,3})\Z")


class TimecodeError(RequestError):
    """A text is not a timecode, or the timecode does not exist at its rate."""


def nominal_rate(rate: float) -> int:
    """Frames per second of timecode, a whole number: 24 at 23.976, 30 at 29.97."""
    return max(1, round(rate))


def count_frames(timecode: str, rate: float) -> int:
    """Count the frames from 00:00:00:00 to a timecode; ``;`` before its frames means drop-frame.

    >>> count_frames("01:00:00:00", 24)
    86400
    >>> count_frames("00:01:00;02", 29.97), count_frames("00:10:00;00", 29.97)
    (1800, 17982)

    Raises
    ------
    TimecodeError
        If the text has another form, or there is no such frame.
    """
    match = _FORM.match(timecode.strip())
    per_second = nominal_rate(rate)
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


def format_timecode(frames: int, rate: float, drop: bool = False) -> str:
    """Write a count of frames from 00:00:00:00 as a timecode.

    >>> format_timecode(86412, 24), format_timecode(1800, 29.97, drop=True)
    ('01:00:00:12', '00:01:00;02')
    """
    per_second = nominal_rate(rate)
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
    """Frame numbers that drop-frame skips in each minute but the tenth: 2 at 29.97, 4 at 59.94."""
    return {30: 2, 60: 4}.get(nominal_rate(rate), 0)
