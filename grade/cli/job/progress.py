"""Progress of a running job: a bar on a terminal, a line per frame elsewhere, or a farm's form."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from grade.cli.job.console import Console

if TYPE_CHECKING:
    from grade.render import Outcome

KINDS = ("auto", "plain", "openjd", "none")


class Progress(Protocol):
    """Shows each outcome."""

    def show(self, outcome: Outcome) -> None:
        """Show the outcome of a frame."""

    def leave(self) -> None:
        """Give the terminal back: the process ends in the middle of the job."""


class Plain:
    """A line per frame."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def show(self, outcome: Outcome) -> None:
        line = outcome.line()
        if outcome.status == "ok":
            self.console.info(line)
        elif outcome.status == "kept":
            self.console.always(line)
        else:
            self.console.warning(line)

    def leave(self) -> None:
        pass


class OpenJd(Plain):
    """Lines that Open Job Description reads, besides the plain ones."""

    def __init__(self, console: Console, total: int) -> None:
        super().__init__(console)
        self.total, self.count = max(1, total), 0

    def show(self, outcome: Outcome) -> None:
        super().show(outcome)
        # A movie that is not written is told after its frames were.
        self.count = min(self.count + 1, self.total)
        self.console.always(f"openjd_progress: {100 * self.count / self.total:.1f}")
        self.console.always(f"openjd_status: frame {outcome.frame} {outcome.status}")
        if outcome.status in ("failed", "claimed"):
            self.console.always(openjd_failure(outcome.line()))


def openjd_failure(message: str) -> str:
    """The line by which a farm is told why a task failed: one line, whatever the message is."""
    return f"openjd_fail: {' '.join(message.split())}"


class Bar:
    """A bar with frames per second and the time left; frames that failed as lines above it."""

    def __init__(self, console: Console, bar: Any, task: Any) -> None:
        self.console, self.bar, self.task = console, bar, task

    def show(self, outcome: Outcome) -> None:
        if outcome.status != "ok" or outcome.has_anomalies:
            self.bar.console.print(outcome.line(), markup=False, highlight=False)
        self.console.note(outcome.line(), _level(outcome))
        self.bar.advance(self.task)

    def leave(self) -> None:
        """Take the bar away and give the terminal its cursor back."""
        self.bar.stop()


class Silent:
    """Nothing while the job runs."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def show(self, outcome: Outcome) -> None:
        self.console.note(outcome.line(), _level(outcome))

    def leave(self) -> None:
        pass


def _level(outcome: Outcome) -> int:
    return logging.INFO if outcome.status in ("ok", "kept") else logging.WARNING


def leave(progress: Progress, console: Console, record: Callable[[], None], line: str) -> None:
    """End a job within a signal handler that ends the process: its report, and its last line."""
    for step in (progress.leave, record):
        with suppress(Exception):  # one that cannot be done costs no last line
            step()
    console.from_signal_handler(line)


def progress(kind: str, console: Console, total: int) -> AbstractContextManager[Progress]:
    """The progress of a kind, for a `with` block; auto is a bar on a terminal, else plain."""
    if kind == "auto" and sys.stderr.isatty() and not console.quiet:
        return _bar(console, total)
    if kind == "openjd":
        return _as_is(OpenJd(console, total))
    return _as_is(Silent(console) if kind == "none" else Plain(console))


@contextmanager
def _as_is(made: Progress) -> Iterator[Progress]:
    yield made


@contextmanager
def _bar(console: Console, total: int) -> Iterator[Progress]:
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            speed = task.finished_speed or task.speed
            return Text("-- frames/s" if speed is None else f"{speed:.2f} frames/s")

    columns = (BarColumn(), MofNCompleteColumn(), Rate(), "left", TimeRemainingColumn())
    screen = RichConsole(stderr=True)
    with RichProgress(*columns, console=screen, transient=True) as bar:
        yield Bar(console, bar, bar.add_task("", total=total))
