"""Presentation times of the frames of a movie: the list that a frame number is an index of."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from grade.io.errors import ReadError

_MOST_FRAMES = 10_000_000  # more than any movie has: the file is damaged


def read_frame_times(container: Any, stream: Any, path: Path) -> list[int]:
    """Return the presentation times of all frames, ascending, in the time base of the stream.

    They stand in the index of a file that has key frames alone, if the index lists all frames.
    Otherwise the packets are read one by one, without decoding. The container must be sought
    afterwards.

    Raises
    ------
    ReadError
        The file claims more frames than any movie has, so it is damaged.
    """
    entries = stream.index_entries
    listed = len(entries)
    if listed > _MOST_FRAMES:
        raise ReadError(f"{path}: damaged: an index of {listed} frames")
    if listed and listed == stream.frames and _starts_at_zero(stream):
        times = [entry.timestamp for entry in entries if entry.is_keyframe and not entry.is_discard]
        if len(times) == listed and all(a < b for a, b in pairwise(times)):
            return times
    found: set[int] = set()
    for packet in container.demux(stream):
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None or packet.is_discard:
            continue
        found.add(time)
        if len(found) > _MOST_FRAMES:
            raise ReadError(f"{path}: damaged: more than {_MOST_FRAMES} frames")
    return sorted(found)


def _starts_at_zero(stream: Any) -> bool:
    """Whether the first frame is shown at time 0: an edit list would move the times."""
    return stream.start_time in (0, None)
