"""`grade render LOOK INPUT OUTPUT`: a still or a sequence through a look, onto disk."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.delivery import delivery_flags, delivery_of, refuse_far_movies
from grade.cli.job.overrides import look_flags, overridden
from grade.cli.job.progress import KINDS, Voice, counted, openjd_failure
from grade.errors import GradeError, RequestError

if TYPE_CHECKING:
    from grade.graph import Look
    from grade.render import Plan, Report, Request

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
@click.option("--input", "space", metavar="SPACE", help="What the plate is, against the look.")
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
@click.option("--progress", "kind", type=click.Choice(KINDS), default="auto", help="How it talks.")
@click.option("--log", type=click.Path(path_type=Path), help="Also write all talk to this file.")
@click.option("--report", type=click.Path(path_type=Path), help="Write every frame's fate as JSON.")
@click.option("--json", "as_json", is_flag=True, help="The same JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Only failures and the last line.")
@click.option("-v", "--verbose", is_flag=True, help="Also knobs and programs.")
def command(**options: Any) -> int:
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
    with Voice(quiet=options["quiet"], log=options["log"]) as voice:
        try:
            _check_mode(options["mode"])
            _check_report(options["report"])
            return _render_any(voice, options)
        except GradeError as error:
            if options["kind"] == "openjd":
                voice.say(openjd_failure(str(error)), important=True)
            raise


def _check_mode(mode: str | None) -> None:
    """There is one mode; another is refused as the setting GRADE_MODE refuses it."""
    from grade.settings import VARIABLES

    if mode is not None:
        next(v for v in VARIABLES if v.field == "mode").value(mode, "--mode")


def _check_report(path: Path | None) -> None:
    """A report that has no place is found before the first frame, not after the last."""
    if path is None:
        return
    if path.is_dir():
        raise RequestError(f"--report {path}: a folder; name a file in it")
    if not path.parent.is_dir():
        raise RequestError(f"--report {path}: there is no folder {path.parent}; create it first")
    if not os.access(path.parent, os.W_OK):
        raise RequestError(f"--report {path}: no permission to write into {path.parent}")


def _render_any(voice: Voice, options: dict[str, Any]) -> int:
    if options["look"].endswith(".show.yaml"):
        from grade.cli.job.shots import render_show

        return render_show(voice, options)
    return _render(voice, options)


def _render(voice: Voice, options: dict[str, Any]) -> int:
    from grade.render import Report

    plan, executor = prepare(options, voice.say)
    voice.say(first_line(plan, executor))
    for note in plan.notes:
        voice.say(note)
    if options["verbose"]:
        for line in details(plan):
            voice.say(line)
    if options["dry_run"]:
        return _dry_run(plan, voice, options)
    report = Report(options["strict"], plan.filled)
    start = time.perf_counter()
    if options["dask"]:
        from grade.cli.job.dask import run_on

        code = run_on(options["dask"], plan, report, voice, options)
    else:
        code = run(plan, report, voice, options["kind"])
    elapsed = time.perf_counter() - start
    _finish(plan, report, voice, code, elapsed, options)
    return code


def prepare(options: dict[str, Any], say: Callable[[str], Any]) -> tuple[Plan, Any]:
    """The plan of these options, and the executor it runs on."""
    from grade.render import plan

    if options["input"] is None:
        raise click.MissingParameter(param_hint="'INPUT'", param_type="argument")
    if options["shots"]:
        raise RequestError("--shot: one look has no shots; give a show file, NAME.show.yaml")
    look = open_look(options["look"], options["config"])
    if options["space"]:
        look = look.with_input(options["space"])
    look = overridden(look, options, say)
    targets = outputs(look, options["output"], options["named"])
    request = request_of(options, look, options["input"], targets)
    refuse_far_movies(options, [request.input, *targets.values()])
    device = where(options, request.device, request.threads)
    return plan(request, device), device


def where(options: dict[str, Any], device: str | None, threads: int | None) -> Any:
    """Where kernels run: here, or on a cluster, and then nothing is compiled here."""
    from grade.run import executor

    if options.get("dask") is None:
        return executor(device or "auto", threads)
    from grade.farm.cluster import Elsewhere, check

    return Elsewhere(f"dask {check(options['dask'])}")


def request_of(
    options: dict[str, Any], look: Look, source: str, targets: dict[str, str]
) -> Request:
    """What the options ask for, of one look over one plate."""
    from grade.render import Request
    from grade.render.frame.memory import parse_bytes
    from grade.settings import settings

    gpu_memory = options["gpu_memory"]
    return Request(
        look=look,
        input=source,
        outputs=targets,
        frames=options["frames"],
        chunk=options["chunk"],
        device=options["device"] or settings().device,
        bits=options["bits"],
        compression=options["compression"],
        alpha=options["alpha"],
        missing=options["missing"],
        nan=options["nan"],
        trust_input=options["trust_input"],
        force=options["force"],
        as_is=options["as_is"],
        threads=options["threads"] or settings().threads,
        memory=None if options["memory"] is None else parse_bytes(options["memory"]),
        gpu_memory=None if gpu_memory is None else parse_bytes(gpu_memory, "--gpu-memory"),
        strict=options["strict"],
        scale=options["scale"],
        dither=options["dither"],
        stale=60 * options["stale"],
        **delivery_of(options, options["look"]),
    )


def open_look(path: str, config: str | None = None) -> Look:
    """The look in a file, or a shipped look by its bare name.

    `config` is for looks that name none, and must agree with the others.

    Raises
    ------
    RequestError
        The look is made for another config.
    """
    from grade.graph import Look

    look = Look.load(_shipped(path) or path)
    return look if config is None else with_config(look, config, path)


def with_config(look: Look, config: str, path: str) -> Look:
    """The look with a config, if it names none or the same; `path` is what messages call it."""
    from grade.color.config.config import open_config
    from grade.graph.model.change import rebuild

    own = look.pinned or (None if look.config is None else os.fspath(look.config))
    wanted = open_config(config)
    if own is not None and wanted.name != (own if look.pinned else open_config(own).name):
        raise RequestError(
            f"{path}: the look is made for the config {own}, --config is {wanted.name}; "
            "edit the line config: of the look to change it for good"
        )
    return rebuild(look, {}, config=config, pinned=None)


def _shipped(name: str) -> Path | None:
    """The file of the shipped look of this name; None for what is a path."""
    from grade.cli.looks import shipped

    if "." in name or Path(name).name != name or Path(name).exists():
        return None
    return shipped().get(name)


def outputs(look: Look, plain: str | None, named: tuple[str, ...]) -> dict[str, str]:
    """Output of the look to path, from OUTPUT and the -o options."""
    found: dict[str, str] = {}
    for text in named:
        name, mark, path = text.partition("=")
        if not mark or not path or name in found:
            raise RequestError(f"-o {text}: write NAME=OUT, each name once, as in -o sdr=out.png")
        found[name] = path
    if plain is not None:
        free = [output for output in look.outputs if output not in found]
        if not free:
            raise RequestError(f"{plain}: every output of {look.name} was given by -o already")
        found = {free[0]: plain, **found}
    if not found:
        known = " ".join(f"-o {output}=..." for output in look.outputs)
        raise RequestError(f"nowhere to write to: give OUTPUT, or {known}")
    return found


def first_line(plan: Plan, executor: Any) -> str:
    """What a job says of itself before its first frame."""
    import platform

    from grade import __version__
    from grade.io import format_ranges

    look = plan.grader.look
    config = plan.header.config
    programs = " ".join(f"{name}:{digest[:12]}" for name, digest in plan.programs.items())
    numbers = format_ranges(task.number for task in plan.tasks)
    return (
        f"grade {__version__} on {platform.node()}: {executor.name}{_why(plan, executor)}; "
        f"look {look.name} {look.hash[:12]}; program {programs}; "
        f"config {config}; {counted(len(plan.tasks), 'frame')} {numbers}"
    )


def _why(plan: Plan, executor: Any) -> str:
    """Why it runs there: asked for, or what `auto` found."""
    if plan.request.device != "auto" or executor.name.startswith("dask"):
        return ""
    return ", by auto" if executor.name.startswith("cuda") else ", by auto: no usable CUDA"


def details(plan: Plan) -> list[str]:
    """What -v adds: where outputs go, and the value of every knob at the first frame."""
    lines = [f"output {name}: {pattern}" for name, pattern in plan.targets.items()]
    first = plan.tasks[0].number if plan.tasks else None
    for placed in plan.grader.look.nodes():
        values = {n: v for n, v in placed.op.values.items() if v != placed.op.settings[n].default}
        lines.append(f"node {placed.name} ({placed.op.kind}) at frame {first}: {values}")
    return lines


def run(plan: Plan, report: Report, voice: Voice, kind: str, stream: Any = None) -> int:
    """Render a plan, here or by another `stream`; return the exit code."""
    from grade.cli.job.interrupt import interrupts
    from grade.cli.job.progress import leave, progress
    from grade.io import format_ranges
    from grade.render import Stream

    plan.make_folders()
    if stream is None:
        stream = Stream(
            plan,
            plan.request.threads or 1,
            wait=lambda n: voice.say(f"waiting for what others hold: {format_ranges(n)}"),
        )
    if plan.kept:
        voice.say(f"up to date: {format_ranges(plan.kept)}")
    kept = set(plan.kept)
    total = len(plan.tasks) - len(kept) + len(plan.skipped)
    with (
        progress(kind, voice, total) as listener,
        interrupts(
            stream.stop,
            stream.abandon,
            lambda line: voice.say(line, important=True),
            lambda: leave(listener, voice, report.last_line),
        ) as asked,
    ):
        for outcome in stream.outcomes():
            report.add(outcome)
            if outcome.frame not in kept:
                listener.tell(outcome)
    for note in getattr(stream, "notes", []):
        voice.say(note)
    return report.exit_code if asked.code is None else asked.code


def _finish(
    plan: Plan,
    report: Report,
    voice: Voice,
    code: int,
    elapsed: float,
    options: dict[str, Any],
) -> None:
    from grade.io import format_ranges

    begun = {number for outcome in report.outcomes for number in outcome.numbers}
    left = [task.number for task in plan.tasks if task.number not in begun]
    data = {
        **report.data(),
        "exit_code": code,
        "not_begun": format_ranges(left),
        "seconds": round(elapsed, 3),
        "look": plan.grader.look.name,
        "programs": dict(plan.programs),
        "outputs": {name: str(pattern) for name, pattern in plan.targets.items()},
    }
    if options["report"]:
        from grade.io import atomic_write

        with atomic_write(options["report"]) as part:
            part.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    if options["as_json"]:
        click.echo(json.dumps(data, indent=1))
    for line in report.troubles():
        voice.say(f"{plan.sequence.pattern}: {line}", important=True)
    if left:
        voice.say(f"not begun: {format_ranges(left)}; the same command goes on", important=True)
    done = len(report.frames("ok"))
    if done and elapsed:
        voice.say(f"{done / elapsed:.2f} frames/s")
    voice.say(report.last_line, important=True)


def _dry_run(plan: Plan, voice: Voice, options: dict[str, Any]) -> int:
    from grade.io import format_ranges

    if plan.missing:
        policy = plan.request.missing
        voice.say(f"{plan.sequence.pattern}: missing {format_ranges(plan.missing)} ({policy})")
    for name, pattern in plan.targets.items():
        why = {task.number: plan.reasons.get(task.number, {}).get(name) for task in plan.tasks}
        for reason in dict.fromkeys(filter(None, why.values())):
            frames = format_ranges(number for number, said in why.items() if said == reason)
            voice.say(f"{name} {frames}: {reason}")
        todo = sum(reason is not None for reason in why.values())
        kept = len(plan.tasks) - todo
        voice.say(f"would write {name}: {pattern}, {counted(todo, 'frame')}, {kept} up to date")
    if options["as_json"]:
        data = {
            "dry_run": True,
            "frames": format_ranges(task.number for task in plan.tasks),
            "missing": format_ranges(plan.missing),
            "kept": format_ranges(plan.kept),
            "reasons": {str(number): dict(said) for number, said in plan.reasons.items()},
            "outputs": {name: str(pattern) for name, pattern in plan.targets.items()},
            "programs": dict(plan.programs),
        }
        click.echo(json.dumps(data, indent=1))
    return 0
