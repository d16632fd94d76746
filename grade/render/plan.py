"""Everything that can be known before the first frame: frames, gaps, outputs, look, kernel.

The input is listed once. What is wrong with the request is said here, with exit code 2, and
nothing has been written then.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from grade.graph.look import Look
from grade.io import (
    Frame,
    Pattern,
    ReadError,
    Sequence,
    Store,
    format_for,
    format_ranges,
    parse_ranges,
    read,
)
from grade.render import mark
from grade.render.errors import MissingFrames, NotDisplayReferred, PlanError, WouldOverwrite
from grade.render.grader import INTEGER_ONLY, AlphaPolicy, Destination, Grader

Missing = Literal["error", "skip", "hold", "black"]
_NAMED = 3  # paths that a message lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A job as it was asked for.

    Attributes
    ----------
    look
        With every knob set.
    input
        A file or a pattern.
    outputs
        Output of the look to file or pattern.
    frames
        Ranges, or None for all that are there.
    device, threads
        Where it runs; None takes the settings.
    bits, compression
        As in `Frame.write`; None keeps what the plate has.
    alpha
        What alpha means; None believes the file.
    missing
        What happens where the plate has a gap: stop before anything is written, leave it out,
        hold the frame before, or grade black.
    nan
        "black" stores 0 for NaN.
    trust_input
        Believe the look where the tags of the plate say something else.
    force
        Overwrite what is not ours.
    as_is
        Scene-referred numbers may go into PNG.
    """

    look: Look
    input: str
    outputs: Mapping[str, str]
    frames: str | None = None
    device: str | None = None
    threads: int | None = None
    bits: str | None = None
    compression: str | None = None
    alpha: AlphaPolicy | None = None
    missing: Missing = "skip"
    nan: Literal["keep", "black"] = "keep"
    trust_input: bool = False
    force: bool = False
    as_is: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One frame to write: its number, the plate's frame it is made of, or black."""

    number: int
    source: int
    black: bool = False


@dataclass(frozen=True)
class Plan:
    """A checked job."""

    request: Request
    sequence: Sequence
    tasks: tuple[Task, ...]
    missing: tuple[int, ...]
    targets: Mapping[str, Pattern]
    grader: Grader
    programs: Mapping[str, str] = field(default_factory=dict)

    @property
    def skipped(self) -> tuple[int, ...]:
        """Missing frames that no policy fills."""
        return self.missing if self.request.missing == "skip" else ()

    def paths(self, number: int) -> dict[str, Path]:
        """Where the outputs of a frame go."""
        return {output: pattern.path(number) for output, pattern in self.targets.items()}

    def make_folders(self) -> None:
        """Create the folders of the outputs; raise `PlanError` if nothing can be written there."""
        for pattern in self.targets.values():
            try:
                pattern.folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise PlanError(
                    f"{pattern.folder}: the folder cannot be made: {error.strerror}"
                ) from error
            if not os.access(pattern.folder, os.W_OK):
                raise PlanError(f"{pattern.folder}: no permission to write into this folder")


def plan(request: Request, executor: Any) -> Plan:
    """Check a job and compile its kernels.

    Parameters
    ----------
    request
        What is wanted.
    executor
        From `grade.run.executor`.

    Raises
    ------
    RequestError
        Something in it is wrong; nothing was written.
    ReadError
        No frame of the plate can be read.
    """
    sequence = Sequence.scan(request.input)
    wanted = _wanted(sequence, request)
    tasks, missing = _tasks(sequence, wanted, request.missing)
    targets = {output: Pattern.parse(path) for output, path in request.outputs.items()}
    _check_paths(request, sequence, targets, tasks)
    sample = _sample(sequence, tasks)
    look = _for_plate(request, sample)
    _check_outputs(request, look, targets, tasks)
    destinations = [
        Destination(output, pattern.path(0).suffix.lower(), request.bits, tags_of(look, output))
        for output, pattern in targets.items()
    ]
    grader = Grader(look, executor, destinations, request.alpha, first=wanted[0])
    ready = grader.first(sample, sample.frame or wanted[0])
    programs = {output: prepared.hash for output, prepared in ready.items()}
    return Plan(request, sequence, tuple(tasks), tuple(missing), targets, grader, programs)


def tags_of(look: Look, output: str) -> dict[str, Any]:
    """Color tags of an output; none where its space is unknown."""
    space = look.output_space(output)
    return {} if space is None else dict(look.configuration.interop(space))


def _wanted(sequence: Sequence, request: Request) -> list[int]:
    if request.frames is None:
        return list(range(sequence.first, sequence.last + 1))
    wanted = parse_ranges(request.frames)
    if sequence.is_still and len(wanted) > 1:
        raise PlanError(
            f"--frames {request.frames}: {sequence} is a still; name one number, at which "
            "animated knobs are taken, or leave --frames out"
        )
    return wanted


def _tasks(sequence: Sequence, wanted: list[int], policy: Missing) -> tuple[list[Task], list[int]]:
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


def _for_plate(request: Request, sample: Any) -> Look:
    """The look with its input known; what the file says and what the look says must agree."""
    from grade.graph.plates import contradiction, for_frame

    look = request.look
    if look.input == "auto":
        return for_frame(look, sample)
    wrong = None if request.trust_input else contradiction(look, sample)
    if wrong is not None:
        raise PlanError(f"{wrong}; give --input, or --trust-input if the look is right")
    return look


def _check_outputs(
    request: Request, look: Look, targets: Mapping[str, Pattern], tasks: list[Task]
) -> None:
    for output, pattern in targets.items():
        if output not in look.outputs:
            raise PlanError(
                f"the look {look.name} has no output {output}; it has {', '.join(look.outputs)}"
            )
        path = pattern.path(0)
        format_for(path).check(Store(request.bits, request.compression), path)
        if pattern.is_still and len(tasks) > 1:
            raise PlanError(
                f"{pattern}: one file for {len(tasks)} frames; write a pattern such as "
                f"{path.stem}.####{path.suffix}"
            )
        space = look.output_space(output)
        display = space is None or look.output_is_display(output)
        if path.suffix.lower() in INTEGER_ONLY and not display and not request.as_is:
            raise NotDisplayReferred(f"{pattern}: this output is {space}; add a Display or --as-is")


def _check_paths(
    request: Request, sequence: Sequence, targets: Mapping[str, Pattern], tasks: list[Task]
) -> None:
    """Nobody's files are overwritten, not even by another output of this job."""
    plate = {sequence.path(task.source).resolve(): task.source for task in tasks}
    taken: dict[Path, str] = {}
    for output, pattern in targets.items():
        paths = {task.number: pattern.path(task.number) for task in tasks}
        for number, path in paths.items():
            final = path.resolve()
            if (other := taken.setdefault(final, output)) != output:
                raise PlanError(f"{path}: the outputs {other} and {output} are one file")
            own = plate.get(final)
            if own is not None and (not request.force or own != number):
                raise WouldOverwrite(
                    f"{path}: the output is the plate itself; name another, or --force"
                )
        if request.force:
            continue
        in_the_way = mark.foreign(paths.values())
        if in_the_way:
            listed = ", ".join(path.name for path in in_the_way[:_NAMED])
            more = f" and {len(in_the_way) - _NAMED} more" if len(in_the_way) > _NAMED else ""
            raise WouldOverwrite(
                f"{pattern}: {len(in_the_way)} files are there that grade did not write "
                f"({listed}{more}); name another folder, or --force"
            )


def _sample(sequence: Sequence, tasks: list[Task]) -> Frame:
    """The first frame that can be read: what kind of pixels the kernels are made for."""
    failure: ReadError | None = None
    for number in dict.fromkeys(task.source for task in tasks):
        try:
            return read(sequence.path(number), number)
        except ReadError as error:
            failure = failure or error
    assert failure is not None
    raise failure
