"""`grade demo [FOLDER]`: a plate, graded, with pictures to look at and commands to try next."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.console import Console
from grade.errors import RequestError

if TYPE_CHECKING:
    from grade.graph import Look

SIZES = {"hd": (1920, 1080), "uhd": (3840, 2160), "4k": (4096, 2160)}
LOOK = "looks/warm_evening.grade.yaml"


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
@click.option("--size", default="960x540", help="WIDTHxHEIGHT, or hd, uhd, 4k.")
@click.option("--frames", type=click.IntRange(1, 1000), default=20, help="Number of frames.")
@click.option("--device", metavar="D", help="auto, cpu, cuda or cuda:N.")
@click.option("--threads", type=click.IntRange(1, 4096), help="CPU threads. Default: all allowed.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Show only failures and the last line.")
def command(
    folder: Path,
    size: str,
    frames: int,
    device: str | None,
    threads: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Make a plate in FOLDER, grade it, and leave pictures to look at.

    \b
    grade demo
    grade demo shots --size 4k --frames 48

    The plate is a still life that a colorist can judge: a ColorChecker of measured spectra, skin
    that falls off into shadow, saturated lights far above 1.0, a lamp that moves. It is ACES2065-1
    half EXR with timecode, the same each time. A shipped look grades it into a master EXR and a
    Rec.709 PNG per frame. Files that the demo did not write are not overwritten.
    """  # noqa: D301
    from grade import assets
    from grade.plate import FIRST, write_plate
    from grade.render.messages import counted
    from grade.settings import settings

    width, height = _size(size)
    console = Console(quiet)
    count = threads or settings().threads
    plate = folder / "plate" / "still_life.####.exr"
    _make(folder, plate)
    console.info(f"making the plate: {counted(frames, 'frame')} of {width}x{height}, {plate}")
    start = time.perf_counter()

    def tell(number: int) -> None:
        made = number - FIRST + 1
        if made % max(1, frames // 4) == 0:
            console.info(f"made {made} of {frames}")

    write_plate(plate, frames, width, height, count, tell)
    console.info(f"that took {time.perf_counter() - start:.1f} s; grading it with a shipped look")
    look = folder / Path(LOOK).name
    look.write_bytes(assets.lut(LOOK).read_bytes())
    last = FIRST + frames - 1
    graded = _grade(folder, plate, look, f"{FIRST}-{last}", device, count, console)
    middle = FIRST + frames // 3
    _stills(folder, plate, look, middle, count)
    if as_json:
        click.echo(json.dumps(graded | {"plate": str(plate), "look": str(look)}, indent=1))
    console.info(_next(folder, plate, look, graded, middle))
    return int(graded["exit_code"])


def _size(text: str) -> tuple[int, int]:
    if text.lower() in SIZES:
        return SIZES[text.lower()]
    found = re.fullmatch(r"([0-9]{1,5})x([0-9]{1,5})", text)
    if not found or int(found[1]) < 32 or int(found[2]) < 32:
        raise RequestError(f"--size {text}: write 960x540 (32x32 at least), or {', '.join(SIZES)}")
    return int(found[1]), int(found[2])


def _make(folder: Path, plate: Path) -> None:
    """Make the folders, and remove the plate of an earlier demo."""
    try:
        plate.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"{folder}: the folder cannot be made: {error.strerror}") from error
    for path in plate.parent.glob("still_life.*.exr"):
        with path.open("rb") as file:
            if b"grade demo" not in file.read(1 << 16):
                raise RequestError(f"{path}: was not made by the demo; name another folder")
        path.unlink()


def _grade(
    folder: Path,
    plate: Path,
    look: Path,
    frames: str,
    device: str | None,
    threads: int,
    console: Console,
) -> dict[str, Any]:
    """Render both outputs; return the figures."""
    from grade.cli.job.follow import follow
    from grade.graph.open_look import open_look
    from grade.render import Request
    from grade.render.job import Job
    from grade.settings import settings

    targets = {
        "master": str(folder / "master" / "still_life.####.exr"),
        "sdr": str(folder / "sdr" / "still_life.####.png"),
    }
    start = time.perf_counter()
    request = Request(
        look=open_look(look), input=str(plate), outputs=targets, frames=frames,
        device=device or settings().device, threads=threads, force=True,
    )  # fmt: skip
    job = Job.prepare(request, console)
    planned = time.perf_counter() - start
    job.announce()
    job.begin()
    code = follow(job, console, "auto")
    report = job.report
    console.always(report.last_line)
    return {
        "exit_code": code,
        "frames": len(report.frames("ok")),
        "seconds_to_plan_and_compile": round(planned, 3),
        "seconds": round(report.seconds, 3),
        "frames_per_second": round(len(report.frames("ok")) / report.seconds, 2),
        "device": job.plan.header.device,
    }


def _stills(folder: Path, plate: Path, look: Path, frame: int, threads: int) -> None:
    """Write before.png, the plate on a display, and after.png, the graded plate."""
    from grade.graph.open_look import open_look
    from grade.io import read

    picture = read(plate, frame)
    graded = open_look(look)
    plain = _ungraded(graded)
    for name, chosen in (("before", plain), ("after", graded)):
        shown = chosen.apply(picture, output="sdr", threads=threads)
        shown.only_color().write(folder / f"{name}.png", bits=16, sync=False)


def _ungraded(look: Look) -> Look:
    """The look without its nodes, which only converts to the display."""
    return look.without(*(placed.name for placed in look.nodes()))


def _next(folder: Path, plate: Path, look: Path, graded: dict[str, Any], frame: int) -> str:
    still = str(plate).replace("####", str(frame))
    return f"""\
{graded["frames_per_second"]:.2f} frames/s on {graded["device"]}

Look at {folder / "before.png"} and {folder / "after.png"}. Then try

  grade explain {look}
  grade render {look} {still} -o sdr={folder / "cooler.png"} --set balance.temperature=4500
  grade new {folder / "mine"} && grade ops
"""
