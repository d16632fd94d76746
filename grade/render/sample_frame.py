"""The frame that a job is planned with: it is read once, and rendered without a second read."""

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
    """A frame of the plate that is held until somebody takes it.

    Parameters
    ----------
    number
        Its number in the plate.
    frame
        As read.
    path, before
        Its file, and the state of the file before it was read; None for a movie, whose frames have
        no files of their own.

    Attributes
    ----------
    notes
        What its reader said of it.
    """

    def __init__(self, number: int, frame: Frame, path: Path, before: FileStat | None) -> None:
        self.number, self.path, self.before = number, path, before
        self.notes = frame.notes
        self._frame: Frame | None = frame
        self._lock = threading.Lock()

    @property
    def frame(self) -> Frame:
        """The frame, while nobody has taken it."""
        assert self._frame is not None
        return self._frame

    def take(self, path: Path, now: FileStat, number: int) -> Frame | None:
        """Hand out the frame to be rendered by a number: once, and only if its file is unchanged.

        Parameters
        ----------
        path, now
            The file that is to be read, and its state.
        number
            The number that the frame gets.
        """
        if path != self.path:
            return None
        with self._lock:  # the caller reads this file otherwise: nobody needs these pixels later
            frame, self._frame = self._frame, None
        return None if frame is None or now != self.before else replace(frame, frame=number)

    def drop(self) -> None:
        """Release the pixels, for a caller that makes many plans before it renders the first."""
        with self._lock:
            self._frame = None


def read_sample_frame(sequence: Sequence, tasks: list[Task]) -> SampleFrame:
    """Read the first frame that can be read; it shows the kind of pixels of the plate.

    Raises
    ------
    ReadError
        The error of the first frame, if none can be read.
    """
    failure: ReadError | None = None
    for number in dict.fromkeys(task.source for task in tasks):
        path = sequence.path(number)
        try:
            before = None if is_movie(path) or not path.exists() else FileStat.read(path)
            return SampleFrame(number, read_frame(sequence, number, number), path, before)
        except ReadError as error:
            failure = failure or error
    assert failure is not None
    raise failure
