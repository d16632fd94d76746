"""`grade render LOOK INPUT OUTPUT`: a still or a sequence through a look, onto disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.console import Console
from grade.cli.job.delivery_flags import delivery_flags
from grade.cli.job.look_flags import look_flags
from grade.cli.job.progress import KINDS, openjd_failure
from grade.cli.job.report_file import check_report_path, write_report
from grade.errors import GradeError

if TYPE_CHECKING:
    from grade.cli.job.render_options import RenderOptions
    from grade.render.job import Job
    from grade.render.plan import Plan

_MISSING = click.Choice(["error", "skip", "hold", "black"])
_ALPHA = click.Choice(["straight", "premultiplied", "ignore"])
_BITS = click.Choice(["half", "float", "8", "10", "12", "16"])


@click.command("render", context_settings={"max_content_width": 100})
@click.argument("look")
@click.argument("input", required=False)
@click.argument("output", required=False)
@click.option("-o", "named", multiple=True, metavar="NAME=OUT", help="An output by its name.")
@click.option("--frames", metavar="RANGES", help="Which frames, as in 1001-1100x2,1200.")
@click.option("--shot", "shots", multiple=True, metavar="GLOB", help="Which shots of a show.")
@click.option("--chunk", metavar="N/COUNT", help="A share of the frames, as 3/20 of a farm.")
@look_flags
@delivery_flags
@click.option(
    "--input", "input_space", metavar="SPACE", help="What the plate is, against the look."
)
@click.option("--config", metavar="C", help="OpenColorIO config, if the look names none.")
@click.option("--alpha", type=_ALPHA, help="What alpha means. Default: as the file says.")
@click.option("--bits", type=_BITS, help="Output type. Default: the plate's; PNG 16, DPX 10.")
@click.option("--compression", metavar="C", help="zip piz dwaa:45 ... Default: the plate's.")
@click.option(
    "--scale",
    type=click.Choice(["1", "1/2", "1/4", "1/8"]),
    default="1",
    help="Average blocks of pixels to a smaller picture.",
)
@click.option(
    "--dither",
    type=click.Choice(["triangular", "none"]),
    default="triangular",
    help="Noise of one code where 12 bits or fewer are written.",
)
@click.option("--device", metavar="D", help="auto, cpu, cuda or cuda:N, which never falls back.")
@click.option("--dask", metavar="WHERE", help="local:N workers, or a scheduler, tcp://HOST:PORT.")
@click.option("--threads", type=click.IntRange(1, 4096), help="CPU threads. Default: all allowed.")
@click.option("--memory", metavar="SIZE", help="For frames in flight, as 8G. Default: half of it.")
@click.option("--gpu-memory", metavar="SIZE", help="For frames on a CUDA device. Default: three.")
@click.option("--mode", metavar="MODE", help="exact: the same bits everywhere. There is no other.")
@click.option("--missing", type=_MISSING, default="skip", help="Gaps of the plate.")
@click.option(
    "--nan",
    type=click.Choice(["keep", "black"]),
    default="keep",
    help="What NaN become, of the plate and of what is written; both are counted.",
)
@click.option("--strict", is_flag=True, help="NaN, Inf, saturation and gaps are failures: code 4.")
@click.option("--trust-input", is_flag=True, help="The look is right, the plate's tags are not.")
@click.option("--force", is_flag=True, help="Render all, and overwrite what grade did not write.")
@click.option(
    "--stale",
    type=click.FloatRange(0.01),
    default=15,
    metavar="MIN",
    show_default=True,
    help="When the silent claim of another host counts no more.",
)
@click.option("--as-is", is_flag=True, help="Scene-referred numbers may go into PNG.")
@click.option("--dry-run", is_flag=True, help="Check everything, say what would be done, stop.")
@click.option("--progress", type=click.Choice(KINDS), default="auto", help="How it talks.")
@click.option("--log", type=click.Path(path_type=Path), help="Also write all talk to this file.")
@click.option("--report", type=click.Path(path_type=Path), help="Write every frame's fate as JSON.")
@click.option("--json", "as_json", is_flag=True, help="The same JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Only failures and the last line.")
@click.option("-v", "--verbose", is_flag=True, help="Also knobs and programs.")
def command(**given: Any) -> int:
    """Grade INPUT through LOOK onto OUTPUT; a still is a sequence of one.

    \b
    grade render night.grade.yaml plate.exr graded.exr
    grade render night.grade.yaml plates/sh010.####.exr out/sh010.####.exr --frames 1001-1100
    grade render night.grade.yaml in.%04d.exr -o master=m.%04d.exr -o sdr=s.%04d.png
    grade render night.grade.yaml in.####.exr out.####.exr --set trim.slope=1.1,1,0.95 --dry-run
    grade render night.grade.yaml in.####.exr out.####.exr --version dawn --cdl reel3.ccc#sh010
    grade render harbour.show.yaml --shot 'sh0*'

    INPUT and OUTPUT are files or patterns: name.####.exr, name.%04d.exr, name.@@@@.exr. OUTPUT
    takes the first output of the look, or the only one a name is not given for. All outputs of a
    frame are computed from one read of it. Behind a comma an output has options of its own, as in
    sdr=out.####.png,bits=8,scale=1/2: bits, compression, scale, dither,
    preset.

    Of a look and what is said here the later wins: the look, --version, --cdl, --set.

    A show file says look, plates, outputs and a table of shots; all shots that --shot chooses are
    rendered in one process. Of a show the later wins: look, version, CDL, row of the shot, --set.

    Everything is checked before the first frame. Frames appear whole or not at all; alpha, other
    channels, attributes and timecode are kept. Files that grade did not write are not overwritten.

    The same command again does only what is missing or changed; --dry-run says why. Any number of
    processes and hosts may work on one sequence: each frame is claimed before it is read.

    Of a movie (.mov .mp4 .mkv .mxf) frames count from 1, from its timecode, or from --first. An
    output that is one is written in the frames' order, whole or not at all, with the sound of the
    source; --preset says how, and what the output must be.

    \b
    grade render night.grade.yaml in.mov out.mov --preset prores-422hq-rec709
    grade render night.grade.yaml in.####.exr out.mp4 --rate 24 --sound mix.wav

    \b
    --missing skip    the others are rendered, gaps are named, exit code 4 (default)
              error   stop before anything is written, exit code 2
              hold    the frame before the gap is graded in its place
              black   black is graded in its place

    NaN and Inf of the plate are counted as they are read, for a curve may turn them into numbers;
    NaN, Inf and half values at +-65504 of each output as they are written. The line of a frame, the
    report and the journal say them with the first pixel: plate: 3 NaN (first at 12,5 R). With --nan
    black 0 is graded in the place of a NaN of the plate, and stored in the place of any other.

    Exit codes: 0 done; 2 the request is wrong, nothing was written; 4 some frames are missing or
    damaged, the others are written; 75 a full disk, a lost device, a
    frame that another process holds: try again; 130 Ctrl-C (the first
    finishes the frames in flight, the second stops now); 143 SIGTERM.
    """  # noqa: D301
    with Console(given["quiet"], given["verbose"], given["log"]) as console:
        try:
            _check_mode(given["mode"])
            check_report_path(given["report"])
            return _render(given, console)
        except GradeError as error:
            if given["progress"] == "openjd":
                console.always(openjd_failure(str(error)))
            raise


def _check_mode(mode: str | None) -> None:
    """There is one mode; another is refused as the setting GRADE_MODE refuses it."""
    from grade.settings import VARIABLES

    if mode is not None:
        next(v for v in VARIABLES if v.field == "mode").value(mode, "--mode")


def _render(given: dict[str, Any], console: Console) -> int:
    from grade.cli.job.render_options import RenderOptions

    options = RenderOptions.of_command_line(given)
    if options.is_show:
        from grade.cli.job.show import render_show

        return render_show(options, console)
    from grade.cli.job.prepare import prepare_job

    job = prepare_job(options, console)
    job.announce()
    if options.dry_run:
        job.dry_run()
        if options.as_json:
            click.echo(json.dumps(_dry_run_data(job.plan), indent=1))
        return 0
    code = _run(job, options, console)
    write_report(job.report.data(code), options.report, options.as_json)
    job.conclude()
    console.always(job.report.last_line)
    return code


def _run(job: Job, options: RenderOptions, console: Console) -> int:
    """Render, here or on a cluster; return the exit code."""
    from grade.cli.job.dask import OnePlan, crew_on
    from grade.cli.job.follow import follow

    if options.dask is None:
        job.begin()
        return follow(job, console, options.progress)
    device = job.plan.request.device or "auto"
    with crew_on(options.dask, device, options.job.threads, console) as crew:
        job.begin(stream=lambda stop: OnePlan(crew({"": job.plan}, stop)))
        return follow(job, console, options.progress)


def _dry_run_data(plan: Plan) -> dict[str, Any]:
    from grade.io import format_ranges

    return {
        "dry_run": True,
        "frames": format_ranges(task.number for task in plan.tasks),
        "missing": format_ranges(plan.missing),
        "kept": format_ranges(plan.kept),
        "reasons": {str(number): dict(said) for number, said in plan.reasons.items()},
        "outputs": {name: str(pattern) for name, pattern in plan.targets.items()},
        "programs": dict(plan.programs),
    }
