"""Writes rows to the journals of a job: one for each file that was written or has failed."""

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
from grade.render.ledger.file_identity import FileIdentity, relative_path
from grade.render.ledger.journal import Journal, JournalRow
from grade.render.ledger.resume_key import KeyParts
from grade.render.plan import Plan


class JournalWriter:
    """Writes the rows of a job.

    Parameters
    ----------
    plan
        The job.
    journals
        The journal of each folder.
    """

    def __init__(self, plan: Plan, journals: Mapping[Path, Journal]) -> None:
        self.plan, self.journals = plan, journals

    def record_delivery(
        self,
        loaded: LoadedFrame,
        output: str,
        path: Path,
        graded: GradedOutput,
        delivered: DeliveredFile,
        seconds: float,
    ) -> None:
        """Append the row of a file that has its final name.

        Raises
        ------
        WriteError, TemporaryWriteError
            If the row cannot be written; then the file does not count as written.
        """
        task, folder = loaded.task, path.parent
        plate = self.plan.sequence.path(task.source)
        parts = KeyParts(
            program=graded.program,
            store=self.plan.resume.stores[output],
            source=FileIdentity(relative_path(plate, folder), *loaded.plate),
            inputs=tuple(
                FileIdentity(relative_path(file, folder), *digest)
                for file, digest in loaded.files[output]
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
            key=parts.resume_key(task.number, graded.knobs),
            parts=parts.data(),
            size=delivered.size,
            changed=delivered.changed,
            file_sum=delivered.file_sum,
            pixel_sum=delivered.pixel_sum,
            knobs=graded.knobs,
            census=delivered.anomalies.data(),
            plate=loaded.anomalies.data(),
            seconds=round(seconds, 4),
            device=self.plan.header.device,
        )
        self.journals[folder].append(row)

    def record_failure(self, task: Task, output: str, path: Path, error: GradeError) -> None:
        """Append the row of a file that failed; on a full disk there is none, which is no error."""
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
