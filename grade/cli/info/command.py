"""`grade info`: what a file, a sequence, a movie or a folder holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grade.cli.job.literal_flag import literal_flag

if TYPE_CHECKING:
    pass


@click.command("info")
@click.argument("path", required=False)
@click.option("--verbose", "-v", is_flag=True, help="Show every header entry.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON on stdout.")
@click.option("--kept", is_flag=True, help="Show what a render keeps of a header.")
@click.option("--config", help="OpenColorIO config that names the tagged space.")
@literal_flag
def command(
    path: str | None,
    verbose: bool,
    as_json: bool,
    kept: bool,
    config: str | None,
    literal: bool | None,
) -> None:
    """Show what is in a file, a sequence, a movie or a folder.

    \b
    grade info plates/sh010.####.exr     gaps in the range and in the timecode, windows, channels
    grade info plates/sh010.1001.dpx -v  one frame, with every header entry
    grade info review.mov --json         for programs
    grade info plates                    the sequences of a folder
    grade info --kept                    what a render keeps of the header, changes and drops
    """  # noqa: D301
    from grade.cli.info import text
    from grade.cli.info.contents import contents, folder_contents

    if kept:
        from grade.io.kept_metadata import format_table

        click.echo(format_table())
        return
    if path is None:
        raise click.UsageError("name a file, a sequence, a movie or a folder; or give --kept")
    if Path(path).is_dir():
        listing = folder_contents(Path(path))
        click.echo(json.dumps(listing, indent=1) if as_json else text.of_folder(path, listing))
        return
    found = contents(path, config, literal)
    click.echo(json.dumps(found, indent=1) if as_json else text.of_file(found, verbose))
