"""`grade verify OUT`: delivered files checked against the journal."""

from __future__ import annotations

import json
from typing import Any

import click

from grade.cli.job.console import Console
from grade.cli.job.literal_flag import literal_flag
from grade.cli.job.look_flags import look_flags, open_with_flags
from grade.errors import CheckFailed, RequestError


@click.command("verify", context_settings={"max_content_width": 100})
@click.argument("out")
@click.option("--sample", metavar="SHARE", help="Also grade a share again on the CPU, as 1%.")
@click.option("--look", metavar="LOOK", help="The look, for --sample.")
@look_flags
@click.option(
    "--input",
    "input_space",
    metavar="SPACE",
    help="Space of the plate, or DISPLAY / VIEW that made it, instead of the look's.",
)
@click.option("--config", metavar="C", help="OpenColorIO config of a look that names none.")
@literal_flag
@click.option("--threads", type=click.IntRange(1, 4096), help="Files that are checked at one time.")
@click.option("--json", "as_json", is_flag=True, help="Print each file's result as JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Show only faults and the last line.")
def command(**options: Any) -> int:
    """Check the files of OUT against the journal beside them: bytes, pixels, header.

    \b
    grade verify out/sh010.####.exr
    grade verify out/sh010.####.exr --sample 1% --look night.grade.yaml

    --sample reads the plate of some frames again, grades them on the CPU of this machine and
    compares pixels, so that a laptop can prove what a farm of GPUs has made. The names of the files
    alone decide which frames these are.

    Exit codes: 0 every file is as it was written; 3 some are not, and their frames are named; 2
    there is no journal.
    """  # noqa: D301
    with Console(options["quiet"]) as console:
        return _verify(console, options)


def _verify(console: Console, options: dict[str, Any]) -> int:
    from grade.io import format_ranges
    from grade.render.verify import Verification, parse_share
    from grade.run import executor
    from grade.settings import settings

    share = 0.0 if options["sample"] is None else parse_share(options["sample"])
    look = _look(options, console)
    if share and look is None:
        raise RequestError("--sample grades again: give the look, as in --look night.grade.yaml")
    threads = options["threads"] or settings().threads
    cpu = executor("cpu", 1) if share else None
    verification = Verification(options["out"], look, cpu, share, threads, options["literal"])
    found = []
    for verdict in verification.verdicts():
        found.append(verdict)
        for fault in verdict.faults:
            console.warning(f"{verdict.file}: {fault}")
    bad = [verdict.frame for verdict in found if verdict.faults]
    again = sum(verdict.sampled for verdict in found)
    if bad:
        console.warning(f"{verification.pattern}: not as written: {format_ranges(bad)}")
    if options["as_json"]:
        files = [
            {"frame": v.frame, "file": v.file, "faults": list(v.faults), "sampled": v.sampled}
            for v in found
        ]
        data = {"good": len(found) - len(bad), "bad": len(bad), "sampled": again, "files": files}
        click.echo(json.dumps(data, indent=1))
    if share and not again:
        console.warning(
            "--sample: nothing was graded again; of a movie the bytes are all that is known"
        )
    good = len(found) - len(bad)
    console.always(f"good {good} bad {len(bad)} graded again {again}")
    return CheckFailed.exit_code if bad else 0


def _look(options: dict[str, Any], console: Console) -> Any:
    if options["look"] is None:
        return None
    return open_with_flags(options["look"], options, console)
