"""The lines of a job for its log: before the first frame, in a dry run, and at the end."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from grade.io import format_ranges
from grade.render.plan import Plan
from grade.render.report import Report


def counted(count: int, noun: str) -> str:
    """A number and its noun: ``1 frame``, ``2 frames``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def first_line(plan: Plan) -> str:
    """The version, machine, device, look, programs, config and frames of a job."""
    from grade import __version__

    look = plan.grader.look
    programs = " ".join(f"{name}:{digest[:12]}" for name, digest in plan.programs.items())
    numbers = format_ranges(task.number for task in plan.tasks)
    return (
        f"grade {__version__} on {platform.node()}: {plan.header.device}{_device_choice(plan)}; "
        f"look {look.name} {look.hash[:12]}; program {programs}; "
        f"config {plan.header.config}; {counted(len(plan.tasks), 'frame')} {numbers}"
    )


def _device_choice(plan: Plan) -> str:
    """How the device was chosen, if ``auto`` chose it."""
    device = plan.header.device
    if plan.request.device != "auto" or device.startswith("dask"):
        return ""
    return ", by auto" if device.startswith("cuda") else ", by auto: no usable CUDA"


def details(plan: Plan) -> list[str]:
    """The path of each output, and every knob of each node that is not at its default."""
    lines = [f"output {name}: {pattern}" for name, pattern in plan.targets.items()]
    first = plan.tasks[0].number if plan.tasks else None
    for placed in plan.grader.look.nodes():
        values = {n: v for n, v in placed.op.values.items() if v != placed.op.settings[n].default}
        lines.append(f"node {placed.name} ({placed.op.kind}) at frame {first}: {values}")
    return lines


def dry_run_lines(plan: Plan) -> list[str]:
    """What a job would write, and why."""
    lines = []
    if plan.missing:
        policy = plan.request.missing
        lines.append(f"{plan.sequence.pattern}: missing {format_ranges(plan.missing)} ({policy})")
    for name, pattern in plan.targets.items():
        reasons = {task.number: plan.reasons.get(task.number, {}).get(name) for task in plan.tasks}
        for reason in dict.fromkeys(filter(None, reasons.values())):
            frames = format_ranges(number for number, r in reasons.items() if r == reason)
            lines.append(f"{name} {frames}: {reason}")
        todo = sum(reason is not None for reason in reasons.values())
        kept = len(plan.tasks) - todo
        lines.append(f"would write {name}: {pattern}, {counted(todo, 'frame')}, {kept} up to date")
    return lines


def trouble_lines(report: Report, pattern: str) -> list[str]:
    """The frames of a job that failed, are missing or not begun; `pattern` is that of the plate."""
    lines = [f"{pattern}: {line}" for line in report.troubles()]
    if left := report.not_begun:
        lines.append(f"not begun: {format_ranges(left)}; the same command goes on")
    return lines


def show_first_line(name: str, plans: Mapping[str, Plan], device: str) -> str:
    """The version, machine, device, shots, frames, looks, programs and configs of a show."""
    from grade import __version__

    frames = sum(len(plan.tasks) for plan in plans.values())
    looks = {plan.grader.look.name: None for plan in plans.values()}
    programs = {digest: None for plan in plans.values() for digest in plan.programs.values()}
    configs = {plan.header.config: None for plan in plans.values()}
    return (
        f"grade {__version__} on {platform.node()}: {device}; show {name};"
        f" {counted(len(plans), 'shot')}, {counted(frames, 'frame')}; look {', '.join(looks)};"
        f" {counted(len(programs), 'program')} {' '.join(d[:12] for d in list(programs)[:6])};"
        f" config {', '.join(configs)}"
    )


def plate_lines(plans: Mapping[str, Plan]) -> list[str]:
    """What plates are taken as whose tags do not say it: a line for all of which the same is said.

    ``plate of sh010 and of 11 more shots: no tag says its space, so ...``
    """
    shots: dict[str, list[str]] = {}
    for shot, plan in plans.items():
        if plan.plate_note is not None:
            shots.setdefault(plan.plate_note, []).append(shot)
    return [
        f"plate of {names[0]}"
        + (f" and of {counted(len(names) - 1, 'more shot')}" if len(names) > 1 else "")
        + f": {note}"
        for note, names in shots.items()
    ]


def shot_dry_run_line(shot: str, plan: Plan) -> str:
    """What a job would write for a shot."""
    frames = format_ranges(task.number for task in plan.tasks)
    todo = format_ranges(task.number for task in plan.todo)
    line = f"{shot}: {frames}; would write {todo or 'nothing'}"
    if plan.missing:
        line += f"; missing {format_ranges(plan.missing)} ({plan.request.missing})"
    return line
