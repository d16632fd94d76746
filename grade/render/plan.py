"""Everything that can be known before the first frame: frames, gaps, outputs, look, kernel.

The input is listed once. What is wrong with the request is said here, with exit code 2, and
nothing has been written then.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grade.graph.look import Look
from grade.io import (
    Frame,
    Pattern,
    ReadError,
    Sequence,
    chunk,
    format_for,
    format_ranges,
    parse_chunk,
    parse_ranges,
    read,
)
from grade.render import mark
from grade.render.destination import Destination
from grade.render.errors import MissingFrames, NotDisplayReferred, PlanError, WouldOverwrite
from grade.render.grader import Grader
from grade.render.host import this_process
from grade.render.journal import Header
from grade.render.key import digests, store_of
from grade.render.memory import bytes_in_flight, frames_in_flight
from grade.render.request import Missing, Request
from grade.render.resume import Resume
from grade.settings import available_memory

_NAMED = 3  # paths that a message lists


@dataclass(frozen=True, slots=True)
class Task:
    """One frame to write: its number, the plate's frame it is made of, or black."""

    number: int
    source: int
    black: bool = False


@dataclass(frozen=True)
class Plan:
    """A checked job.

    Attributes
    ----------
    tasks, missing
        All frames of the job, done or not; frames that the plate does not have.
    targets
        Output to file or pattern.
    programs
        Output to the hash of its program, for frames like the first one.
    reasons
        Frame to output to why it must be written; what is there and right is not among them.
    resume
        What decided that, and will again when a frame is claimed.
    header
        What this process will say of itself in its journals.
    each, budget
        Bytes that a frame in flight takes, and that all may take.
    """

    request: Request
    sequence: Sequence
    tasks: tuple[Task, ...]
    missing: tuple[int, ...]
    targets: Mapping[str, Pattern]
    grader: Grader
    programs: Mapping[str, str]
    reasons: Mapping[int, Mapping[str, str]]
    resume: Resume
    header: Header
    each: int
    budget: int

    @property
    def todo(self) -> list[Task]:
        """The tasks with something to write."""
        return [task for task in self.tasks if self.reasons.get(task.number)]

    @property
    def kept(self) -> list[int]:
        """The frames that are there and right."""
        return [task.number for task in self.tasks if not self.reasons.get(task.number)]

    def why(self, task: Task, output: str) -> str:
        """Why an output of a frame must be written, as the journals are now; or empty."""
        plate = self.sequence.path(task.source)
        return self.resume.why(output, task.number, plate, task.black)

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
    whole, absent = _tasks(sequence, wanted, request.missing)
    tasks, missing = _share(request, wanted, whole, absent)
    destinations = _destinations(request)
    targets = {output: made.pattern for output, made in destinations.items()}
    _check_paths(request, sequence, targets, tasks)
    sample = _sample(sequence, whole)
    look = _for_plate(request, sample)
    _check_outputs(request, look, destinations, whole)
    tagged = [made.with_tags(tags_of(look, output)) for output, made in destinations.items()]
    grader = Grader(look, executor, tagged, request.alpha, _first(request, sequence, wanted))
    stores = {d.output: store_of(look, d, request.alpha, request.nan) for d in tagged}
    resume = Resume(grader, stores, digests(look), config_of(look))
    if not request.force:
        _check_strangers(resume, targets, tasks)
    number = sample.frame or wanted[0]
    beside = grader.beside(sample, number, list(targets))
    kinds = {output: grader.kind(sample, output, beside) for output in targets}
    programs = {output: grader.prepared(kind, output).hash for output, kind in kinds.items()}
    reasons = _reasons(request, resume, sequence, targets, tasks)
    if any(reasons.values()):
        grader.kernel(kinds)  # compiled before the first frame, or not at all
    each = bytes_in_flight(sample, tagged)
    budget = request.memory or available_memory() // 2
    frames_in_flight(budget, each, workers=1)  # refuses what does not hold one
    header = _header(look, executor, targets, programs, tasks, resume)
    return Plan(
        request, sequence, tuple(tasks), tuple(missing), targets, grader, programs, reasons,
        resume, header, each, budget,
    )  # fmt: skip


def _destinations(request: Request) -> dict[str, Destination]:
    """The outputs with their options; what is said for all concerns those that can have it."""
    found = {}
    for output, text in request.outputs.items():
        own = Destination.parse(output, text, scale=request.scale, dither=request.dither)
        form = format_for(own.pattern.path(0))
        alone = len(request.outputs) == 1
        bits = request.bits if alone or request.bits in form.bits else None
        compression = request.compression if alone or form.compressions else None
        found[output] = replace(
            own, bits=own.bits or bits, compression=own.compression or compression
        )
    return found


def _reasons(
    request: Request,
    resume: Resume,
    sequence: Sequence,
    targets: Mapping[str, Pattern],
    tasks: list[Task],
) -> dict[int, dict[str, str]]:
    """What must be written, and why."""
    found: dict[int, dict[str, str]] = {}
    for task in tasks:
        plate = sequence.path(task.source)
        for output in targets:
            why = resume.why(output, task.number, plate, task.black)
            if why or request.force:
                found.setdefault(task.number, {})[output] = why or "forced"
    return found


def _header(
    look: Look,
    executor: Any,
    targets: Mapping[str, Pattern],
    programs: Mapping[str, str],
    tasks: list[Task],
    resume: Resume,
) -> Header:
    from grade import __version__

    return Header(
        holder=this_process(),
        grade=__version__,
        device=executor.name,
        look=look.name,
        look_hash=look.hash,
        config=resume.config,
        nodes=resume.nodes,
        outputs={output: Path(str(pattern)).name for output, pattern in targets.items()},
        programs=programs,
        frames=format_ranges(task.number for task in tasks),
    )


def config_of(look: Look) -> str:
    """The name of the config that a look uses, or ``none``."""
    return look.configuration.name if look.input or look.working else "none"


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


def _first(request: Request, sequence: Sequence, wanted: list[int]) -> int:
    """The shot's first frame: of the plate, not of the frames that are rendered now.

    Otherwise a look whose keys count from there would grade a share of the frames in another way.
    """
    if request.first is not None:
        return request.first
    return wanted[0] if sequence.is_still else sequence.first


def _share(
    request: Request, wanted: list[int], tasks: list[Task], missing: list[int]
) -> tuple[list[Task], list[int]]:
    """The tasks and gaps of the share that was asked for; of few frames a share may be empty."""
    if request.chunk is None:
        return tasks, missing
    ours = set(chunk(wanted, *parse_chunk(request.chunk)))
    return [task for task in tasks if task.number in ours], [n for n in missing if n in ours]


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
    request: Request, look: Look, destinations: Mapping[str, Destination], tasks: list[Task]
) -> None:
    for output, destination in destinations.items():
        if output not in look.outputs:
            raise PlanError(
                f"the look {look.name} has no output {output}; it has {', '.join(look.outputs)}"
            )
        destination.check()
        pattern = destination.pattern
        path = pattern.path(0)
        if pattern.is_still and len(tasks) > 1:
            raise PlanError(
                f"{pattern}: one file for {len(tasks)} frames; write a pattern such as "
                f"{path.stem}.####{path.suffix}"
            )
        if not request.as_is:
            _check_range(look, output, pattern)


def _check_range(look: Look, output: str, pattern: Pattern) -> None:
    """Scene light has no place in a file that ends at 1."""
    holds = format_for(pattern.path(0)).holds
    space = look.output_space(output)
    if holds == "scene" or space is None or look.output_is_display(output):
        return
    if holds == "log" and look.configuration.space(space).encoding == "log":
        return
    also = ", a log encoding" if holds == "log" else ""
    raise NotDisplayReferred(f"{pattern}: this output is {space}; add a Display{also} or --as-is")


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


def _check_strangers(resume: Resume, targets: Mapping[str, Pattern], tasks: list[Task]) -> None:
    """What neither bears our mark nor stands in a journal is somebody else's."""
    for pattern in targets.values():
        paths = [pattern.path(task.number) for task in tasks]
        in_the_way = mark.foreign(path for path in paths if not resume.knows(path))
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
