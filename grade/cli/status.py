"""`grade status OUT`: the progress of a job, over all hosts that work on it."""

from __future__ import annotations

import json

import click

from grade.cli.job.literal_flag import literal_flag


@click.command("status", context_settings={"max_content_width": 100})
@click.argument("out")
@click.option(
    "--stale", type=click.FloatRange(0.01), default=15, metavar="MIN", show_default=True,
    help="Minutes until another host's claim is given up.",
)  # fmt: skip
@literal_flag
@click.option("--json", "as_json", is_flag=True, help="Print the same as JSON on stdout.")
def command(out: str, stale: float, literal: bool | None, as_json: bool) -> int:
    """Show what is done, claimed, failed and missing of OUT, a pattern of files or a folder.

    \b
    grade status out/sh010.####.exr
    grade status out --json

    It only reads the journals and claims beside the files, so it may run anywhere and at any time.
    """  # noqa: D301
    from grade.render.status import read_statuses

    found = read_statuses(out, 60 * stale, literal)
    if as_json:
        click.echo(json.dumps([status.data() for status in found], indent=1))
    else:
        for status in found:
            for line in status.lines():
                click.echo(line)
    return 0
