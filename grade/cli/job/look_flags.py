"""The flags by which a verb changes a look: versions, CDLs, knobs, bypass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.knob_text import parse_knobs
from grade.errors import RequestError
from grade.log import Log

if TYPE_CHECKING:
    from grade.graph import Look

_FLAGS = (
    click.option("--version", "version", metavar="NAME", help="A version of the look."),
    click.option("--cdl", metavar="FILE[#ID]", help="Fill the CDL from a cc, ccc or cdl."),
    click.option(
        "--set", "set", multiple=True, metavar="KNOB=V",
        help="trim.slope=1.1,1,0.95 trim.slope.r=1.1 tone.shadow.exposure=0.5 open.stops@1040=0.5"
        " mood=5600",
    ),
    click.option("--without", multiple=True, metavar="NODE", help="Leave a node out."),
)  # fmt: skip


def look_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags to a verb."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def open_with_flags(path: str, given: Mapping[str, Any], log: Log) -> Look:
    """The look at a path or of a name, with what the flags, ``--config`` and ``--input`` ask for.

    Parameters
    ----------
    path
        The look file, or the name of a shipped look.
    given
        The values of the flags.
    log
        Gets a line for each animation that a value replaces, and for a look that is no longer
        shipped.

    Raises
    ------
    RequestError
        A version, node or parameter is unknown, and the nearest is named; or the file has no such
        correction.
    """
    from grade.graph.open_look import open_look, override

    for flag in ("version", "cdl", "config", "input_space"):
        if given[flag] == "":
            raise RequestError(
                f"--{flag.removesuffix('_space')} is empty; give a value, or leave it out"
            )

    look = open_look(path, given["config"], log)
    if given["input_space"]:
        look = look.with_input(given["input_space"])
    return override(
        look,
        version=given["version"],
        cdl=given["cdl"],
        values=parse_knobs(given["set"]),
        without=given["without"],
        tell=log.info,
    )
