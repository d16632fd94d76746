"""Which frames a job renders: the requested ones, and what fills the gaps of the plate."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from grade.io import Sequence, chunk, format_ranges, parse_chunk, parse_ranges
from grade.render.errors import MissingFrames, PlanError
from grade.render.request import Missing, Request


@dataclass(frozen=True, slots=True)
class Task:
    """One frame to write.

    Attributes
    ----------
    number
        The number it is written by.
    source
        The number of the plate's frame that it is made from.
    black
        Whether black is graded in place of that frame.
    """

    number: int
    source: int
    black: bool = False


def requested_frames(sequence: Sequence, request: Request) -> list[int]:
    """The frames that were asked for; by default all from the first to the last on disk."""
    if request.frames is None:
        return list(range(sequence.first, sequence.last + 1))
    wanted = parse_ranges(request.frames)
    if sequence.is_still and len(wanted) > 1:
        raise PlanError(
            f"--frames {request.frames}: {sequence} is a still; name one number, at which "
            "animated knobs are taken, or leave --frames out"
        )
    return wanted


def first_frame(request: Request, sequence: Sequence, wanted: list[int]) -> int:
    """The shot's first frame: that of the plate, not of the frames that are rendered now.

    Otherwise a look whose keyframes count from there would grade a part of the frames differently.
    """
    if request.first is not None:
        return request.first
    return wanted[0] if sequence.is_still else sequence.first


def select_chunk(
    request: Request, wanted: list[int], tasks: list[Task], missing: list[int]
) -> tuple[list[Task], list[int]]:
    """The tasks and gaps of the requested chunk; it may be empty if there are few frames."""
    if request.chunk is None:
        return tasks, missing
    ours = set(chunk(wanted, *parse_chunk(request.chunk)))
    return [task for task in tasks if task.number in ours], [n for n in missing if n in ours]


def tasks_for(
    sequence: Sequence, wanted: list[int], policy: Missing
) -> tuple[list[Task], list[int]]:
    """The frames to render, and the numbers that the plate lacks.

    Raises
    ------
    MissingFrames
        If frames are missing and the policy is ``error``, or if all are missing.
    """
    if sequence.is_still:
        return [Task(wanted[0], sequence.first)], []
    missing = sequence.missing(wanted)
    if missing and (policy == "error" or len(missing) == len(wanted)):
        remedy = "; --missing skip, hold or black renders the others" if policy == "error" else ""
        raise MissingFrames(
            f"{sequence.pattern}: missing frames {format_ranges(missing)} of "
            f"{format_ranges(wanted)}; on disk are {sequence.ranges}{remedy}"
        )
    gaps = set(missing)
    tasks = []
    for number in wanted:
        if number not in gaps:
            tasks.append(Task(number, number))
        elif policy == "hold":
            before = bisect_left(sequence.frames, number) - 1
            tasks.append(Task(number, sequence.frames[max(before, 0)]))
        elif policy == "black":
            tasks.append(Task(number, sequence.first, black=True))
    return tasks, missing
