"""A frame and all that is read with it, held to be the same before and after it was read."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grade.io import Frame, MissingError, TemporaryReadError
from grade.io.formats.movie import is_movie
from grade.io.sequence.sources import read_frame
from grade.render.frame.anomalies import Anomalies, of_plate
from grade.render.frame.grader import OtherInputs
from grade.render.frame_selection import Task
from grade.render.ledger.file_identity import FileDigest, FileStat, ReadGuard
from grade.render.ledger.resume_key import input_paths
from grade.render.plan import Plan
from grade.render.scheduler import Job

_KNOWN = 64  # inputs beside the plate whose content is remembered


@dataclass
class LoadedFrame:
    """What was read for one frame.

    Attributes
    ----------
    task
        The frame.
    frame, beside
        The plate, and the other inputs; None once they were `taken`.
    plate, inputs
        What the files were: of the plate, and for each output of the others.
    census
        NaN and Inf of the plate, as it was read.
    """

    task: Task
    frame: Frame | None
    beside: OtherInputs | None
    plate: FileDigest
    inputs: Mapping[str, list[tuple[Path, FileDigest]]]
    census: Anomalies

    def taken(self) -> tuple[Frame, OtherInputs]:
        """The pixels, which are kept here no longer."""
        frame, beside = self.frame, self.beside
        assert frame is not None and beside is not None
        self.frame = self.beside = None
        return frame, beside


class FrameLoader:
    """Reads the frames of a plan, from any number of threads."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._lock = threading.Lock()
        self._contents: dict[Path, tuple[FileStat, FileDigest]] = {}

    def load(self, job: Job) -> LoadedFrame:
        """Read a frame.

        Raises
        ------
        ReadError, MissingError, TemporaryReadError
            It is damaged; what the look takes beside it is not there; it is gone, or was changed
            while it was read.
        """
        task, outputs = job.task, job.outputs
        path = self.plan.sequence.path(task.source)
        reading = ReadGuard(path)
        try:
            sample = self.plan.sample
            known = sample and sample.taken(path, reading.before, task.number)
            frame = known or read_frame(self.plan.sequence, task.source, task.number)
        except MissingError as error:
            raise TemporaryReadError(f"{path}: gone since the job began; try again") from error
        # All frames of a movie lie in one file, which is summed up once.
        plate = self._content(path) if is_movie(path) else reading.content()
        if task.black:
            frame = frame.with_planes({n: np.zeros_like(p) for n, p in frame.planes.items()})
        frame, counts = of_plate(frame, self.plan.request.nan)
        look = self.plan.grader.look
        inputs = {
            output: [(p, self._input(p)) for p in input_paths(look, output, path, task.number)]
            for output in outputs
        }
        beside = self.plan.grader.beside(frame, task.number, outputs)
        return LoadedFrame(task, frame, beside, plate, inputs, counts)

    def _input(self, path: Path) -> FileDigest:
        """Of an input beside the plate, which may lack a frame that the plate has."""
        if not path.exists():
            raise MissingError(f"{path}: the look takes it beside the plate, and it is not there")
        return self._content(path)

    def _content(self, path: Path) -> FileDigest:
        """Of an input beside the plate; a still is read once for all frames."""
        reading = ReadGuard(path)
        with self._lock:
            known = self._contents.get(path)
        if known is not None and known[0] == reading.before:
            return known[1]
        found = reading.content()
        with self._lock:
            while len(self._contents) >= _KNOWN:
                del self._contents[next(iter(self._contents))]
            self._contents[path] = (reading.before, found)
        return found
