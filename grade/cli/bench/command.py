"""`grade bench`: the flags of the verb, and the order of its work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.cli.bench.race import Result

SIZES = {"hd": (1920, 1080), "4k": (4096, 2160)}


def _size(text: str) -> tuple[int, int]:
    """``1920x1080``, ``hd`` or ``4k`` as width and height."""
    if text.lower() in SIZES:
        return SIZES[text.lower()]
    width, mark, height = text.lower().partition("x")
    if mark and width.isdecimal() and height.isdecimal() and int(width) and int(height):
        return int(width), int(height)
    raise RequestError(f"--size {text}: write WIDTHxHEIGHT, or one of {', '.join(SIZES)}")


@click.command("bench")
@click.argument("workloads", nargs=-1)
@click.option("--size", default="hd", metavar="WxH", help="Or hd (1920x1080, default), 4k.")
@click.option(
    "--threads", type=click.IntRange(1, 4096), default=1, help="Threads of both. Default: 1."
)
@click.option("--repeat", type=click.IntRange(1, 10000), default=15, help="Rounds. Default: 15.")
@click.option("--lanes", is_flag=True, help="Also with narrower vectors.")
@click.option("--device", default="cpu", metavar="D", help="Device of grade: cpu, cuda, cuda:N.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON on stdout.")
def command(
    workloads: tuple[str, ...],
    size: str,
    threads: int,
    repeat: int,
    lanes: bool,
    device: str,
    as_json: bool,
) -> None:
    """Time grade against OpenColorIO's CPU processor, on the same work in the same buffers.

    \b
    grade bench
    grade bench primary --size 4k --repeat 31
    grade bench --lanes --json > figures.json

    \b
    cdl      an ASC CDL with saturation, in float and in half
    primary  LogC4 to ACEScct, exposure, wheels, contrast, curves, saturation, Rec.709 display
    lut      a cube of 33 nodes a side, tetrahedral
    aces1    LogC4 to ACEScct, CDL, a cube of 65 nodes a side, ACES 1.3 SDR video
    aces2    LogC4 to ACEScct, exposure, CDL, wheels, contrast, curves, saturation, ACES 2.0 SDR
    desk     twelve nodes with a key, two windows and a mix, LogC4 to Rec.709 display

    The peer is one processor of OpenColorIO. For desk it is OpenColorIO with NumPy for the mattes,
    the nodes that they limit, and the mix. OpenColorIO runs the nearest equal pipeline at its
    default optimization, which approximates powers and logarithms; those of grade are exact to
    2.5 ULP. Both work in place on one smooth picture with a little noise, restored before every
    run, and take turns: grade, peer, grade, ...

    First the results are compared with OpenColorIO's lossless processor; the bench stops with exit
    code 3 if they are not the same picture. A time is the median; it is processor time if one
    thread does all the work. A ratio is the median over the turns, with the middle half of them.

    The third column is the time to read and write the picture alone, and so the share of memory in
    the time. Ratios below a budget are marked; the exit code stays 0, because a busy machine proves
    nothing.
    """  # noqa: D301
    from grade.cli.bench import figures, race
    from grade.cli.bench.workloads import WORKLOADS

    chosen = [row for row in WORKLOADS if not workloads or row.name in workloads]
    unknown = set(workloads) - {row.name for row in WORKLOADS}
    if unknown:
        known = ", ".join(dict.fromkeys(row.name for row in WORKLOADS))
        raise RequestError(f"no workload {', '.join(sorted(unknown))}: there is {known}")
    picture = _size(size)
    about: dict[str, Any] = race.circumstances(picture, threads, repeat, device)
    if not as_json:
        click.echo(figures.heading(about))
    results: list[Result] = []
    for row in chosen:
        for width in race.widths(device, every=lanes):
            results.append(race.run(row, picture, threads, repeat, device, width))
            if not as_json:
                click.echo(figures.line(results[-1]))
    if as_json:
        data = {**about, "results": [result.data() for result in results]}
        click.echo(json.dumps(data, indent=1))
    else:
        click.echo(figures.remarks(results))
