"""The flags by which a verb changes a look: versions, CDLs, knobs, bypass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job import knobs

if TYPE_CHECKING:
    from grade.graph import Look

_FLAGS = (
    click.option("--version", "version", metavar="NAME", help="A version that the look names."),
    click.option("--cdl", metavar="FILE[#ID]", help="Fill the look's CDL from a cc, ccc or cdl."),
    click.option(
        "--set", "knobs", multiple=True, metavar="KNOB=V",
        help="trim.slope=1.1,1,0.95 trim.slope.r=1.1 open.stops@1040=0.5 mood=5600",
    ),
    click.option("--without", multiple=True, metavar="NODE", help="Leave a node out."),
)  # fmt: skip


def look_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags to a verb."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command


def overridden(look: Look, options: dict[str, Any], say: Callable[[str], Any]) -> Look:
    """The look with what the flags ask for: the version, then the CDL, then single knobs.

    Parameters
    ----------
    say
        Told what is done to the look beyond what was asked: an animation that a number replaces.

    Raises
    ------
    RequestError
        Naming the nearest version, node or parameter; or file and correction.
    """
    if options["without"]:
        look = look.without(*options["without"])
    if options["version"]:
        look = look.version(options["version"])
    if options["cdl"]:
        file, mark, identifier = options["cdl"].partition("#")
        look = look.with_cdl(file, identifier if mark else None)
    if options["knobs"]:
        values = knobs.parse(options["knobs"])
        for name in values:
            _tell(look, look.knob_path(name), say)
        look = look.set(values)
    return look


def _tell(look: Look, path: str, say: Callable[[str], Any]) -> None:
    node, _, field = path.partition(".")
    if "@" not in path and node in look and field in look.op(node).animated():
        count = len(look.op(node).values[field])
        say(f"{path}: the value takes the place of {count} keyframes")
