"""`grade render NAME.show.yaml`: the shots of a show, in one process and with one report."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.overrides import overridden
from grade.cli.job.progress import Voice, counted
from grade.cli.render import request_of, where
from grade.errors import GradeError, RequestError
from grade.settings import settings

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.render import Plan, Stream
    from grade.render.show.show import Shot, Show
    from grade.render.show.show_report import ShotOutcome, ShowReport

_OF_SHOW = {"input": "INPUT", "output": "OUTPUT", "named": "-o", "cdl": "--cdl"}


class _NoneOfThese(RequestError):
    """A shot has no frame of those that are asked for."""


def render_show(voice: Voice, options: dict[str, Any]) -> int:
    """Render the shots that are asked for; a shot that cannot be is named, the others go on."""
    from grade.render.frame.shared_kernels import SharedKernels
    from grade.render.show.show_file import read_show
    from grade.render.show.show_report import ShowReport

    for name, flag in _OF_SHOW.items():
        if options[name]:
            raise RequestError(f"{flag} {options[name]}: the show file says this; edit it there")
    show = read_show(options["look"])
    shots = show.select(options["shots"])
    threads = options["threads"] or settings().threads
    device = SharedKernels(where(options, options["device"] or settings().device, threads))
    report = ShowReport(options["strict"])
    plans: dict[str, Plan] = {}
    for shot in shots:
        try:
            plans[shot.name] = _plan(show, shot, device, options, voice)
        except _NoneOfThese as error:
            voice.say(f"{shot.name} left out: {error}")
        except GradeError as error:
            report.refuse(shot.name, error)
            voice.say(f"{shot.name} refused: {error}", important=True)
    if not plans and not report.refused:
        raise RequestError(f"--frames {options['frames']}: no shot has any of these frames")
    voice.say(_first_line(show, plans, device.name))
    if options["dry_run"]:
        return _dry_run(plans, report, voice, options)
    start = time.perf_counter()
    code = _run(plans, report, voice, options)
    _finish(plans, report, voice, options, code, time.perf_counter() - start)
    return code


def _plan(show: Show, shot: Shot, device: Any, options: dict[str, Any], voice: Voice) -> Plan:
    from dataclasses import replace

    from grade.io import format_ranges, parse_ranges
    from grade.render import plan

    def say(line: str) -> None:
        voice.say(f"{shot.name}: {line}")

    look = _look(show, shot, options)
    look = overridden(look, {**options, "version": None, "cdl": None}, say)
    targets = show.outputs_of(shot)
    request = request_of(options, look, show.input_of(shot), targets)
    if shot.frames is not None:
        own = parse_ranges(shot.frames)
        wanted = own if request.frames is None else _common(own, request.frames, shot)
        request = replace(request, frames=format_ranges(wanted), first=own[0])
    made = plan(request, device)
    if made.sample is not None:
        made.sample.drop()
    return made


def _look(show: Show, shot: Shot, options: dict[str, Any]) -> Look:
    look = show.look_of(shot, options["version"], options["space"])
    if options["config"] is None:
        return look
    from grade.cli.render import with_config

    return with_config(look, options["config"], str(shot.look or show.look))


def _common(own: list[int], asked: str, shot: Shot) -> list[int]:
    """The frames of a shot that --frames asks for."""
    from grade.io import parse_ranges

    both = sorted(set(own) & set(parse_ranges(asked)))
    if not both:
        raise _NoneOfThese(f"it has the frames {shot.frames}")
    return both


def _first_line(show: Show, plans: dict[str, Plan], device: str) -> str:
    import platform

    from grade import __version__

    frames = sum(len(plan.tasks) for plan in plans.values())
    looks = {plan.grader.look.name: None for plan in plans.values()}
    programs = {digest: None for plan in plans.values() for digest in plan.programs.values()}
    configs = {plan.header.config: None for plan in plans.values()}
    return (
        f"grade {__version__} on {platform.node()}: {device}; show {show.name};"
        f" {counted(len(plans), 'shot')}, {counted(frames, 'frame')}; look {', '.join(looks)};"
        f" {counted(len(programs), 'program')} {' '.join(d[:12] for d in list(programs)[:6])};"
        f" config {', '.join(configs)}"
    )


class _Running:
    """The stream that runs now, for who must leave at once."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.stream: Stream | None = None

    def abandon(self) -> None:
        if self.stream is not None:
            self.stream.abandon()

    def outcomes(self, plans: dict[str, Plan], report: ShowReport) -> Iterator[ShotOutcome]:
        """Shot after shot; one whose folders cannot be made is refused."""
        from grade.render import Stream
        from grade.render.show.show_report import ShotOutcome

        for shot, plan in plans.items():
            if self.stop.is_set():
                return
            try:
                plan.make_folders()
                self.stream = Stream(plan, plan.request.threads or 1)
            except GradeError as error:
                report.refuse(shot, error)
                continue
            report.begin(shot, plan.filled)
            self.stream.stop = self.stop
            for outcome in self.stream.outcomes():
                yield ShotOutcome.of(shot, outcome)


def _run(plans: dict[str, Plan], report: ShowReport, voice: Voice, options: dict[str, Any]) -> int:
    if options["dask"] is None:
        return _told(plans, report, voice, options, _Running())
    from grade.cli.job.dask import shots_on

    device = options["device"] or settings().device
    with shots_on(options["dask"], device, options["threads"]) as running:
        return _told(plans, report, voice, options, running)


def _told(
    plans: dict[str, Plan],
    report: ShowReport,
    voice: Voice,
    options: dict[str, Any],
    running: Any,
) -> int:
    from grade.cli.job.interrupt import interrupts
    from grade.cli.job.progress import leave, progress

    kept = sum(len(plan.kept) for plan in plans.values())
    if kept:
        voice.say(f"up to date: {counted(kept, 'frame')}")
    total = sum(len(plan.tasks) + len(plan.skipped) for plan in plans.values()) - kept
    with (
        progress(options["kind"], voice, total) as listener,
        interrupts(
            running.stop,
            running.abandon,
            lambda line: voice.say(line, important=True),
            lambda: leave(listener, voice, report.last_line),
        ) as asked,
    ):
        for outcome in running.outcomes(plans, report):
            report.add(outcome)
            if outcome.status != "kept" or outcome.message:
                listener.tell(outcome)
    return report.exit_code if asked.code is None else asked.code


def _finish(
    plans: dict[str, Plan],
    report: ShowReport,
    voice: Voice,
    options: dict[str, Any],
    code: int,
    elapsed: float,
) -> None:
    from grade.io import format_ranges

    said: dict[str, Any] = {}
    left: dict[str, str] = {}
    for shot, plan in plans.items():
        told = report.shots[shot].outcomes if shot in report.shots else []
        begun = {number for outcome in told for number in outcome.numbers}
        rest = [task.number for task in plan.tasks if task.number not in begun]
        if rest and shot not in report.refused:
            left[shot] = format_ranges(rest)
        said[shot] = {
            "look": plan.grader.look.name,
            "programs": dict(plan.programs),
            "outputs": {name: str(pattern) for name, pattern in plan.targets.items()},
            "not_begun": left.get(shot, ""),
        }
    data = {**report.data(said), "exit_code": code, "seconds": round(elapsed, 3)}
    if options["report"]:
        from grade.io import atomic_write

        with atomic_write(options["report"]) as part:
            part.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    if options["as_json"]:
        click.echo(json.dumps(data, indent=1))
    for line in report.troubles():
        voice.say(line, important=True)
    for shot, frames in left.items():
        voice.say(f"{shot}: not begun: {frames}; the same command goes on", important=True)
    if report.done and elapsed:
        voice.say(f"{report.done / elapsed:.2f} frames/s")
    voice.say(report.last_line, important=True)


def _dry_run(
    plans: dict[str, Plan], report: ShowReport, voice: Voice, options: dict[str, Any]
) -> int:
    from grade.io import format_ranges

    data: dict[str, Any] = {}
    for shot, plan in plans.items():
        report.begin(shot)
        frames = format_ranges(task.number for task in plan.tasks)
        todo = format_ranges(task.number for task in plan.todo)
        line = f"{shot}: {frames}; would write {todo or 'nothing'}"
        if plan.missing:
            line += f"; missing {format_ranges(plan.missing)} ({plan.request.missing})"
        voice.say(line)
        data[shot] = {
            "frames": frames,
            "todo": todo,
            "missing": format_ranges(plan.missing),
            "outputs": {name: str(pattern) for name, pattern in plan.targets.items()},
            "programs": dict(plan.programs),
        }
    refused = {shot: str(error) for shot, error in report.refused.items()}
    if options["as_json"]:
        click.echo(json.dumps({"dry_run": True, "shots": data, "refused": refused}, indent=1))
    return report.exit_code
