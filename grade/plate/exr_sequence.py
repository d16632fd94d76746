"""The demo plate on disk: numbered half EXR with timecode, written once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from grade.io import Frame
from grade.io.convert import to_half
from grade.plate.scene import Scene
from grade.science.timecode import format_timecode

FIRST = 1001
_RATE = 24
_AT_ONCE = 4  # frames in memory, whatever the threads
_HOUR = 3600 * _RATE  # the timecode of the first frame is 01:00:00:00


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
            to_half(picture),
            frame=number,
            timecode=format_timecode(_HOUR + index, _RATE),
            tags={"colorInteropID": "lin_ap0_scene"},
            attributes={"owner": "grade demo", "framesPerSecond": Fraction(_RATE, 1)},
            compression="zip",
        ).write(pattern, sync=False)
        return number

    with ThreadPoolExecutor(min(threads, _AT_ONCE)) as pool:
        for number in pool.map(write, range(frames)):
            progress(number)
