"""The demo plate on disk: numbered half EXR with timecode, written once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np

from grade.io import Frame
from grade.plate.scene import Scene

FIRST = 1001
_RATE = 24
_AT_ONCE = 4  # frames in memory, whatever the threads
_LARGEST = 65504  # that half has


def write_plate(
    pattern: Path,
    frames: int,
    width: int,
    height: int,
    threads: int,
    progress: Callable[[int], None] = lambda frame: None,
) -> None:
    """Write the plate as ``pattern`` (with a frame field), frames `FIRST` onward.

    The same pixels each time on every host, whatever the threads.
    """
    scene = Scene(width, height, threads)

    def write(index: int) -> int:
        number = FIRST + index
        picture = scene.frame(index / max(1, frames - 1), seed=number)
        Frame.from_pixels(
            np.clip(picture, -_LARGEST, _LARGEST).astype(np.float16),
            frame=number,
            timecode=timecode(number),
            tags={"colorInteropID": "lin_ap0_scene"},
            attributes={"owner": "grade demo", "framesPerSecond": Fraction(_RATE, 1)},
            compression="zip",
        ).write(pattern, sync=False)
        return number

    with ThreadPoolExecutor(min(threads, _AT_ONCE)) as pool:
        for number in pool.map(write, range(frames)):
            progress(number)


def timecode(number: int) -> str:
    """Timecode of a frame: 01:00:00:00 is frame `FIRST`."""
    count = number - FIRST
    seconds, frame = divmod(count, _RATE)
    return f"01:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}"
