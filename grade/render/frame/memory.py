"""How many frames are in flight at one time: from the size of a frame and what may be used."""

from __future__ import annotations

import re
from typing import Any

from grade.io import Frame
from grade.render.errors import PlanError
from grade.render.frame.destination import Destination

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def parse_bytes(text: str, flag: str = "--memory") -> int:
    """Read a size: ``8G``, ``1.5G``, ``800M``, or bytes; `flag` is what a message calls it.

    >>> parse_bytes("1.5G"), parse_bytes("800MB"), parse_bytes("4096")
    (1610612736, 838860800, 4096)

    Raises
    ------
    PlanError
        For anything else.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:I?B)?\s*", text.upper())
    if found is None or float(found[1]) == 0:
        raise PlanError(f"{flag} {text}: takes a size such as 8G, 800M or 1.5G")
    return int(float(found[1]) * _UNITS[found[2]])


def bytes_in_flight(frame: Frame, destinations: list[Destination]) -> int:
    """What one frame takes at most, from before it is read until after it is written.

    The plate, each output, and for each the packed bytes and what the writer holds beside them.
    """
    native = frame.native
    others = frame.planes if native is None else {n: frame.planes[n] for n in frame.color[3:4]}
    plate = sum(plane.nbytes for plane in others.values())
    plate += 0 if native is None else native.picture.nbytes
    carried = sum(_nbytes(part) for part in getattr(frame.carried, "others", ()))
    color = (
        plate if native is not None else max(frame.planes[n].nbytes for n in frame.color[:3]) * 3
    )
    return plate + 2 * carried + (3 * color + carried) * len(destinations)


def frames_in_flight(budget: int, each: int, workers: int) -> int:
    """How many frames fit; never more than keep all threads busy.

    Raises
    ------
    PlanError
        If not even one fits.
    """
    return min(2 * workers + 2, _fitting("--memory", budget, each))


def frames_on_device(budget: int | None, each: int, overlap: int) -> int:
    """How many frames a device holds at one time: as many as keep it busy, if they fit.

    Raises
    ------
    PlanError
        If not even one fits.
    """
    return overlap if budget is None else min(overlap, _fitting("--gpu-memory", budget, each))


def _fitting(flag: str, budget: int, each: int) -> int:
    if budget < each:
        raise PlanError(
            f"{flag} {_words(budget)}: one frame of this plate takes {_words(each)} with its"
            f" outputs; give at least that"
        )
    return budget // each


def _nbytes(part: Any) -> int:
    return sum(channel.pixels.nbytes for channel in part.channels.values())


def _words(count: int) -> str:
    for unit in ("G", "M", "K"):
        if count >= _UNITS[unit]:
            return f"{count / _UNITS[unit]:.1f}{unit}"
    return str(count)
