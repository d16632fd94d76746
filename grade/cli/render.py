"""`grade render LOOK INPUT OUTPUT`: a still, a sequence, a movie or a show through a look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.console import Console
from grade.cli.job.delivery_flags import delivery_flags
from grade.cli.job.literal_flag import literal_flag
from grade.cli.job.look_flags import look_flags
from grade.cli.job.progress import KINDS, openjd_failure
from grade.cli.job.report_file import check_report_path, report_writer
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
@click.option("--frames", metavar="RANGES", help="Frames to render, as 1001-1100x2,1200.")
@click.option("--shot", "shots", multiple=True, metavar="GLOB", help="Shots of a show, as 'sh0*'.")
@click.option("--chunk", metavar="N/COUNT", help="Share of the frames, as 3/20 for a farm.")
@look_flags
@delivery_flags
@click.option(
    "--input",
    "input_space",
    metavar="SPACE",
    help="Space of the plate, or DISPLAY / VIEW that made it, instead of the look's.",
)
@click.option("--config", metavar="C", help="OpenColorIO config of a look that names none.")
@click.option("--alpha", type=_ALPHA, help="Meaning of alpha. Default: as the file says.")
@click.option("--bits", type=_BITS, help="Bit depth. Default: the plate's; PNG 16, DPX 10.")
@click.option("--compression", metavar="C", help="zip piz dwaa:45 ... Default: the plate's.")
@click.option(
    "--scale",
    type=click.Choice(["1", "1/2", "1/4", "1/8"]),
    default="1",
    help="Size of what is written; blocks of pixels are averaged.",
)
@click.option(
    "--dither",
    type=click.Choice(["triangular", "none"]),
    default="triangular",
    help="Noise of one code, where 12 bits or fewer are written.",
)
@click.option("--device", metavar="D", help="auto, cpu, cuda or cuda:N; cuda never falls back.")
@click.option("--dask", metavar="WHERE", help="A cluster: local:N workers, or tcp://HOST:PORT.")
@click.option(
    "--wait",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Until a cluster has workers. Default: 600.",
)
@click.option("--threads", type=click.IntRange(1, 4096), help="CPU threads. Default: all allowed.")
@click.option("--memory", metavar="SIZE", help="For frames in flight, as 8G. Default: half of all.")
@click.option("--gpu-memory", metavar="SIZE", help="For frames on a GPU. Default: three frames.")
@click.option("--mode", metavar="MODE", help="exact: the same bits everywhere; the only mode.")
@click.option("--missing", type=_MISSING, default="skip", help="What to do at gaps; see above.")
@click.option(
    "--nan",
    type=click.Choice(["keep", "black"]),
    default="keep",
    help="What becomes of NaN in the plate and in outputs.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit code 4 for NaN, Inf, values clipped at the half-float limit, gaps.",
)
@click.option("--trust-input", is_flag=True, help="Believe the look and not the plate's tags.")
@click.option("--force", is_flag=True, help="Render all; overwrite what grade did not write.")
@click.option(
    "--stale",
    type=click.FloatRange(0.01),
    default=15,
    metavar="MIN",
    show_default=True,
    help="Minutes until another host's claim is given up.",
)
@click.option("--as-is", is_flag=True, help="Allow scene-referred values in PNG.")
@literal_flag
@click.option("--dry-run", is_flag=True, help="Check all, say what would be rendered, and stop.")
@click.option("--progress", type=click.Choice(KINDS), default="auto", help="Style of progress.")
@click.option(
    "--log", type=click.Path(path_type=Path), help="Also write all messages to this file."
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write each frame's result as JSON."
)
@click.option("--json", "as_json", is_flag=True, help="The same JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Show only failures and the last line.")
@click.option("-v", "--verbose", is_flag=True, help="Also show knobs and programs.")
def command(**given: Any) -> int:
    """Grade INPUT through LOOK into OUTPUT: a still, a sequence, a movie or the shots of a show.

    \b
    grade render night.grade.yaml plate.exr graded.exr
    grade render night.grade.yaml plates/sh010.####.exr out/sh010.####.exr --frames 1001-1100
    grade render night.grade.yaml in.%04d.exr -o master=m.%04d.exr -o sdr=s.%04d.png
    grade render night.grade.yaml in.####.exr out.####.exr --set trim.slope=1.1,1,0.95 --dry-run
    grade render night.grade.yaml in.####.exr out.####.exr --version dawn --cdl reel3.ccc#sh010
    grade render harbour.show.yaml --shot 'sh0*'

    INPUT and OUTPUT are files or patterns: name.####.exr, name.%04d.exr, name.@@@@.exr. OUTPUT is
    for the first output of the look that no -o names. All outputs of a frame are computed from one
    read of it. An output may have options of its own behind commas, as in
    sdr=out.####.png,bits=8,scale=1/2: bits, compression, scale, dither, preset.

    A path that is a file on disk is that file, whatever stands in its name, and a movie is never a
    pattern. If frames match the name as well, nothing is done until --literal takes the file, or
    --no-literal the frames. A lone # or @ in a word, as in logo@2x.png, is no frame field. A path
    that is not there yet is a pattern if it has a frame field, and with --literal a file.

    If several of these set a value, the last one wins: the look, --version, --cdl, --set.

    A show file names the look, plates, outputs and a table of shots. All shots, or those that
    --shot names, are rendered in one process. For a show the order is: look, version, CDL, row of
    the shot, --set.

    Everything is checked before the first frame. A frame appears whole or not at all. Alpha, other
    channels, attributes and timecode are kept. Files that grade did not write are not overwritten.

    The same command again renders only what is missing or changed; --dry-run says what, and why.
    Any number of processes and hosts may work on one sequence: each frame is claimed before it is
    read.

    The frames of a movie (.mov .mp4 .mkv .mxf) count from 1, from its timecode, or from --first. A
    movie is written in frame order, whole or not at all, with the audio of the source; --preset
    names codec, size, range and tags.

    \b
    grade render night.grade.yaml in.mov out.mov --preset prores-422hq-rec709
    grade render night.grade.yaml in.####.exr out.mp4 --rate 24 --sound mix.wav

    \b
    --missing skip    render the others and name the gaps; exit code 4 (default)
              error   stop before anything is written; exit code 2
              hold    grade the frame before the gap in its place
              black   grade black in its place

    NaN and Inf of the plate are counted when it is read, because a curve may turn them into
    numbers. NaN, Inf and half values at +-65504 of each output are counted when it is written. The
    line of a frame, the report and the journal give the counts with the first pixel: plate: 3 NaN
    (first at 12,5 R). With --nan black a NaN of the plate is graded as 0, and any other is stored
    as 0.

    Exit codes: 0 done; 2 the request is wrong, nothing was written; 4 some frames are missing or
    damaged, the others are written; 75 a full disk, a lost device, a frame that another process
    holds: run the same command again; 130 Ctrl-C (the first finishes the frames in flight, the
    second stops now); 143 SIGTERM.
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
    """Refuse any mode but the only one, as the setting GRADE_MODE does."""
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
    job.conclude()
    console.always(job.report.last_line)
    return code


def _run(job: Job, options: RenderOptions, console: Console) -> int:
    """Render, here or on a cluster; return the exit code."""
    from grade.cli.job.dask import OnePlan, crew_on
    from grade.cli.job.follow import follow

    record = report_writer(job, options)
    if options.dask is None:
        job.begin()
        return follow(job, console, options.progress, record)
    device = job.plan.request.device or "auto"
    with crew_on(options.dask, device, options.job.threads, options.wait, console) as crew:
        job.begin(stream=lambda stop: OnePlan(crew({"": job.plan}, stop)))
        return follow(job, console, options.progress, record)


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
