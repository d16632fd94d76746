"""A job while it runs: its progress is shown, and Ctrl-C and SIGTERM stop it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from grade.cli.job.console import Console
from grade.cli.job.interrupt import interrupts
from grade.cli.job.progress import leave, progress

if TYPE_CHECKING:
    import threading

    from grade.render import Outcome


class Result(Protocol):
    """The report of a job."""

    @property
    def last_line(self) -> str: ...

    @property
    def exit_code(self) -> int: ...


class Running(Protocol):
    """A job that has begun: one look over one plate, or the shots of a show."""

    @property
    def stop(self) -> threading.Event: ...

    @property
    def report(self) -> Result: ...

    @property
    def total(self) -> int: ...

    def outcomes(self) -> Generator[Any, None, None]: ...

    def abandon(self) -> None: ...


def _record_nothing(code: int) -> None:
    pass


def follow(
    job: Running, console: Console, kind: str, record: Callable[[int], None] = _record_nothing
) -> int:
    """Render a job that has begun; return the exit code.

    Parameters
    ----------
    job
        The job.
    console
        Takes the messages.
    kind
        Style of progress.
    record
        Writes the report of the job; it gets the exit code. It is called too where the process ends
        at once.
    """
    with (
        progress(kind, console, job.total) as shown,
        interrupts(
            job.stop,
            job.abandon,
            console.from_signal_handler,
            lambda code: leave(shown, console, partial(record, code), job.report.last_line),
        ) as asked,
        closing(job.outcomes()) as outcomes,
    ):
        outcome: Outcome
        for outcome in outcomes:
            if outcome.status != "kept" or outcome.message:  # what was up to date is said before
                shown.show(outcome)
    code = job.report.exit_code if asked.code is None else asked.code
    record(code)
    return code
