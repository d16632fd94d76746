"""When the frames of a movie are shown: the list that a frame's number points into."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from grade.io.errors import ReadError
from grade.io.sequence.ranges import MOST_FRAMES


def frame_times(container: Any, stream: Any, path: Path) -> list[int]:
    """Presentation times of the frames, ascending, in the stream's time base.

    A file of key frames alone has them in its index, if it has one of all frames. Any other is
    gone through packet by packet, without decoding; afterwards the container must be sought.

    Raises
    ------
    ReadError
        If the file holds more frames than anybody renders, which means that it is damaged.
    """
    entries = stream.index_entries
    listed = len(entries)
    if listed > MOST_FRAMES:
        raise ReadError(f"{path}: damaged: an index of {listed} frames")
    if listed and listed == stream.frames and _edits_nothing(stream):
        times = [entry.timestamp for entry in entries if entry.is_keyframe and not entry.is_discard]
        if len(times) == listed and all(a < b for a, b in pairwise(times)):
            return times
    found: set[int] = set()
    for packet in container.demux(stream):
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None or packet.is_discard:
            continue
        found.add(time)
        if len(found) > MOST_FRAMES:
            raise ReadError(f"{path}: damaged: more than {MOST_FRAMES} frames")
    return sorted(found)


def _edits_nothing(stream: Any) -> bool:
    """Whether the first frame is shown first, at time 0: an edit list would move the times."""
    return stream.start_time in (0, None)
