"""The options of `grade render` on movies, presets and sound."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import click

from grade.errors import RequestError

_Command = TypeVar("_Command", bound=Callable[..., Any])
_RANGES = click.Choice(["auto", "full", "legal"])


def delivery_flags(function: _Command) -> _Command:
    """Add the options."""
    for option in reversed((
        click.option("--preset", metavar="NAME", help="How it is delivered; see grade presets."),
        click.option("--first", type=int, metavar="N", help="Number of a movie's first frame."),
        click.option(
            "--range", "range_", type=_RANGES, default="auto", help="What a movie's codes span."
        ),
        click.option(
            "--out-range", type=_RANGES, default="auto", help="The same of a movie written."
        ),
        click.option("--rate", metavar="FPS", help="Frames per second of a movie: 24, 24000/1001."),
        click.option(
            "--sound", metavar="FILE", help="What is heard, or none. Default: the movie's own."
        ),
        click.option(
            "--audio",
            type=click.Choice(["copy", "aac", "pcm_s16le", "pcm_s24le", "none"]),
            help="What sound becomes. Default: as the preset says.",
        ),
    )):  # fmt: skip
        function = option(function)
    return function


def delivery_of(options: dict[str, Any], look: str) -> dict[str, Any]:
    """The same as fields of a request.

    Parameters
    ----------
    options
        Of the command line; a verb without these options has none of them.
    look
        The file of the look.

    Raises
    ------
    RequestError
        The rate is no number above 0.
    """
    beside = Path(look).parent
    return {
        "movie_first": options.get("first"),
        "range": options.get("range_") or "auto",
        "preset": options.get("preset"),
        "preset_folder": beside if beside.is_dir() else None,
        "out_range": options.get("out_range") or "auto",
        "rate": _rate(options.get("rate")),
        "sound": options.get("sound"),
        "audio": options.get("audio"),
    }


def refuse_far_movies(options: dict[str, Any], paths: list[str]) -> None:
    """A movie is one file read and written in order: it is not for a cluster.

    Raises
    ------
    RequestError
        The job has one and is to run on Dask.
    """
    from grade.io.formats.movie import is_movie

    movies = [path for path in paths if is_movie(path.partition(",")[0])]
    if options.get("dask") and movies:
        raise RequestError(f"{movies[0]}: movies are rendered here, not on Dask; leave out --dask")


def _rate(text: str | None) -> Fraction | None:
    if text is None:
        return None
    television = {"23.976": "24000/1001", "29.97": "30000/1001", "59.94": "60000/1001"}
    try:
        rate = Fraction(television.get(text, text))
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not 0 < rate <= 1000:
        raise RequestError(f"--rate {text}: write frames per second, as 24, 23.976 or 24000/1001")
    return rate
