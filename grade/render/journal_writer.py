"""What a stream notes in its journals: a row for a file that was written, or that failed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from grade.errors import GradeError, TemporaryError
from grade.graph.tracing.geometry import Geometry
from grade.render.errors import ProgramNotSent
from grade.render.frame.delivery import DeliveredFile
from grade.render.frame.grader import GradedOutput
from grade.render.frame_loader import LoadedFrame
from grade.render.frame_selection import Task
from grade.render.ledger.file_identity import FileIdentity, relative
from grade.render.ledger.journal import Journal, JournalRow
from grade.render.ledger.resume_key import KeyParts
from grade.render.plan import Plan


class Notes:
    """Writes the rows of a plan.

    Parameters
    ----------
    plan
        The job.
    journals
        Folder to its journal.
    """

    def __init__(self, plan: Plan, journals: Mapping[Path, Journal]) -> None:
        self.plan, self.journals = plan, journals

    def delivered(
        self,
        loaded: LoadedFrame,
        output: str,
        path: Path,
        graded: GradedOutput,
        done: DeliveredFile,
        seconds: float,
    ) -> None:
        """A file that has its name.

        Raises
        ------
        WriteError, TemporaryWriteError
            If it cannot be noted: then it does not count as written.
        """
        task, folder = loaded.task, path.parent
        plate = self.plan.sequence.path(task.source)
        parts = KeyParts(
            program=graded.program,
            store=self.plan.resume.stores[output],
            source=FileIdentity(relative(plate, folder), *loaded.plate),
            inputs=tuple(
                FileIdentity(relative(beside, folder), *found)
                for beside, found in loaded.inputs[output]
            ),
            black=task.black,
            kind=graded.kind,
            geometry=Geometry.of_frame(graded.frame),
            timecode=graded.frame.timecode,
        )
        row = JournalRow(
            frame=task.number,
            output=output,
            file=path.name,
            key=parts.key(task.number, graded.knobs),
            parts=parts.data(),
            size=done.size,
            changed=done.changed,
            file_sum=done.file_sum,
            pixel_sum=done.pixel_sum,
            knobs=graded.knobs,
            census=done.census.data(),
            plate=loaded.census.data(),
            seconds=round(seconds, 4),
            device=self.plan.header.device,
        )
        self.journals[folder].append(row)

    def failed(self, task: Task, output: str, path: Path, error: GradeError) -> None:
        """What failed; a disk that is full takes no row, and that is said already."""
        if isinstance(error, ProgramNotSent):
            return
        row = JournalRow(
            frame=task.number,
            output=output,
            file=path.name,
            status="failed",
            message=str(error),
            temporary=isinstance(error, TemporaryError),
            device=self.plan.header.device,
        )
        with suppress(GradeError):
            self.journals[path.parent].append(row)
