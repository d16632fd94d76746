"""The verbs and their lines in `grade --help`. A verb is imported when it is called."""

from __future__ import annotations

import importlib
from typing import Any

import click
from click.shell_completion import CompletionItem

from grade import __version__

# Verb: one line. `grade.cli.VERB` is a module or a package that has the click command `command`.
VERBS = {
    "render": "grade a still, a sequence, a movie or the shots of a show",
    "status": "progress of a job, over all hosts",
    "verify": "check delivered files against the journal",
    "check": "check looks against their golden files, so that none changes by accident",
    "info": "show what is in a file, a sequence or a movie, and what is missing",
    "diff": "compare two pictures or sequences, or two looks",
    "new": "write a look file to start from, with comments",
    "fmt": "format look files; comments are kept",
    "schema": "print the JSON Schema of look files, for editors",
    "ops": "list the operations, with parameters, ranges and units",
    "presets": "list the delivery presets: codec, size, range and tags",
    "looks": "list the shipped looks, or draw a contact sheet of them",
    "explain": "show what a look becomes: spaces, passes, generated code; or one pixel",
    "matte": "write a matte of a look as a grey picture",
    "ocio": "list what an OpenColorIO config has, and compare grade with it",
    "completion": "print the script that completes verbs, options and files in a shell",
    "farm": "write a render as a job file for a farm",
    "doctor": "show what this machine has, and what to install",
    "demo": "make a short plate and grade it, to look at",
    "bench": "measure this machine against OpenColorIO",
}

# What a verb may be called elsewhere, for the message that says which was meant.
SYNONYMS = {
    "apply": "render", "process": "render", "run": "render", "convert": "render",
    "transcode": "render", "progress": "status", "queue": "status", "validate": "check",
    "test": "check", "golden": "check", "probe": "info", "identify": "info", "inspect": "info",
    "show": "info", "metadata": "info", "compare": "diff", "difference": "diff",
    "create": "new", "init": "new", "template": "new", "format": "fmt", "lint": "fmt",
    "operations": "ops", "nodes": "ops", "effects": "ops", "list": "looks", "styles": "looks",
    "mask": "matte", "key": "matte", "describe": "explain", "graph": "explain",
    "trace": "explain", "config": "ocio",
    "colorspaces": "ocio", "spaces": "ocio", "autocomplete": "completion", "submit": "farm",
    "setup": "doctor", "diagnose": "doctor", "example": "demo", "benchmark": "bench",
    "measure": "bench",
}  # fmt: skip

THREE_TASKS = """\
grade {version}: color grading, compiled. Three things to do first:

  see it work             grade demo
  write a look            grade new night && grade ops
  grade a sequence        grade render night.grade.yaml plates/sh010.####.exr out/sh010.####.exr

All verbs: grade --help. One verb: grade render --help. This machine: grade doctor.
"""


class FileOrName(click.types.StringParamType):
    """A text that a shell completes as a file name, because most arguments are paths."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="file")]


FILE_OR_NAME = FileOrName()


class Verbs(click.Group):
    """The group of all verbs, which lists them without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"grade.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        for parameter in command.params:
            if isinstance(parameter, click.Argument) and parameter.type is click.STRING:
                parameter.type = FILE_OR_NAME
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from grade.suggestion import suggest

            hint = suggest(args[0], VERBS, SYNONYMS)
            raise click.UsageError(f"there is no verb {args[0]}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="grade %(version)s")
@click.pass_context
def grade(ctx: click.Context, /, **_: Any) -> None:
    """Color grading as a compiler: one look, one fused kernel, the same bits on CPU and GPU."""
    if ctx.invoked_subcommand is None:
        click.echo(THREE_TASKS.format(version=__version__), nl=False)
