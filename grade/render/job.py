"""Runs a render job from Python, with the checks, claims and journals of ``grade render``.

``grade.render(...)`` calls `render`; the verb is a thin face of the same `Job`. Nothing here
prints, handles signals or ends the process: lines go to a log, and outcomes to a callable.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol, TypeVar, Unpack

from grade.graph.look import Look
from grade.graph.open_look import open_look, override
from grade.io import format_ranges
from grade.log import LOGGER, Log
from grade.render.errors import PlanError
from grade.render.messages import details, dry_run_lines, first_line, trouble_lines
from grade.render.options import Keywords, Options
from grade.render.plan import Plan
from grade.render.planner import plan
from grade.render.report import Asked, Outcome, Report
from grade.render.request import Request
from grade.render.stop_event import IsSet, StopEvent
from grade.render.stream import Stream
from grade.run import Executor, executor

Told = TypeVar("Told", bound=Outcome, covariant=True)
AnyPath = str | os.PathLike[str]
Outputs = AnyPath | Mapping[str, AnyPath]
"""A file or a pattern; or the file or pattern of each output of the look, by output."""


def render(
    look: Look | AnyPath,
    input: AnyPath,
    outputs: Outputs,
    *,
    progress: Callable[[Outcome], object] | None = None,
    stop: IsSet | None = None,
    dry_run: bool = False,
    **options: Unpack[Keywords],
) -> Report:
    """Grade a still, a sequence or a movie by a look, and write the outputs.

    The checks, claims, journals and errors are those of ``grade render``: frames that are up to
    date are kept, each frame appears whole or not at all, and any number of threads, processes and
    hosts may work on one sequence. Errors name options as the flags of the verb: ``--force`` is
    ``force=True``, and ``--input`` is ``input_space=``.

    Parameters
    ----------
    look
        A look, the path of its file, or the name of a shipped look.
    input
        The plate: a file or a pattern, such as ``plates/sh010.####.exr``.
    outputs
        A file or a pattern, for the only or first output of the look; or a file or pattern for
        each output, by name. Options of an output follow its path after commas:
        ``"sdr.####.png,bits=8"``.
    progress
        Called with the `Outcome` of each frame as it is known, in the calling thread. Missing
        frames and frames that are up to date come first. An error that it raises ends the job.
    stop
        An event. Once it is set, no further frame is begun, and frames in flight are finished.
    dry_run
        Check everything and write nothing. ``report.asked.reasons`` says what would be written.
    **options
        The flags of the verb, see `grade.render.options.Options`: ``frames``, ``set``,
        ``version``, ``bits``, ``scale``, ``device``, ``threads``, ``memory``, ``missing``,
        ``strict``, ``force`` and so on.

    Returns
    -------
    Report
        The outcome of each frame. A frame that fails raises nothing: ``report.exit_code`` is that
        of the verb, and ``report.check()`` raises if it is not 0 or frames were not begun.

    Raises
    ------
    UnknownOption
        For an unknown option; the message names the nearest.
    RequestError
        If the request is wrong; nothing was written.
    TemporaryError
        If the job cannot start now but may later, such as without its device.
    """
    check_callbacks(progress, stop)
    asked = Options.of_keywords(options)
    opened = open_for(look, asked, LOGGER)
    targets = name_outputs(opened, outputs)
    job = Job.prepare(asked.make_request(opened, input, targets, folder_of(look)), LOGGER)
    job.announce()
    if dry_run:
        return job.dry_run()
    run_to_end(job, progress, stop)
    LOGGER.info(job.report.last_line)
    return job.report


class AnyJob(Protocol[Told]):
    """A job of one look, or of the shots of a show."""

    def begin(self, stop: IsSet | None = None) -> None: ...

    def outcomes(self) -> Generator[Told, None, None]: ...

    def conclude(self) -> None: ...


def run_to_end(
    job: AnyJob[Told], progress: Callable[[Told], object] | None, stop: IsSet | None
) -> None:
    """Render all frames of a job; log the line of each, and tell the caller."""
    job.begin(stop)
    with closing(job.outcomes()) as outcomes:
        for outcome in outcomes:
            log_outcome(LOGGER, outcome)
            if progress is not None:
                progress(outcome)
    job.conclude()


def check_callbacks(progress: object, stop: object) -> None:
    """Refuse a callback or an event that cannot be one, before anything is written.

    Raises
    ------
    PlanError
        Naming the argument.
    """
    if progress is not None and not callable(progress):
        raise PlanError(f"progress = {progress!r}: takes a function that is called with an outcome")
    if stop is not None and not callable(getattr(stop, "is_set", None)):
        raise PlanError(f"stop = {stop!r}: takes an event, such as threading.Event()")


def log_outcome(log: Log, outcome: Outcome) -> None:
    """Log the line of an outcome, as a warning unless the frame is up to date."""
    there = outcome.status in ("ok", "kept")
    (log.info if there else log.warning)(outcome.line())


class FrameStream(Protocol):
    """Renders the frames of a plan: the threads of this process, or a cluster."""

    @property
    def notes(self) -> Sequence[str]:
        """Remarks about what was written, for the log."""
        ...

    @property
    def limited(self) -> Mapping[str, int]:
        """The pixels that the limiters of movies moved, by output."""
        ...

    def outcomes(self) -> Iterator[Outcome]:
        """Render; yield the outcome of each frame as it is known."""
        ...

    def abandon(self) -> None:
        """Remove what is unfinished, because the process ends now."""


class Job:
    """A checked job of one look over one plate: runs it, logs it, collects its report.

    Parameters
    ----------
    checked
        The plan.
    log
        The log for its lines.

    Attributes
    ----------
    report
        The outcomes so far.
    stop
        Set this event to begin no further frame.
    """

    def __init__(self, checked: Plan, log: Log) -> None:
        self.plan, self.log = checked, log
        self.report = Report(checked.request.strict, checked.filled, asked_of(checked))
        self.stop = StopEvent()
        self._stream: FrameStream | None = None
        self._start = 0.0

    @classmethod
    def prepare(cls, request: Request, log: Log, device: Executor | None = None) -> Job:
        """Check everything, and compile.

        Parameters
        ----------
        request, log
            The job; the log for its lines.
        device
            The executor; None: that of the request.

        Raises
        ------
        RequestError
            If the request is wrong; nothing was written.
        """
        device = device or executor(request.device or "auto", request.threads)
        return cls(plan(request, device), log)

    @property
    def total(self) -> int:
        """How many outcomes there will be, without frames that are up to date."""
        return len(self.plan.tasks) - len(self.plan.kept) + len(self.plan.skipped)

    def announce(self) -> None:
        """Log what the job is, and what was assumed."""
        self.log.info(first_line(self.plan))
        for line in self.plan.notes:
            self.log.info(line)
        for line in details(self.plan):
            self.log.debug(line)

    def dry_run(self) -> Report:
        """Log what would be written, and why; the report has the frames that need no work."""
        for line in dry_run_lines(self.plan):
            self.log.info(line)
        for number in self.plan.skipped:
            self.report.add(Outcome(number, "skipped", message="missing"))
        for number in self.plan.kept:
            self.report.add(self.plan.kept_outcome(number))
        return self.report

    def begin(
        self,
        stop: IsSet | None = None,
        stream: Callable[[StopEvent], FrameStream] | None = None,
    ) -> None:
        """Make the folders, and log which frames are up to date.

        Parameters
        ----------
        stop
            An event of the caller, which stops the job too.
        stream
            Makes what renders the frames until a stop; None: threads of this process.

        Raises
        ------
        PlanError
            If a folder cannot be made or written to.
        """
        self._start = time.perf_counter()
        self.stop = StopEvent(stop)
        self.plan.make_folders()
        self._stream = self._threads() if stream is None else stream(self.stop)
        if self.plan.kept:
            self.log.info(f"up to date: {format_ranges(self.plan.kept)}")

    def _threads(self) -> Stream:
        def wait(frames: list[int]) -> None:
            self.log.info(f"waiting for frames that others claim: {format_ranges(frames)}")

        stream = Stream(self.plan, self.plan.request.threads or 1, wait=wait)
        stream.stop = self.stop
        return stream

    def outcomes(self) -> Generator[Outcome, None, None]:
        """Render; yield the outcome of each frame as it is known, and add it to the report."""
        assert self._stream is not None, "begin first"
        for outcome in self._stream.outcomes():
            self.report.add(outcome)
            yield outcome
        self.report.seconds = time.perf_counter() - self._start
        self.report.notes = tuple(self._stream.notes)
        self.report.limited = self._stream.limited
        for note in self.report.notes:
            self.log.info(note)

    def conclude(self) -> None:
        """Log the frames that have trouble, and the frames per second."""
        for line in trouble_lines(self.report, str(self.plan.sequence.pattern)):
            self.log.warning(line)
        done = len(self.report.frames("ok"))
        if done and self.report.seconds:
            self.log.info(f"{done / self.report.seconds:.2f} frames/s")

    def abandon(self) -> None:
        """Remove what is unfinished, because the process ends now."""
        if self._stream is not None:
            self._stream.abandon()


def open_for(look: Look | AnyPath, options: Options, log: Log) -> Look:
    """Open the look of a job, and make all changes that the options ask for."""
    config = None if options.config is None else os.fspath(options.config)
    opened = open_look(look, config, log)
    if options.input_space:
        opened = opened.with_input(options.input_space)
    return override(
        opened,
        version=options.version,
        cdl=options.cdl,
        values=options.set,
        without=options.nodes_left_out,
        tell=log.info,
    )


def folder_of(look: Look | AnyPath) -> Path | None:
    """The folder of a look that is given by its path; it may have presets."""
    if not isinstance(look, str | os.PathLike):
        return None
    folder = Path(look).parent
    return folder if folder.is_dir() else None


def name_outputs(look: Look, outputs: Outputs) -> dict[str, AnyPath]:
    """The path of each output; a single path is that of the first output."""
    if isinstance(outputs, str | os.PathLike):
        return {look.output_name(None): outputs}
    if not isinstance(outputs, Mapping):
        raise PlanError(f"outputs = {outputs!r}: takes a path, or a path for each output by name")
    if not outputs:
        raise PlanError(f"outputs is empty: name {', '.join(look.outputs)}")
    return dict(outputs)


def asked_of(checked: Plan) -> Asked:
    """What a job was asked to do, for its report."""
    return Asked(
        frames=tuple(task.number for task in checked.tasks),
        reasons=checked.reasons,
        look=checked.grader.look.name,
        programs=dict(checked.programs),
        outputs={name: str(pattern) for name, pattern in checked.targets.items()},
    )
