"""A checked job: its frames, outputs and look, and which files must be written and why."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grade.io import Pattern, Sequence
from grade.io.sequence.sources import notes_of
from grade.render.errors import PlanError
from grade.render.frame.anomalies import Anomalies
from grade.render.frame.grader import Grader
from grade.render.frame.plate_headers import PlateTraits
from grade.render.frame_selection import Task
from grade.render.ledger.journal import JournalHeader
from grade.render.ledger.resume import Resume
from grade.render.movie_plan import PlannedMovie
from grade.render.report import Outcome
from grade.render.request import Request
from grade.render.sample_frame import SampleFrame


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A checked job, ready to run.

    Attributes
    ----------
    request, sequence
        What was asked for, and the plate.
    tasks, missing
        All frames of the job, whether they must be rendered or not; the numbers that the plate
        lacks.
    targets
        The file or pattern of each output.
    grader, programs
        What grades a frame; the hash of each output's program, for frames like the first one.
    reasons
        Why each output of a frame must be written. Outputs that are up to date are absent.
    resume
        What decided that, and decides again when a frame is claimed.
    header
        The header of this process's journals.
    frame_bytes, memory_budget
        The bytes that a frame in flight takes, and that all frames may take.
    movies
        The movies to write, by output.
    unchecked, losses
        What a preset asks for and nothing could confirm, and what the outputs do not keep of the
        plate, as sentences.
    plate_note
        What the plate is taken as and by whose word, if its tags do not say it.
    mixed
        A sentence on frames of the plate that do not agree, where the request decides.
    traits
        What frames are held against as they come.
    sample
        The frame that the job was planned with, if it is to be rendered.
    """

    request: Request
    sequence: Sequence
    tasks: tuple[Task, ...]
    missing: tuple[int, ...]
    targets: Mapping[str, Pattern]
    grader: Grader
    programs: Mapping[str, str]
    reasons: Mapping[int, Mapping[str, str]]
    resume: Resume
    header: JournalHeader
    frame_bytes: int
    memory_budget: int
    movies: Mapping[str, PlannedMovie] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    plate_note: str | None = None
    mixed: str | None = None
    traits: PlateTraits | None = None
    sample: SampleFrame | None = None

    @property
    def todo(self) -> list[Task]:
        """The tasks that have something to write."""
        return [task for task in self.tasks if self.reasons.get(task.number)]

    @property
    def kept(self) -> list[int]:
        """The frames whose outputs exist and are up to date."""
        return [task.number for task in self.tasks if not self.reasons.get(task.number)]

    @property
    def filled(self) -> tuple[int, ...]:
        """The missing frames that a policy fills."""
        return () if self.request.missing == "skip" else self.missing

    @property
    def skipped(self) -> tuple[int, ...]:
        """The missing frames that are left out."""
        return self.missing if self.request.missing == "skip" else ()

    @property
    def notes(self) -> list[str]:
        """What is assumed about the plate, what nodes say, what is not checked or not kept."""
        read = () if self.sample is None else self.sample.notes
        about = read if self.plate_note is None else (self.plate_note, *read)
        said = [f"{self.sequence.pattern}: {sentence}" for sentence in about]
        said += [] if self.mixed is None else [self.mixed]
        said += [*notes_of(self.sequence), *self.grader.look.notes()]
        return [*said, *self.unchecked, *self.losses]

    def paths(self, number: int) -> dict[str, Path]:
        """The files of a frame, by output."""
        return {output: pattern.path(number) for output, pattern in self.targets.items()}

    def reason_to_render(self, task: Task, output: str) -> str:
        """Why an output of a frame must be written, as the journals are now; or empty."""
        plate = self.sequence.path(task.source)
        return self.resume.reason_to_render(output, task.number, plate, task.black)

    def kept_outcome(self, number: int) -> Outcome:
        """The outcome of a frame that is up to date; a strict job adds counts of the journals."""
        if not self.request.strict:
            return Outcome(number, "kept")
        entries = {output: self.resume.entry(path) for output, path in self.paths(number).items()}
        rows = {output: entry.row for output, entry in entries.items() if entry is not None}
        stored = {output: Anomalies.from_data(row.census) for output, row in rows.items()}
        plates = [Anomalies.from_data(row.plate) for row in rows.values() if row.plate]
        return Outcome(number, "kept", stored=stored, plate=plates[0] if plates else Anomalies())

    def movie_metadata(self, output: str) -> dict[str, str]:
        """The header entries of a movie: its look and its program."""
        look = self.grader.look
        return {"comment": f"grade: look {look.name}, program {self.programs[output]}"}

    def make_folders(self) -> None:
        """Create the folders of the outputs; raise `PlanError` if nothing can be written there."""
        for pattern in self.targets.values():
            try:
                pattern.folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise PlanError(
                    f"{pattern.folder}: the folder cannot be made: {error.strerror}"
                ) from error
            if not os.access(pattern.folder, os.W_OK):
                raise PlanError(f"{pattern.folder}: no permission to write into this folder")
