"""Which frames a job has: what was asked for, what the plate has, and what fills its gaps."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from grade.io import Sequence, chunk, format_ranges, parse_chunk, parse_ranges
from grade.render.errors import MissingFrames, PlanError
from grade.render.request import Missing, Request


@dataclass(frozen=True, slots=True)
class Task:
    """One frame to write: its number, the plate's frame it is made of, or black."""

    number: int
    source: int
    black: bool = False


def wanted_frames(sequence: Sequence, request: Request) -> list[int]:
    """The frames that were asked for; without a word all that lie between those on disk."""
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
    """The shot's first frame: of the plate, not of the frames that are rendered now.

    Otherwise a look whose keys count from there would grade a share of the frames in another way.
    """
    if request.first is not None:
        return request.first
    return wanted[0] if sequence.is_still else sequence.first


def share_of(
    request: Request, wanted: list[int], tasks: list[Task], missing: list[int]
) -> tuple[list[Task], list[int]]:
    """The tasks and gaps of the share that was asked for; of few frames a share may be empty."""
    if request.chunk is None:
        return tasks, missing
    ours = set(chunk(wanted, *parse_chunk(request.chunk)))
    return [task for task in tasks if task.number in ours], [n for n in missing if n in ours]


def tasks_for(
    sequence: Sequence, wanted: list[int], policy: Missing
) -> tuple[list[Task], list[int]]:
    """The frames to render, and those that the plate lacks."""
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
