"""Plans a job: checks everything that can be known before the first frame is rendered.

The plate is listed once. A request that is wrong is refused here, with exit code 2, before anything
is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grade.graph.look import Look
from grade.graph.model.plate_input import AUTO
from grade.graph.running.plate_space import contradiction, for_input, resolve_auto
from grade.graph.tracing.spaces import output_tags
from grade.io import Frame, Pattern, Sequence, format_for, format_ranges
from grade.io.sequence.sources import interpretation_of, open_source
from grade.render.delivery_presets import check_presets, preset_for
from grade.render.errors import PlanError
from grade.render.frame.destination import Destination
from grade.render.frame.grader import Grader
from grade.render.frame.layouts import FrameKind
from grade.render.frame.memory import bytes_per_frame, frames_in_flight, frames_on_device
from grade.render.frame.plate_headers import PlateHeaders, check_headers
from grade.render.frame_selection import (
    Task,
    first_frame,
    requested_frames,
    select_chunk,
    tasks_for,
)
from grade.render.keyframe_check import check_keyframes
from grade.render.ledger.journal import JournalHeader
from grade.render.ledger.process_identity import this_process
from grade.render.ledger.resume import Resume
from grade.render.ledger.resume_key import node_digests, store_settings
from grade.render.movie_key import reason_to_write, with_resume_key
from grade.render.movie_plan import PlannedMovie, plan_movies, rehearse_movies
from grade.render.plan import Plan
from grade.render.plate_losses import list_losses
from grade.render.request import Request
from grade.render.request_checks import (
    check_code_range,
    check_fields,
    check_foreign_files,
    check_frame_number,
    check_frame_rate,
    check_outputs,
    check_paths,
)
from grade.render.sample_frame import SampleFrame, read_sample_frame
from grade.run import Executor
from grade.settings import available_memory


@dataclass(frozen=True)
class _Frames:
    """The plate and the frames of the job.

    Attributes
    ----------
    sequence, wanted
        The plate, and the numbers that were asked for.
    whole
        The tasks of all chunks together.
    tasks, missing
        The tasks of this chunk, and its numbers that the plate lacks.
    """

    sequence: Sequence
    wanted: list[int]
    whole: list[Task]
    tasks: list[Task]
    missing: list[int]


def plan(request: Request, executor: Executor) -> Plan:
    """Check a job and compile its kernels.

    Parameters
    ----------
    request
        The job.
    executor
        Where kernels run, from `grade.run.executor`.

    Raises
    ------
    RequestError
        The request is wrong; nothing was written.
    ReadError
        No frame of the plate can be read.
    """
    frames = _select_frames(request)
    sequence, tasks = frames.sequence, frames.tasks
    destinations = _destinations(request)
    targets = {output: destination.pattern for output, destination in destinations.items()}
    check_paths(request, sequence, targets, tasks)
    sample = read_sample_frame(sequence, frames.whole)
    first_number = first_frame(request, sequence, frames.wanted)
    plate = check_headers(
        request.look,
        sequence,
        first_number,
        [task.source for task in frames.whole],
        sample.frame,
        decided=request.input_stated or request.trust_input,
    )
    look, note = _look_for_plate(request, plate)
    check_frame_number(request, look, sequence)
    check_keyframes(look, first_number, frames.whole, (sample.number, sample.frame.timecode))
    check_outputs(request, look, destinations, frames.whole)
    check_code_range(request, destinations)
    check_fields(sample.frame, destinations)
    grader = _grader(request, look, executor, destinations, first_number)
    unchecked = check_presets(request, grader.destinations, sample.frame)
    movies = plan_movies(
        request, sequence, grader.destinations, tasks, frames.missing, sample.frame
    )
    losses = list_losses(sample.frame, grader.destinations)
    losses += [note for movie in movies.values() for note in movie.notes]
    resume = _resume(request, grader, sequence, sample.frame)
    if not request.force:
        check_foreign_files(resume, targets, tasks)
    kinds = _frame_kinds(grader, sample.frame, frames.wanted[0])
    made = {output: grader.program_for(kind, output) for output, kind in kinds.items()}
    movies = {
        output: with_resume_key(
            movie, grader, made[output], sequence, tasks, sample.frame, resume.stores[output]
        )
        for output, movie in movies.items()
    }
    reasons = _reasons_to_render(request, resume, sequence, targets, movies, tasks)
    first = reasons.get(tasks[0].number, {}) if tasks else {}
    movies = {output: movie for output, movie in movies.items() if output in first}
    rehearse_movies(movies, grader.destinations, sample.frame)
    if any(reasons.values()):
        grader.kernel_for(kinds)  # compiled before the first frame, or not at all
    frame_bytes = bytes_per_frame(sample.frame, list(grader.destinations.values()))
    memory_budget = _memory_budget(request, frame_bytes)
    decided_by = "--input" if request.input_stated else "--trust-input"
    programs = {output: program.hash for output, program in made.items()}
    return Plan(
        request=request,
        sequence=sequence,
        tasks=tuple(tasks),
        missing=tuple(frames.missing),
        targets=targets,
        grader=grader,
        programs=programs,
        reasons=reasons,
        resume=resume,
        header=_header(look, executor, targets, programs, tasks, resume),
        frame_bytes=frame_bytes,
        memory_budget=memory_budget,
        movies=movies,
        unchecked=tuple(unchecked),
        losses=tuple(losses),
        plate_note=note,
        mixed=plate.mixed and f"{plate.mixed}; all are rendered as one, by {decided_by}",
        traits=plate.traits,
        sample=sample if _is_rendered(sample, tasks, reasons) else None,
    )


def _select_frames(request: Request) -> _Frames:
    """List the plate and select the frames of the job."""
    sequence = open_source(
        request.input,
        request.movie_first,
        request.range,
        literal=request.literal,
        rate=request.rate,
    )
    check_frame_rate(sequence)
    wanted = requested_frames(sequence, request)
    whole, gaps = tasks_for(sequence, wanted, request.missing)
    tasks, missing = select_chunk(request, wanted, whole, gaps)
    return _Frames(sequence, wanted, whole, tasks, missing)


def _destinations(request: Request) -> dict[str, Destination]:
    """The outputs with their options; what is set for all goes to those that support it."""
    found = {}
    for output, text in request.outputs.items():
        own = Destination.parse(
            output,
            text,
            scale=request.scale,
            dither=request.dither,
            literal=request.literal,
        )
        named = preset_for(request, own)
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


def _look_for_plate(request: Request, plate: PlateHeaders) -> tuple[Look, str | None]:
    """The look with its input known, and what is said of it, if the plate does not say its space.

    Raise `PlanError` if the tags of the plate contradict the look.
    """
    look, header = request.look, plate.reference
    if look.input == AUTO:
        trusted = request.trust_input and look.untagged is not None
        found = resolve_auto(look, replace(header, tags={}) if trusted else header)
        return for_input(look, found.input), found.note
    wrong = None if request.trust_input else contradiction(look, header)
    if wrong is not None and not (plate.mixed and request.input_stated):
        raise PlanError(f"{wrong.text}; give {wrong.flags}")
    return look, None


def _grader(
    request: Request,
    look: Look,
    executor: Executor,
    destinations: Mapping[str, Destination],
    first: int,
) -> Grader:
    tagged = [made.with_tags(output_tags(look, output)) for output, made in destinations.items()]
    return Grader(look, executor, tagged, request.alpha, first)


def _resume(request: Request, grader: Grader, sequence: Sequence, sample: Frame) -> Resume:
    """What compares this job with the journals."""
    look = grader.look
    stores: dict[str, dict[str, Any]] = {
        output: {
            **store_settings(look, destination, request.alpha, request.nan),
            **interpretation_of(sequence, sample),
        }
        for output, destination in grader.destinations.items()
    }
    return Resume(grader, stores, node_digests(look), _config_name(look))


def _config_name(look: Look) -> str:
    """The name of the config that a look uses, or ``none``."""
    return look.configuration.name if look.input or look.working else "none"


def _frame_kinds(grader: Grader, sample: Frame, wanted: int) -> dict[str, FrameKind]:
    """The kind of frame that the sample is for each output."""
    outputs = list(grader.destinations)
    inputs = grader.read_inputs(sample, sample.frame or wanted, outputs)
    return {output: grader.frame_kind(sample, output, inputs) for output in outputs}


def _reasons_to_render(
    request: Request,
    resume: Resume,
    sequence: Sequence,
    targets: Mapping[str, Pattern],
    movies: Mapping[str, PlannedMovie],
    tasks: list[Task],
) -> dict[int, dict[str, str]]:
    """Why each output of each frame must be written; a movie needs all of its frames."""
    reasons: dict[int, dict[str, str]] = {}
    files = [output for output in targets if output not in movies]
    forced = "forced" if request.force else ""
    for task in tasks:
        plate = sequence.path(task.source)
        for output in files:
            reason = resume.reason_to_render(output, task.number, plate, task.black)
            if reason or forced:
                reasons.setdefault(task.number, {})[output] = reason or forced
    for output, movie in movies.items():
        if reason := reason_to_write(movie, resume) or forced:
            for task in tasks:
                reasons.setdefault(task.number, {})[output] = reason
    return reasons


def _memory_budget(request: Request, frame_bytes: int) -> int:
    """The bytes for frames in flight; raise `PlanError` if not even one frame fits."""
    budget = request.memory or available_memory() // 2
    frames_in_flight(budget, frame_bytes, workers=1)
    frames_on_device(request.gpu_memory, frame_bytes, overlap=1)
    return budget


def _is_rendered(
    sample: SampleFrame, tasks: list[Task], reasons: Mapping[int, Mapping[str, str]]
) -> bool:
    return any(reasons.get(task.number) and task.source == sample.number for task in tasks)


def _header(
    look: Look,
    executor: Executor,
    targets: Mapping[str, Pattern],
    programs: Mapping[str, str],
    tasks: list[Task],
    resume: Resume,
) -> JournalHeader:
    from grade import __version__

    return JournalHeader(
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
