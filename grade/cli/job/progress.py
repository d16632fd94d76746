"""How a running job talks: a bar on a terminal, a line per frame elsewhere, or a farm's form."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from grade.render import Outcome

KINDS = ("auto", "plain", "openjd", "none")


class Voice:
    """stderr, with what is said also in a log file, the error that ends a `with` block too.

    Parameters
    ----------
    quiet
        Only the last line and what went wrong.
    log
        A file that gets every line, whatever is quiet.
    """

    def __init__(self, quiet: bool = False, log: Path | None = None) -> None:
        self.quiet = quiet
        self._log: IO[str] | None = None
        if log is not None:
            from grade.errors import RequestError

            try:
                self._log = log.open("a", encoding="utf-8")
            except OSError as error:
                raise RequestError(f"--log {log}: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self.note(str(error))
        if self._log is not None:
            self._log.close()

    def say(self, line: str, important: bool = False) -> None:
        """One line of talk."""
        if important or not self.quiet:
            print(line, file=sys.stderr, flush=True)
        self.note(line)

    def last(self, line: str) -> None:
        """The last line, out of a signal handler, which may have struck within another line."""
        try:
            self.say(line, important=True)
        except RuntimeError:  # the buffer is in use: past it
            os.write(2, f"{line}\n".encode())

    def note(self, line: str) -> None:
        """One line for the log file alone."""
        if self._log is not None:
            print(line, file=self._log, flush=True)


class Progress(Protocol):
    """Is told each outcome, and when a process ends in the middle of it."""

    def tell(self, outcome: Outcome) -> None: ...

    def leave(self) -> None: ...


class Plain:
    """A line per frame."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def tell(self, outcome: Outcome) -> None:
        self.voice.say(outcome.line(), important=outcome.status != "ok")

    def leave(self) -> None:
        pass


class OpenJd(Plain):
    """Lines that Open Job Description reads, besides the plain ones."""

    def __init__(self, voice: Voice, total: int) -> None:
        super().__init__(voice)
        self.total, self.count = max(1, total), 0

    def tell(self, outcome: Outcome) -> None:
        super().tell(outcome)
        # A movie that is not written is told after its frames were.
        self.count = min(self.count + 1, self.total)
        self.voice.say(f"openjd_progress: {100 * self.count / self.total:.1f}", important=True)
        self.voice.say(f"openjd_status: frame {outcome.frame} {outcome.status}", important=True)
        if outcome.status in ("failed", "claimed"):
            self.voice.say(openjd_failure(outcome.line()), important=True)


def openjd_failure(message: str) -> str:
    """The line by which a farm is told why a task failed: one line, whatever the message is."""
    return f"openjd_fail: {' '.join(message.split())}"


class Bar:
    """A bar with frames per second and the time left; failed frames as lines above it."""

    def __init__(self, voice: Voice, bar: Any, task: Any) -> None:
        self.voice, self.bar, self.task = voice, bar, task

    def tell(self, outcome: Outcome) -> None:
        if outcome.status == "ok" and not outcome.has_anomalies:
            self.voice.note(outcome.line())
        else:
            self.bar.console.print(outcome.line(), markup=False, highlight=False)
            self.voice.note(outcome.line())
        self.bar.advance(self.task)

    def leave(self) -> None:
        """Take the bar away and give the terminal its cursor back."""
        self.bar.stop()


class Silent:
    """Nothing while it runs."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def tell(self, outcome: Outcome) -> None:
        self.voice.note(outcome.line())

    def leave(self) -> None:
        pass


def counted(count: int, noun: str) -> str:
    """A number and its noun: ``1 frame``, ``2 frames``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def leave(listener: Progress, voice: Voice, line: str) -> None:
    """Say the last line of a job where the process ends in the middle of it."""
    with suppress(Exception):  # a bar that cannot be taken away costs no last line
        listener.leave()
    voice.last(line)


def progress(kind: str, voice: Voice, total: int) -> AbstractContextManager[Progress]:
    """The progress of a kind, for a `with` block; auto is a bar on a terminal, else plain."""
    if kind == "auto" and sys.stderr.isatty() and not voice.quiet:
        return _bar(voice, total)
    if kind == "openjd":
        return _as_is(OpenJd(voice, total))
    return _as_is(Silent(voice) if kind == "none" else Plain(voice))


@contextmanager
def _as_is(made: Progress) -> Iterator[Progress]:
    yield made


@contextmanager
def _bar(voice: Voice, total: int) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            speed = task.finished_speed or task.speed
            return Text("-- frames/s" if speed is None else f"{speed:.2f} frames/s")

    columns = (BarColumn(), MofNCompleteColumn(), Rate(), "left", TimeRemainingColumn())
    console = Console(stderr=True)
    with RichProgress(*columns, console=console, transient=True) as bar:
        yield Bar(voice, bar, bar.add_task("", total=total))
