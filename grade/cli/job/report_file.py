"""The report of a job as JSON: in the file of ``--report``, and on stdout by ``--json``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from grade.errors import RequestError


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


def write_report(data: dict[str, Any], path: Path | None, on_stdout: bool) -> None:
    """Write a report where it is wanted."""
    if path is not None:
        from grade.io import atomic_write

        with atomic_write(path) as part:
            part.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    if on_stdout:
        click.echo(json.dumps(data, indent=1))
