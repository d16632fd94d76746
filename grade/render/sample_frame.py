"""The frame that a job is planned with: read once, and rendered as it was read."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from grade.io import Frame, ReadError, Sequence
from grade.io.formats.movie import is_movie
from grade.io.sequence.sources import read_frame
from grade.render.frame_selection import Task
from grade.render.ledger.file_identity import FileStat


class SampleFrame:
    """A frame of the plate, until it is taken.

    Parameters
    ----------
    number
        Its number in the plate.
    frame
        As read.
    path, before
        Its file, and what that was before it was read; None for a movie, whose frames have none.
    """

    def __init__(self, number: int, frame: Frame, path: Path, before: FileStat | None) -> None:
        self.number, self.path, self.before = number, path, before
        self._frame: Frame | None = frame
        self._lock = threading.Lock()

    @property
    def frame(self) -> Frame:
        """The frame, while nobody has taken it."""
        assert self._frame is not None
        return self._frame

    def taken(self, path: Path, now: FileStat, number: int) -> Frame | None:
        """The frame for who renders it by some number: once, and if its file is what it was."""
        if path != self.path:
            return None
        with self._lock:  # whoever reads this file now, the pixels are of no further use
            frame, self._frame = self._frame, None
        return None if frame is None or now != self.before else replace(frame, frame=number)

    def drop(self) -> None:
        """Hold the pixels no longer, for who makes many plans before the first is rendered."""
        with self._lock:
            self._frame = None


def read_sample(sequence: Sequence, tasks: list[Task]) -> SampleFrame:
    """The first frame that can be read: what kind of pixels the kernels are made for.

    Raises
    ------
    ReadError
        Of the first, if none can be read.
    """
    failure: ReadError | None = None
    for number in dict.fromkeys(task.source for task in tasks):
        path = sequence.path(number)
        try:
            before = None if is_movie(path) or not path.exists() else FileStat.at(path)
            return SampleFrame(number, read_frame(sequence, number, number), path, before)
        except ReadError as error:
            failure = failure or error
    assert failure is not None
    raise failure
