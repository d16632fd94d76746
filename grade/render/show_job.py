"""Renders the shots of a show from Python, in one process and with one report.

``grade.render_show(...)`` calls `render_show`; the verb is a thin face of the same `ShowJob`. A
shot that cannot be rendered is named, and the others go on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Protocol, Unpack

from grade.errors import GradeError, RequestError
from grade.graph.look import Look
from grade.graph.open_look import override, with_config
from grade.io import format_ranges, parse_ranges
from grade.log import LOGGER, Log, Prefixed
from grade.render.errors import PlanError
from grade.render.frame.shared_kernels import SharedKernels
from grade.render.job import AnyPath, asked_of, check_callbacks, folder_of, run_to_end
from grade.render.messages import counted, plate_lines, shot_dry_run_line, show_first_line
from grade.render.options import Keywords, Options, check_path
from grade.render.plan import Plan
from grade.render.planner import plan
from grade.render.report import Outcome
from grade.render.show.show import Shot, Show
from grade.render.show.show_file import read_show
from grade.render.show.show_report import ShotOutcome, ShowReport
from grade.render.stop_event import IsSet, StopEvent
from grade.render.stream import Stream
from grade.run import Executor, executor
from grade.settings import settings


def render_show(
    show: AnyPath,
    *,
    shot: str | Iterable[str] = (),
    progress: Callable[[ShotOutcome], object] | None = None,
    stop: IsSet | None = None,
    dry_run: bool = False,
    **options: Unpack[Keywords],
) -> ShowReport:
    """Grade the shots of a show and write their outputs; equal programs are compiled once.

    Parameters
    ----------
    show
        ``NAME.show.yaml``, which names look, plates, outputs and the table of shots.
    shot
        The names of shots, or patterns such as ``sh0*``; all if none is given.
    progress, stop, dry_run
        As in ``grade.render``. Each outcome has the name of its shot.
    **options
        As in ``grade.render``, without ``cdl``, which the show file sets for all shots.

    Returns
    -------
    ShowReport
        A report for each shot, and the shots that cannot be rendered.

    Raises
    ------
    UnknownOption
        For an unknown option; the message names the nearest.
    RequestError
        If the show file, the table or the request is wrong; nothing was written.
    """
    check_callbacks(progress, stop)
    check_path("show", show)
    shots = [shot] if isinstance(shot, str) else shot
    if not isinstance(shots, Iterable) or not all(isinstance(name, str) for name in shots):
        raise PlanError(f"shot = {shot!r}: takes the name of a shot, or several")
    asked = Options.of_keywords(options)
    job = ShowJob.prepare(show, list(shots), asked, LOGGER)
    job.announce()
    if dry_run:
        return job.dry_run()
    run_to_end(job, progress, stop)
    LOGGER.info(job.report.last_line)
    return job.report


class Crew(Protocol):
    """Renders the frames of all plans together, on a cluster."""

    def outcomes(self) -> Iterator[tuple[str, Outcome]]:
        """Render; yield the shot and the outcome of each frame as it is known."""
        ...

    def abandon(self) -> None:
        """Remove what is unfinished, because the process ends now."""


class NoSuchFrames(RequestError):
    """A shot has none of the requested frames."""


class ShowJob:
    """The checked shots of a show: renders them, logs them, collects their report.

    Parameters
    ----------
    show
        The show.
    plans, report
        The plan of each shot; the report, with the shots that are refused.
    device
        The name of the executor.
    log
        The log for its lines.

    Attributes
    ----------
    stop
        Set this event to begin no further frame.
    """

    def __init__(
        self, show: Show, plans: Mapping[str, Plan], report: ShowReport, device: str, log: Log
    ) -> None:
        self.show, self.plans, self.report = show, plans, report
        self.device, self.log = device, log
        self.stop = StopEvent()
        self._crew: Callable[[Mapping[str, Plan], StopEvent], Crew] | None = None
        self._running: Stream | Crew | None = None
        self._start = 0.0

    @classmethod
    def prepare(
        cls,
        path: AnyPath,
        shots: Iterable[str],
        options: Options,
        log: Log,
        device: Executor | None = None,
    ) -> ShowJob:
        """Read the show, and check every shot.

        Parameters
        ----------
        path, shots
            The show file, and the shots as in `render_show`.
        options, log
            The options; the log for its lines.
        device
            The executor; None: that of the options.

        Raises
        ------
        RequestError
            If the show file is wrong, or no shot has the requested frames.
        """
        if options.cdl:
            raise RequestError(
                f"--cdl {os.fspath(options.cdl)}: the show file says this; edit it there"
            )
        show = read_show(path)
        chosen = show.select(shots)
        if device is None:
            threads = options.threads or settings().threads
            device = executor(options.device or settings().device, threads)
        shared = SharedKernels(device)
        plans: dict[str, Plan] = {}
        report = ShowReport(options.strict)
        for shot in chosen:
            try:
                plans[shot.name] = plan_shot(show, shot, shared, options, log)
            except NoSuchFrames as error:
                log.info(f"{shot.name} left out: {error}")
            except GradeError as error:
                report.refuse(shot.name, error)
                log.warning(f"{shot.name} refused: {error}")
        if not plans and not report.refused:
            raise RequestError(f"--frames {options.frames}: no shot has any of these frames")
        report.asked = {shot: asked_of(made) for shot, made in plans.items()}
        return cls(show, plans, report, shared.name, log)

    @property
    def kept(self) -> int:
        """How many frames are up to date."""
        return sum(len(made.kept) for made in self.plans.values())

    @property
    def total(self) -> int:
        """How many outcomes there will be, without frames that are up to date."""
        frames = sum(len(made.tasks) + len(made.skipped) for made in self.plans.values())
        return frames - self.kept

    def announce(self) -> None:
        """Log what the job is."""
        self.log.info(show_first_line(self.show.name, self.plans, self.device))
        looks = (plan.grader.look.notes() for plan in self.plans.values())
        mixed = (plan.mixed for plan in self.plans.values() if plan.mixed is not None)
        lines = (*plate_lines(self.plans), *mixed, *dict.fromkeys(chain.from_iterable(looks)))
        for line in lines:
            self.log.info(line)

    def dry_run(self) -> ShowReport:
        """Log what would be written; the report has the frames that need no work."""
        for shot, made in self.plans.items():
            self.log.info(shot_dry_run_line(shot, made))
            self.report.begin(shot)
        return self.report

    def begin(
        self,
        stop: IsSet | None = None,
        crew: Callable[[Mapping[str, Plan], StopEvent], Crew] | None = None,
    ) -> None:
        """Log how many frames are up to date.

        Parameters
        ----------
        stop
            An event of the caller, which stops the job too.
        crew
            Makes what renders all shots until a stop; None: threads of this process, one shot
            after the other.
        """
        self._start = time.perf_counter()
        self.stop, self._crew = StopEvent(stop), crew
        if self.kept:
            self.log.info(f"up to date: {counted(self.kept, 'frame')}")

    def outcomes(self) -> Generator[ShotOutcome, None, None]:
        """Render; yield the outcome of each frame as it is known, and add it to the report."""
        found = self._one_by_one() if self._crew is None else self._all_at_once(self._crew)
        for shot, outcome in found:
            made = ShotOutcome.of(shot, outcome)
            self.report.add(made)
            yield made
        self.report.seconds = time.perf_counter() - self._start

    def _one_by_one(self) -> Generator[tuple[str, Outcome], None, None]:
        """Render shot after shot; a shot whose folders cannot be made is refused."""
        for shot, made in self.plans.items():
            if self.stop.is_set():
                return
            try:
                made.make_folders()
                stream = Stream(made, made.request.threads or 1)
            except GradeError as error:
                self.report.refuse(shot, error)
                continue
            self.report.begin(shot, made.filled)
            self._running, stream.stop = stream, self.stop
            for outcome in stream.outcomes():
                yield shot, outcome
            written = self.report.shots[shot]
            written.notes, written.limited = tuple(stream.notes), stream.limited
            for note in written.notes:
                self.log.info(f"{shot}: {note}")

    def _all_at_once(
        self, crew: Callable[[Mapping[str, Plan], StopEvent], Crew]
    ) -> Generator[tuple[str, Outcome], None, None]:
        """Render all shots together: the last frames of one beside the first of the next."""
        begun = {}
        for shot, made in self.plans.items():
            try:
                made.make_folders()
            except GradeError as error:
                self.report.refuse(shot, error)
                continue
            self.report.begin(shot, made.filled)
            begun[shot] = made
        self._running = crew(begun, self.stop)
        yield from self._running.outcomes()

    def conclude(self) -> None:
        """Log the frames that have trouble, and the frames per second."""
        for line in self.report.troubles():
            self.log.warning(line)
        for shot, frames in self.report.not_begun.items():
            ranges = format_ranges(frames)
            self.log.warning(f"{shot}: not begun: {ranges}; the same command goes on")
        if self.report.done and self.report.seconds:
            self.log.info(f"{self.report.done / self.report.seconds:.2f} frames/s")

    def abandon(self) -> None:
        """Remove what is unfinished, because the process ends now."""
        if self._running is not None:
            self._running.abandon()


def plan_shot(show: Show, shot: Shot, device: Executor, options: Options, log: Log) -> Plan:
    """Plan a shot.

    Raises
    ------
    NoSuchFrames
        If it has none of the requested frames.
    GradeError
        If it cannot be rendered.
    """
    look = override(
        look_of(show, shot, options),
        values=options.set,
        without=options.nodes_left_out,
        tell=Prefixed(log, shot.name).info,
    )
    folder = folder_of(show.path)
    request = options.make_request(look, show.input_of(shot), show.outputs_of(shot), folder)
    if shot.space is not None:
        request = replace(request, input_stated=True)
    if shot.frames is not None:
        own = parse_ranges(shot.frames)
        wanted = own if request.frames is None else common_frames(own, request.frames, shot)
        request = replace(request, frames=format_ranges(wanted), first=own[0])
    made = plan(request, device)
    if made.sample is not None:
        made.sample.drop()
    return made


def look_of(show: Show, shot: Shot, options: Options) -> Look:
    """The look of a shot, with the config of the options."""
    look = show.look_of(shot, options.version, options.input_space)
    if options.config is None:
        return look
    return with_config(look, os.fspath(options.config), str(shot.look or show.look))


def common_frames(own: list[int], asked: str, shot: Shot) -> list[int]:
    """The requested frames of a shot."""
    both = sorted(set(own) & set(parse_ranges(asked)))
    if not both:
        raise NoSuchFrames(f"it has the frames {shot.frames}")
    return both
