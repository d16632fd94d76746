"""Reads a frame of the plate and its other inputs, and checks that no file changes meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grade.io import Frame, MissingError, TemporaryReadError
from grade.io.formats.movie import is_movie
from grade.io.sequence.sources import read_frame
from grade.render.frame.anomalies import Anomalies, prepare_plate
from grade.render.frame.grader import OtherInputs
from grade.render.frame_selection import Task
from grade.render.ledger.file_identity import FileDigest, FileStat, ReadGuard
from grade.render.ledger.resume_key import input_paths
from grade.render.plan import Plan
from grade.render.scheduler import ClaimedFrame

_KNOWN = 64  # files other than plates whose digest is remembered


@dataclass
class LoadedFrame:
    """What was read for one frame.

    Attributes
    ----------
    task
        The frame.
    frame, inputs
        The pixels of the plate and of the other inputs; None after `take_pixels`.
    plate, files
        The digest of the plate's file, and those of the other files, by output.
    anomalies
        NaN and Inf of the plate, as it was read.
    """

    task: Task
    frame: Frame | None
    inputs: OtherInputs | None
    plate: FileDigest
    files: Mapping[str, list[tuple[Path, FileDigest]]]
    anomalies: Anomalies

    def take_pixels(self) -> tuple[Frame, OtherInputs]:
        """Hand out the pixels, and hold them no longer."""
        frame, inputs = self.frame, self.inputs
        assert frame is not None and inputs is not None
        self.frame = self.inputs = None
        return frame, inputs


class FrameLoader:
    """Reads the frames of a plan, from any number of threads.

    Attributes
    ----------
    notes
        What readers said of frames and the plan did not: each sentence once.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.notes: list[str] = []
        self._lock = threading.Lock()
        self._digests: dict[Path, tuple[FileStat, FileDigest]] = {}

    def load(self, claimed: ClaimedFrame) -> LoadedFrame:
        """Read a frame.

        Raises
        ------
        ReadError
            If it is damaged.
        MissingError
            If the look needs an input beside it that does not exist.
        TemporaryReadError
            If it is gone, or changed while it was read.
        """
        task, outputs = claimed.task, claimed.outputs
        path = self.plan.sequence.path(task.source)
        guard = ReadGuard(path)
        try:
            sample = self.plan.sample
            known = sample and sample.take(path, guard.before, task.number)
            frame = known or read_frame(self.plan.sequence, task.source, task.number)
        except MissingError as error:
            raise TemporaryReadError(f"{path}: gone since the job began; try again") from error
        if self.plan.traits is not None:
            self.plan.traits.check(frame)
        self._note(frame.notes)
        # A movie's file holds all frames, so its checksum is taken once.
        plate = self._digest(path) if is_movie(path) else guard.digest()
        if task.black:
            frame = frame.with_planes({n: np.zeros_like(p) for n, p in frame.planes.items()})
        frame, anomalies = prepare_plate(frame, self.plan.request.nan)
        look = self.plan.grader.look
        files = {
            output: [
                (p, self._input_digest(p)) for p in input_paths(look, output, path, task.number)
            ]
            for output in outputs
        }
        inputs = self.plan.grader.read_inputs(frame, task.number, outputs)
        return LoadedFrame(task, frame, inputs, plate, files, anomalies)

    def _note(self, sentences: tuple[str, ...]) -> None:
        if not sentences:
            return
        told = () if self.plan.sample is None else self.plan.sample.notes
        pattern = self.plan.sequence.pattern
        with self._lock:
            for sentence in sentences:
                line = f"{pattern}: {sentence}"
                if sentence not in told and line not in self.notes:
                    self.notes.append(line)

    def _input_digest(self, path: Path) -> FileDigest:
        """The digest of an input beside the plate, which may lack a frame that the plate has."""
        if not path.exists():
            raise MissingError(f"{path}: the look reads it beside the plate, and it does not exist")
        return self._digest(path)

    def _digest(self, path: Path) -> FileDigest:
        """The digest of a file; that of a still is taken once for all frames."""
        guard = ReadGuard(path)
        with self._lock:
            known = self._digests.get(path)
        if known is not None and known[0] == guard.before:
            return known[1]
        digest = guard.digest()
        with self._lock:
            while len(self._digests) >= _KNOWN:
                del self._digests[next(iter(self._digests))]
            self._digests[path] = (guard.before, digest)
        return digest
