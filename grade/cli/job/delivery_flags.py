"""The flags of ``grade render`` on movies, presets and sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])
_RANGES = click.Choice(["auto", "full", "legal"])
_FLAGS = (
    click.option("--preset", metavar="NAME", help="Delivery preset; see grade presets."),
    click.option("--first", type=int, metavar="N", help="Number of a movie's first frame."),
    click.option(
        "--range", type=_RANGES, default="auto", help="Code range of a movie that is read."
    ),
    click.option(
        "--out-range", type=_RANGES, default="auto", help="Code range of a movie that is written."
    ),
    click.option(
        "--rate", metavar="FPS", help="Frames per second of a movie; conforms a variable rate."
    ),
    click.option("--sound", metavar="FILE", help="Audio file, or none. Default: the movie's own."),
    click.option(
        "--audio",
        type=click.Choice(["copy", "aac", "pcm_s16le", "pcm_s24le", "none"]),
        help="Audio codec. Default: as the preset says.",
    ),
)


def delivery_flags(command: _Command) -> _Command:
    """Add the flags to a verb."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command
