"""The report of a job as JSON: in the file of ``--report``, and on stdout by ``--json``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.cli.job.render_options import RenderOptions
    from grade.render.job import Job
    from grade.render.show_job import ShowJob


def check_report_path(path: Path | None) -> None:
    """Refuse a file that cannot be written, before the first frame and not after the last.

    Raises
    ------
    RequestError
        It is a folder, or its folder is not there or not writable.
    """
    if path is None:
        return
    if path.is_dir():
        raise RequestError(f"--report {path}: a folder; name a file in it")
    if not path.parent.is_dir():
        raise RequestError(f"--report {path}: there is no folder {path.parent}; create it first")
    if not os.access(path.parent, os.W_OK):
        raise RequestError(f"--report {path}: no permission to write into {path.parent}")


def report_writer(job: Job | ShowJob, options: RenderOptions) -> Callable[[int], None]:
    """What writes the report of a job, with its exit code, where the flags want it."""

    def write(code: int) -> None:
        text = json.dumps(job.report.data(code), indent=1)
        if options.report is not None:
            from grade.io import atomic_write

            with atomic_write(options.report) as part:
                part.write_text(text + "\n", encoding="utf-8")
        if options.as_json:
            click.echo(text)

    return write
