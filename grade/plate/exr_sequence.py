"""The demo plate on disk: numbered half EXR with timecode, written once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from grade.io import Frame
from grade.plate.geometry import Array

FIRST = 1001
_RATE = 24


def write_plate(
    pattern: Path,
    frames: int,
    width: int,
    height: int,
    threads: int,
    progress: Callable[[int], None] = lambda frame: None,
) -> None:
    """Write the plate as ``pattern`` (with a frame field), frames `FIRST` onward.

    The same bytes each time on one machine, whatever the threads.
    """
    from grade.plate.scene import Scene

    scene = Scene(width, height, threads)

    def write(number: int, picture: Array) -> None:
        half = np.clip(picture, -65504, 65504).astype(np.float16)
        Frame.from_pixels(
            half,
            frame=number,
            timecode=timecode(number),
            tags={"colorInteropID": "lin_ap0_scene"},
            attributes={"owner": "grade demo", "framesPerSecond": _rate()},
            compression="zip",
        ).write(pattern, sync=False)
        progress(number)

    with ThreadPoolExecutor(1) as pool:
        waiting = []
        for index in range(frames):
            time = index / max(1, frames - 1)
            picture = scene.frame(time, seed=FIRST + index)
            waiting.append(pool.submit(write, FIRST + index, picture))
            if index >= 2:  # memory stays flat: three pictures at most
                waiting[index - 2].result()
        for job in waiting:
            job.result()


def timecode(number: int) -> str:
    """Timecode of a frame: 01:00:00:00 is frame `FIRST`."""
    count = number - FIRST
    seconds, frame = divmod(count, _RATE)
    return f"01:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}"


def _rate() -> object:
    from fractions import Fraction

    return Fraction(_RATE, 1)
