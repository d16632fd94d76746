"""``grade render NAME.show.yaml``: the shots of a show, in one process and with one report."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import click

from grade.cli.job.console import Console
from grade.cli.job.dask import cluster_device, crew_on
from grade.cli.job.follow import follow
from grade.cli.job.render_options import RenderOptions
from grade.cli.job.report_file import report_writer
from grade.errors import RequestError
from grade.io import format_ranges
from grade.render.show_job import ShowJob
from grade.settings import settings


def render_show(options: RenderOptions, console: Console) -> int:
    """Render the shots that are asked for; return the exit code."""
    said = {"INPUT": options.input, "OUTPUT": options.output, "-o": options.named}
    for flag, value in said.items():
        if value:
            raise RequestError(f"{flag} {value}: the show file says this; edit it there")
    device = cluster_device(options.dask, [])
    job = ShowJob.prepare(options.look, options.shots, options.job, console, device)
    job.announce()
    if options.dry_run:
        return _dry_run(job, options)
    crew: Any = nullcontext()
    if options.dask is not None:
        where = options.job.device or settings().device
        crew = crew_on(options.dask, where, options.job.threads, options.wait, console)
    with crew as maker:
        job.begin(crew=maker)
        code = follow(job, console, options.progress, report_writer(job, options))
    job.conclude()
    console.always(job.report.last_line)
    return code


def _dry_run(job: ShowJob, options: RenderOptions) -> int:
    report = job.dry_run()
    if options.as_json:
        shots = {
            shot: {
                "frames": format_ranges(task.number for task in plan.tasks),
                "todo": format_ranges(task.number for task in plan.todo),
                "missing": format_ranges(plan.missing),
                "outputs": {name: str(pattern) for name, pattern in plan.targets.items()},
                "programs": dict(plan.programs),
            }
            for shot, plan in job.plans.items()
        }
        refused = {shot: str(error) for shot, error in report.refused.items()}
        click.echo(json.dumps({"dry_run": True, "shots": shots, "refused": refused}, indent=1))
    return report.exit_code
