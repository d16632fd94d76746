"""How many frames may be in flight, from the bytes of a frame and the memory budget."""

from __future__ import annotations

import re
from typing import Any

from grade.io import Frame
from grade.render.errors import PlanError
from grade.render.frame.destination import Destination

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def parse_bytes(text: str, flag: str = "--memory") -> int:
    """Read a size: ``8G``, ``1.5G``, ``800M``, or a number of bytes.

    Parameters
    ----------
    text
        The size.
    flag
        The flag that error messages name.

    >>> parse_bytes("1.5G"), parse_bytes("800MB"), parse_bytes("4096")
    (1610612736, 838860800, 4096)

    Raises
    ------
    PlanError
        If the text is no size.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:I?B)?\s*", text.upper())
    if found is None or float(found[1]) == 0:
        raise PlanError(f"{flag} {text}: takes a size such as 8G, 800M or 1.5G")
    return int(float(found[1]) * _UNITS[found[2]])


def bytes_per_frame(frame: Frame, destinations: list[Destination]) -> int:
    """The bytes that one frame takes at most, from before it is read until after it is written.

    They hold the plate and, for each output, its pixels, its packed bytes and the writer's buffers.
    """
    native = frame.native
    others = frame.planes if native is None else {n: frame.planes[n] for n in frame.color[3:4]}
    plate = sum(plane.nbytes for plane in others.values())
    plate += 0 if native is None else native.picture.nbytes
    carried = sum(_part_bytes(part) for part in getattr(frame.carried, "others", ()))
    color = (
        plate if native is not None else max(frame.planes[n].nbytes for n in frame.color[:3]) * 3
    )
    return plate + 2 * carried + (3 * color + carried) * len(destinations)


def frames_in_flight(budget: int, frame_bytes: int, workers: int) -> int:
    """How many frames fit into the budget, but no more than keep all threads busy.

    Raises
    ------
    PlanError
        If not even one fits.
    """
    return min(2 * workers + 2, _frames_that_fit("--memory", budget, frame_bytes))


def frames_on_device(budget: int | None, frame_bytes: int, overlap: int) -> int:
    """How many frames a device holds at one time: as many as keep it busy, if they fit.

    Raises
    ------
    PlanError
        If not even one fits.
    """
    if budget is None:
        return overlap
    return min(overlap, _frames_that_fit("--gpu-memory", budget, frame_bytes))


def _frames_that_fit(flag: str, budget: int, frame_bytes: int) -> int:
    if budget < frame_bytes:
        raise PlanError(
            f"{flag} {_format_bytes(budget)}: one frame of this plate takes"
            f" {_format_bytes(frame_bytes)} with its outputs; give at least that"
        )
    return budget // frame_bytes


def _part_bytes(part: Any) -> int:
    return sum(channel.pixels.nbytes for channel in part.channels.values())


def _format_bytes(count: int) -> str:
    for unit in ("G", "M", "K"):
        if count >= _UNITS[unit]:
            return f"{count / _UNITS[unit]:.1f}{unit}"
    return str(count)
