"""`grade farm openjd`: a render written as a job file for a farm."""

from __future__ import annotations

import os
from typing import Any

import click

from grade.errors import RequestError

# Flags of `render` that the farm sets itself, or that make no sense in one of its tasks.
_OURS = ("frames", "progress", "chunk", "dask", "dry_run", "shots", "as_json", "report", "log")


@click.group("farm", context_settings={"max_content_width": 100})
def command() -> None:
    """Write a render as a job file for a farm.

    \b
    grade farm openjd night.grade.yaml plates/sh010.####.exr out/sh010.####.exr > job.yaml
    openjd run job.yaml
    """  # noqa: D301


@command.command(
    "openjd",
    context_settings={"ignore_unknown_options": True, "max_content_width": 100},
)
@click.option("--chunk-size", type=click.IntRange(1, 10_000), default=8, show_default=True,
              help="Frames per task.")  # fmt: skip
@click.option("--grade", "program", default="grade", metavar="COMMAND", show_default=True,
              help="Command that runs grade on the farm.")  # fmt: skip
@click.option("--gpus", type=click.IntRange(0, 64), default=0, help="GPUs that a host must have.")
@click.option("--name", metavar="NAME", help="Name of the job. Default: look and plate.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="LOOK INPUT OUTPUT [FLAGS]")
def openjd(
    chunk_size: int, program: str, gpus: int, name: str | None, words: tuple[str, ...]
) -> int:
    """Write an Open Job Description template that renders INPUT through LOOK into OUTPUT.

    \b
    grade farm openjd night.grade.yaml plates/sh010.####.exr out/sh010.####.exr > job.yaml
    openjd run job.yaml
    openjd run job.yaml --job-param Frames=1001-1010

    LOOK, INPUT, OUTPUT and FLAGS are those of grade render, and are checked in the same way before
    anything is written. Paths become absolute. The frames are those of the plate or of --frames,
    and each task renders some of them.
    """  # noqa: D301
    from grade.cli.job.console import Console
    from grade.cli.job.prepare import prepare_job
    from grade.cli.job.render_options import RenderOptions
    from grade.cli.render import command as render
    from grade.farm.job_package import check_shares
    from grade.farm.openjd import job_template
    from grade.io import format_ranges

    context = render.make_context("render", list(words))
    options = context.params
    if options["look"].endswith(".show.yaml"):
        raise RequestError(f"{options['look']}: a job file is for one shot; write one for each")
    if options["chunk"] or options["dask"]:
        raise RequestError("--chunk, --dask: the farm divides the frames; leave them out")
    asked = RenderOptions.of_command_line({**options, "device": "reference"})
    plan = prepare_job(asked, Console()).plan
    check_shares(plan)
    if plan.missing:
        click.echo(f"{plan.sequence.pattern}: missing {format_ranges(plan.missing)}", err=True)
    arguments = _arguments(render, options)
    frames = [task.number for task in plan.tasks]
    title = name or f"grade {plan.grader.look.name}: {os.path.basename(options['input'])}"
    template = job_template(title, arguments, frames, chunk_size, program, gpus)
    click.echo(_yaml(template), nl=False)
    return 0


def _arguments(render: click.Command, options: dict[str, Any]) -> list[str]:
    """The words of a command line that does the same in any folder."""
    words: list[str] = []
    flags: list[str] = []
    for parameter in render.params:
        value = options.get(parameter.name or "")
        if parameter.name in _OURS or value is None:
            continue
        if isinstance(parameter, click.Argument):
            is_path = parameter.name != "look" or os.path.exists(value)
            words.append(os.path.abspath(value) if is_path else value)
        elif isinstance(parameter, click.Option) and value != parameter.get_default(
            click.Context(render)
        ):
            flags += _flag(parameter, value)
    return [*words, *flags]


def _flag(option: click.Option, value: Any) -> list[str]:
    long = max(option.opts, key=len)
    if option.is_flag:
        return [long if value else option.secondary_opts[0]]
    given = value if option.multiple else (value,)
    return [word for text in given for word in (long, _placed(option.name, str(text)))]


def _placed(name: str | None, text: str) -> str:
    """The value of a flag, with an absolute path if it has one."""
    if name == "named":
        output, mark, path = text.partition("=")
        return f"{output}{mark}{os.path.abspath(path)}"
    if name == "cdl" or (name == "config" and os.path.exists(text)):
        return os.path.abspath(text)
    return text


def _yaml(data: dict[str, Any]) -> str:
    import io

    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = 4096
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()
