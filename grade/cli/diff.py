"""`grade diff A B`: the difference of two pictures or sequences, or of two looks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.console import Console
from grade.cli.job.literal_flag import literal_flag
from grade.errors import CheckFailed, FramesFailed, RequestError

if TYPE_CHECKING:
    from grade.io import Sequence
    from grade.qc import Difference, Limits

LOOK = ".grade.yaml"


@click.command("diff")
@click.argument("a")
@click.argument("b")
@click.option("--frames", metavar="RANGES", help="Frames to compare, as 1001-1100x2,1200.")
@click.option("--max", "limit", type=float, metavar="D", help="Exit code 3 above this difference.")
@click.option(
    "--max-de",
    "--max-itp",
    "max_de",
    type=click.FloatRange(0),
    metavar="X",
    help="Exit code 3 above this dE ITP, of a display.",
)
@click.option(
    "--max-codes",
    type=click.FloatRange(0),
    metavar="X",
    help="Exit code 3 above so many codes, of a scene.",
)
@click.option("--space", metavar="SPACE", help="The space of pictures without tags that name it.")
@click.option("--config", metavar="C", help="The OpenColorIO config of --space and of tags.")
@click.option(
    "--no-light",
    "--no-itp",
    "no_light",
    is_flag=True,
    help="Leave out dE ITP and codes; three times as fast.",
)
@literal_flag
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON on stdout.")
def command(
    a: str,
    b: str,
    frames: str | None,
    limit: float | None,
    max_de: float | None,
    max_codes: float | None,
    space: str | None,
    config: str | None,
    no_light: bool,
    literal: bool | None,
    as_json: bool,
) -> None:
    """Compare two pictures, sequences, movies, folders or look files.

    \b
    grade diff before.exr after.exr
    grade diff out/sh010.####.exr golden/sh010.####.exr --max 0.001
    grade diff graded.####.exr approved.####.exr --max-codes 1      a scene: one 10-bit ACEScct code
    grade diff sdr.####.png approved.####.png --max-de 0.5          a display
    grade diff cpu.####.exr gpu.####.exr --max 0 --json > figures.json
    grade diff graded/ regraded/ --max 0       a folder stands for the one sequence in it
    grade diff monday.grade.yaml tuesday.grade.yaml

    For each frame: the largest, the mean and the 99th percentile of the absolute difference, the
    largest relative difference, the worst pixel (x, y, channel, both numbers), and the difference
    as light. Pictures of a display are apart by dE ITP (BT.2124; 1 is about the least that an
    attentive viewer sees). Pictures of a scene are apart by codes, 1023 * |s(a) - s(b)| in linear
    AP1 with s the ACEScct curve made odd: a stop is 58.4 codes at any light, below black too.
    --max-de alone never passes a scene that differs, and --max-codes no display; neither passes
    another alpha.

    The tags of the files say what the numbers are. Untagged pictures of 8 bits count as a Rec.709
    display; for others name the --space, as ACEScg, or only their numbers are compared.

    Frames that only one side has are named. With a limit the exit code is 3 if it is exceeded or a
    frame has no counterpart; without one it is 0. A damaged frame of a sequence is named and the
    others are compared; the exit code is then 4, or 3.

    For look files: a sentence for each thing that B does differently, in the order of the graph.
    Name, intent and notes do not count. The exit code is 3 if there is any difference.
    """  # noqa: D301
    if _is_look(a) or _is_look(b):
        _looks(a, b, as_json)
        return
    from grade.io import format_ranges, parse_ranges
    from grade.io.sequence.sources import read_frame
    from grade.qc import Limits, compare
    from grade.qc.picture_difference import find_lights

    limits = Limits(max_de, max_codes)
    left, right = _source(a, literal), _source(b, literal)
    pairs, lone = _pairs(left, right, None if frames is None else parse_ranges(frames))
    found: list[Difference] = []
    damaged: dict[int, str] = {}
    for frame_a, frame_b in pairs:
        try:
            first, second = read_frame(left, frame_a, frame_a), read_frame(right, frame_b, frame_b)
        except FramesFailed as error:
            if len(pairs) == 1:
                raise
            damaged[frame_a] = str(error)
            click.echo(f"{frame_a} failed {error}", err=True)
            continue
        lights = find_lights(first, second, space, config)
        found.append(compare(first, second, as_light=not no_light or limits.given, lights=lights))
        if not as_json:
            click.echo(_line(found[-1], still=left.is_still))
    alone = {side: format_ranges(numbers) for side, numbers in lone.items() if numbers}
    for side, ranges in alone.items():
        click.echo(f"only in {side}: {ranges}", err=True)
    unknown = next((d for d in found if d.kind is None and not d.identical), None)
    if unknown is not None and not no_light and not limits.given:
        click.echo(
            f"only numbers are compared: the pictures are {unknown.light} (--space)", err=True
        )
    failures = _failures(found, alone, limit, limits) if found else []
    if as_json:
        click.echo(json.dumps(_data(found, alone, damaged, failures), indent=1))
    if failures:
        raise CheckFailed("; ".join(failures))
    if damaged:
        raise FramesFailed(f"not compared, damaged: {format_ranges(damaged)}")


def _is_look(name: str) -> bool:
    """Whether this is a look file, or the bare name of a shipped one."""
    if "." in name:
        return name.endswith(LOOK)
    from grade.graph.file.shipped import is_shipped

    return is_shipped(name) and not Path(name).exists()


def _looks(a: str, b: str, as_json: bool) -> None:
    """Compare two look files, in sentences."""
    from grade.graph.file.missing import explain_missing
    from grade.graph.open_look import open_look

    console = Console()
    for name, other in ((a, b), (b, a)):
        if not _is_look(name):
            if not Path(name).exists() and "." not in name:
                raise RequestError(f"{name}: {explain_missing(name)}")
            raise RequestError(f"{name} against {other}: one is a look file; name two of a kind")
    before, after = (open_look(name, log=console) for name in (a, b))
    found = before.diff(after)
    if as_json:
        data = {"differences": found, "a": before.hash, "b": after.hash}
        click.echo(json.dumps(data, indent=1, ensure_ascii=False))
    else:
        for sentence in found:
            click.echo(sentence)
    if found:
        count = f"{len(found)} difference{'s' if len(found) > 1 else ''}"
        raise CheckFailed(f"{a} and {b}: {count}")


def _source(text: str, literal: bool | None) -> Sequence:
    """The pictures of a name, or the only ones in the folder of this name."""
    from grade.cli.info.contents import folder_contents
    from grade.io.sequence.sources import open_source

    if not Path(text).is_dir():
        return open_source(text, literal=literal)
    names = [row["path"] for row in folder_contents(Path(text))]
    if len(names) != 1:
        holds = f"holds {', '.join(names)}; name one" if names else "holds no picture"
        raise RequestError(f"{text}: the folder {holds}")
    return open_source(names[0])


def _pairs(
    left: Sequence, right: Sequence, wanted: list[int] | None
) -> tuple[list[tuple[int, int]], dict[str, list[int]]]:
    """Frames to compare, and those without a counterpart, by side."""
    from grade.io import MissingError, format_ranges

    if left.is_still and right.is_still:
        return [(left.first, right.first)], {}
    if left.is_still != right.is_still:
        raise MissingError(f"{left} against {right}: one is a still; name two of a kind")
    in_left, in_right = set(left.frames), set(right.frames)
    if wanted is not None:
        absent = set(wanted) - in_left - in_right
        if absent:
            raise MissingError(f"{left.pattern}: neither side has {format_ranges(absent)}")
        in_left, in_right = in_left & set(wanted), in_right & set(wanted)
    both = sorted(in_left & in_right)
    if not both:
        raise MissingError(
            f"no frame in common: {left.pattern} has {left.ranges}, "
            f"{right.pattern} has {right.ranges}"
        )
    lone = {"A": sorted(in_left - in_right), "B": sorted(in_right - in_left)}
    return [(number, number) for number in both], lone


def _failures(
    found: list[Difference], alone: dict[str, str], limit: float | None, limits: Limits
) -> list[str]:
    from grade.qc import worst

    failures = []
    most = worst(found)
    if limit is not None and most.maximum > limit:
        at = f" at {most.x},{most.y} {most.channel}"
        failures.append(f"{_frame(most)}difference {most.maximum:.6g}{at} is past --max {limit:g}")
    judged = [(d.distance or 0.0, _frame(d) + text) for d in found if (text := d.judge(limits))]
    failures += [text for _, text in sorted(judged, key=lambda pair: -pair[0])[:1]]
    if alone and (limit is not None or limits.given):
        failures += [f"only in {side}: {ranges}" for side, ranges in alone.items()]
    return failures


def _frame(found: Difference) -> str:
    return "" if found.frame is None else f"frame {found.frame}: "


def _line(d: Difference, still: bool) -> str:
    label = "" if still or d.frame is None else f"{d.frame} "
    if d.identical:
        return f"{label}identical"
    light = ""
    if d.itp_maximum is not None:
        light = f"  dE ITP max {d.itp_maximum:.3g} p99 {d.itp_p99:.3g}"
    elif d.codes_maximum is not None:
        light = f"  codes max {d.codes_maximum:.3g} p99 {d.codes_p99:.3g}"
    return (
        f"{label}max {d.maximum:.6g}  mean {d.mean:.3g}  p99 {d.p99:.3g}  rel {d.relative:.3g}  "
        f"worst {d.x},{d.y} {d.channel}: {d.a:.6g} against {d.b:.6g}{light}"
    )


def _data(
    found: list[Difference], alone: dict[str, str], damaged: dict[int, str], failures: list[str]
) -> dict[str, Any]:
    return {
        "maximum": max((d.data()["maximum"] for d in found), key=float, default=None),
        "frames": [d.data() for d in found],
        "only_in": alone,
        "damaged": {str(frame): message for frame, message in damaged.items()},
        "failures": failures,
    }
