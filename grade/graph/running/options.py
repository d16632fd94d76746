"""The options of ``look.apply``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from grade.graph.errors import PixelsError
from grade.io.frame import Alpha

ALPHAS: dict[str, Alpha] = {
    "straight": "straight",
    "premultiplied": "premultiplied",
    "ignore": "none",
    "none": "none",
}


class ApplyOptions(NamedTuple):
    """The options of one call; see ``Look.apply``."""

    output: str | None = None
    device: str | None = None
    threads: int | None = None
    out: Any = None
    alpha: str | None = None
    frame: float | None = None
    first: float | None = None
    inputs: Mapping[str, Any] | None = None
    region: tuple[int, int] | None = None
    full: tuple[int, int] | None = None
    pixel_aspect: float | None = None
    timecode: str | None = None


def read_alpha(given: str | None, default: str) -> Alpha:
    """The kind of alpha by its name; ``default`` where none is given.

    Raises
    ------
    PixelsError
        If there is no such kind.
    """
    if given is not None and given not in ALPHAS:
        raise PixelsError(f"alpha = {given!r}: takes straight, premultiplied or ignore")
    return ALPHAS[given or default]
