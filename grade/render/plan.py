"""Everything that can be known before the first frame: frames, gaps, outputs, look, kernel.

The input is listed once. What is wrong with the request is said here, with exit code 2, and
nothing has been written then.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grade.graph.look import Look
from grade.io import Pattern, Sequence, format_for, format_ranges
from grade.io.sequence.sources import meaning_of, notes_of, open_source
from grade.render.checks import check_moment, check_outputs, check_paths, check_strangers
from grade.render.errors import PlanError
from grade.render.frame.anomalies import Census
from grade.render.frame.destination import Destination
from grade.render.frame.grader import Grader
from grade.render.frame.memory import bytes_in_flight, frames_in_flight, frames_on_device
from grade.render.frames import Task, first_frame, share_of, tasks_for, wanted_frames
from grade.render.ledger.host import this_process
from grade.render.ledger.journal import Header
from grade.render.ledger.resume import Resume
from grade.render.ledger.resume_key import digests, store_of
from grade.render.movie import Reel
from grade.render.movie_plan import check_preset, check_reels, keyed, preset_of, reels_of, why
from grade.render.report import Outcome
from grade.render.request import Request
from grade.render.sample_frame import Sample, read_sample
from grade.settings import available_memory


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
    reels
        The movies to write, by output.
    sample
        The frame that was read to plan the job, if it is one of those to be rendered.
    unchecked
        Sentences on what a preset asks for and nothing tells.
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
    reels: Mapping[str, Reel] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()
    sample: Sample | None = None

    @property
    def todo(self) -> list[Task]:
        """The tasks with something to write."""
        return [task for task in self.tasks if self.reasons.get(task.number)]

    @property
    def kept(self) -> list[int]:
        """The frames that are there and right."""
        return [task.number for task in self.tasks if not self.reasons.get(task.number)]

    @property
    def filled(self) -> tuple[int, ...]:
        """Missing frames that a policy fills."""
        return () if self.request.missing == "skip" else self.missing

    def as_kept(self, number: int) -> Outcome:
        """The fate of a frame that is there; a strict job asks the journals what was counted."""
        if not self.request.strict:
            return Outcome(number, "kept")
        found = {output: self.resume.entry(path) for output, path in self.paths(number).items()}
        rows = {output: entry.row for output, entry in found.items() if entry is not None}
        census = {output: Census.of_data(row.census) for output, row in rows.items()}
        plates = [Census.of_data(row.plate) for row in rows.values() if row.plate]
        return Outcome(number, "kept", census=census, plate=plates[0] if plates else Census())

    @property
    def notes(self) -> list[str]:
        """What was assumed of the plate, and what a preset could not check."""
        return [*notes_of(self.sequence), *self.unchecked]

    def mark_of(self, output: str) -> dict[str, str]:
        """What the header of a movie says of its origin."""
        look = self.grader.look
        return {"comment": f"grade: look {look.name}, program {self.programs[output]}"}

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
    sequence = open_source(request.input, request.movie_first, request.range)
    wanted = wanted_frames(sequence, request)
    whole, absent = tasks_for(sequence, wanted, request.missing)
    tasks, missing = share_of(request, wanted, whole, absent)
    destinations = _destinations(request)
    targets = {output: made.pattern for output, made in destinations.items()}
    check_paths(request, sequence, targets, tasks)
    first = read_sample(sequence, whole)
    sample = first.frame
    look = _for_plate(request, sample)
    check_moment(request, look, sequence)
    check_outputs(request, look, destinations, whole)
    tagged = [made.with_tags(tags_of(look, output)) for output, made in destinations.items()]
    grader = Grader(look, executor, tagged, request.alpha, first_frame(request, sequence, wanted))
    unchecked = check_preset(request, grader.destinations, sample)
    reels = reels_of(request, sequence, grader.destinations, tasks, missing, sample)
    stores = {
        d.output: {**store_of(look, d, request.alpha, request.nan), **meaning_of(sequence)}
        for d in tagged
    }
    resume = Resume(grader, stores, digests(look), config_of(look))
    if not request.force:
        check_strangers(resume, targets, tasks)
    number = sample.frame or wanted[0]
    beside = grader.beside(sample, number, list(targets))
    kinds = {output: grader.kind(sample, output, beside) for output in targets}
    programs = {output: grader.prepared(kind, output).hash for output, kind in kinds.items()}
    for output, reel in reels.items():
        prepared = grader.prepared(kinds[output], output)
        reels[output] = keyed(reel, grader, prepared, sequence, tasks, sample, stores[output])
    files = {output: pattern for output, pattern in targets.items() if output not in reels}
    reasons = _reasons(request, resume, sequence, files, tasks)
    for output, reel in reels.items():
        if said := why(reel, resume) or ("forced" if request.force else ""):
            for task in tasks:
                reasons.setdefault(task.number, {})[output] = said
    begun = reasons.get(tasks[0].number, {}) if tasks else {}
    reels = {output: reel for output, reel in reels.items() if output in begun}
    check_reels(reels, grader.destinations, sample)
    if any(reasons.values()):
        grader.kernel(kinds)  # compiled before the first frame, or not at all
    each = bytes_in_flight(sample, tagged)
    budget = request.memory or available_memory() // 2
    frames_in_flight(budget, each, workers=1)  # refuses what does not hold one
    frames_on_device(request.gpu_memory, each, overlap=1)
    header = _header(look, executor, targets, programs, tasks, resume)
    return Plan(
        request, sequence, tuple(tasks), tuple(missing), targets, grader, programs, reasons,
        resume, header, each, budget, reels, tuple(unchecked),
        first if any(reasons.get(t.number) and t.source == first.number for t in tasks) else None,
    )  # fmt: skip


def _destinations(request: Request) -> dict[str, Destination]:
    """The outputs with their options; what is said for all concerns those that can have it."""
    found = {}
    for output, text in request.outputs.items():
        own = Destination.parse(output, text, scale=request.scale, dither=request.dither)
        named = preset_of(request, own)
        form = format_for(own.pattern.path(0), written=True)
        alone = len(request.outputs) == 1
        bits = request.bits if alone or request.bits in form.bits else None
        compression = request.compression if alone or form.compressions else None
        if named is not None and named.store is not None and own.suffix in named.suffixes:
            bits, compression = named.store.bits or bits, named.store.compression or compression
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


def _for_plate(request: Request, sample: Any) -> Look:
    """The look with its input known; what the file says and what the look says must agree."""
    from grade.graph.running.plate_space import contradiction, resolve_input

    look = request.look
    if look.input == "auto":
        return resolve_input(look, sample)
    wrong = None if request.trust_input else contradiction(look, sample)
    if wrong is not None:
        raise PlanError(f"{wrong}; give --input, or --trust-input if the look is right")
    return look
