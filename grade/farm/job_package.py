"""Packs a job for workers: once its programs, tables and settings, then its frames in chunks.

Workers do not trace. They parse programs, so they need no OpenColorIO config and no LUT file, and
all of them grade by the same program.
"""

from __future__ import annotations

import pickle
import uuid
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from grade import __version__
from grade.errors import GradeError
from grade.farm.errors import FarmError
from grade.farm.traced_look import (
    FrameTime,
    Numbers,
    TraceArguments,
    has_timecode_keys,
    program_text,
)
from grade.graph.look import Look
from grade.graph.tracing.geometry import Geometry
from grade.io import Frame, Pattern, Sequence, read
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.render import Destination, Plan, Task
from grade.render.frame.grader import Grader
from grade.render.frame.plate_headers import PlateTraits

_ANY = Geometry(0, 0, 1, 1)  # workers replace these numbers by those of each frame


@dataclass(frozen=True)
class JobPackage:
    """A job without its look, as it is sent to workers.

    Attributes
    ----------
    token
        Tells one package from another.
    version
        The version of grade; workers with another one refuse the job.
    look, look_hash, config, nodes, programs, frames, started
        For journals, as in `grade.render.ledger.journal.JournalHeader`.
    texts, tables, inputs, uses_timecodes
        As in `grade.farm.traced_look.TracedLook`.
    sequence, destinations, stores, first, traits, frame_bytes
        From the plan; paths are absolute.
    request
        The fields of the `Request`, without the look.
    """

    token: str
    version: str
    look: str
    look_hash: str
    config: str
    nodes: Mapping[str, str]
    programs: Mapping[str, str]
    frames: str
    started: float
    texts: Mapping[TraceArguments, str]
    tables: Mapping[str, Any]
    inputs: Mapping[str, Mapping[str, Any]]
    uses_timecodes: bool
    sequence: Sequence
    destinations: tuple[Destination, ...]
    stores: Mapping[str, Mapping[str, Any]]
    first: int | None
    traits: PlateTraits | None
    frame_bytes: int
    request: Mapping[str, Any]

    def pack(self) -> bytes:
        """The package as compressed bytes."""
        return zlib.compress(pickle.dumps(self), 1)

    @staticmethod
    def unpack(data: bytes) -> JobPackage:
        """The package from the bytes of `pack`."""
        package = pickle.loads(zlib.decompress(data))
        assert isinstance(package, JobPackage)
        return package


@dataclass(frozen=True)
class Chunk:
    """Some frames of a job: small, and safe to render twice.

    Attributes
    ----------
    tasks, reasons
        The frames, and why each of their outputs must be written.
    numbers
        The uniforms of the frames.
    """

    tasks: tuple[Task, ...]
    reasons: Mapping[int, Mapping[str, str]]
    numbers: Mapping[FrameTime, Numbers]


def check_shares(plan: Plan) -> None:
    """Raise `FarmError` for a job with movies: they cannot be read or written in shares."""
    for output, pattern in plan.targets.items():
        if pattern.is_still and len(plan.tasks) > 1:
            raise FarmError(
                f"{output}: {pattern} is one file for {len(plan.tasks)} frames, which cannot be"
                " written in shares; render it on one machine, from frames that a farm made"
            )
    if type(plan.sequence) is not Sequence:
        raise FarmError(
            f"{plan.sequence.pattern}: a movie is read from its start, not in shares;"
            " render it on one machine"
        )


class _RecordingLook:
    """A look that notes which programs are traced."""

    def __init__(self, look: Look) -> None:
        self.look, self.name = look, look.name
        self.traced: dict[TraceArguments, Program] = {}

    def inputs(self, output: str) -> Any:
        return self.look.inputs(output)

    def program(self, source: Layout, target: Layout, **options: Any) -> Program:
        arguments = TraceArguments.of(source, target, options)
        self.traced[arguments] = arguments.trace(self.look)
        return self.traced[arguments]


@dataclass
class JobPackager:
    """Makes the package and the chunks of a job; it has the look, and evaluates it.

    Parameters
    ----------
    plan
        The job.
    device
        Where workers run kernels.
    memory, threads
        What each worker may use if the request does not say; None lets the worker decide.
    """

    plan: Plan
    device: str
    memory: int | None = None
    threads: int | None = None
    traced: dict[TraceArguments, Program] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_shares(self.plan)
        self.look = self.plan.grader.look
        self.uses_timecodes = has_timecode_keys(self.look)
        frame = self._read_sample()
        if frame is not None:
            self._trace_for(frame)

    def _read_sample(self) -> Frame | None:
        """A frame like most; None if none can be read, which workers report for each frame."""
        for task in self.plan.todo:
            try:
                return read(self.plan.sequence.path(task.source), task.number)
            except GradeError:
                continue
        return None

    def _trace_for(self, frame: Frame) -> None:
        grader, recording = self.plan.grader, _RecordingLook(self.look)
        destinations = list(grader.destinations.values())
        look: Any = recording
        recorder = Grader(look, grader.executor, destinations, grader.alpha, grader.first_frame)
        outputs = list(grader.destinations)
        inputs = grader.read_inputs(frame, int(frame.frame or 0), outputs)
        for output in outputs:
            recorder.program_for(grader.frame_kind(frame, output, inputs), output)
        self.traced |= recording.traced

    def add_programs(self, missing: Iterable[TraceArguments]) -> None:
        """Trace programs that a worker asked for.

        Raises
        ------
        GradeError
            If the look cannot be traced for one of them.
        """
        for arguments in missing:
            if arguments not in self.traced:
                self.traced[arguments] = arguments.trace(self.look)

    def package(self) -> JobPackage:
        """What all chunks need, with the programs that are traced by now."""
        plan, tables = self.plan, dict[str, Any]()
        texts = {
            arguments: program_text(program, tables) for arguments, program in self.traced.items()
        }
        request = {
            item.name: getattr(plan.request, item.name)
            for item in fields(plan.request)
            if item.name != "look"
        }
        request |= {
            "device": self.device,
            "threads": self.threads,
            "memory": plan.request.memory or self.memory,
        }
        return JobPackage(
            token=uuid.uuid4().hex,
            version=__version__,
            look=self.look.name,
            look_hash=plan.header.look_hash,
            config=plan.header.config,
            nodes=plan.header.nodes,
            programs=plan.header.programs,
            frames=plan.header.frames,
            started=plan.header.started,
            texts=texts,
            tables=tables,
            inputs={output: self._inputs(output) for output in plan.targets},
            uses_timecodes=self.uses_timecodes,
            sequence=replace(plan.sequence, pattern=_absolute(plan.sequence.pattern)),
            destinations=tuple(
                replace(made, pattern=_absolute(made.pattern))
                for made in plan.grader.destinations.values()
            ),
            stores=plan.resume.stores,
            first=plan.grader.first_frame,
            traits=plan.traits,
            frame_bytes=plan.frame_bytes,
            request=request,
        )

    def chunk(self, tasks: Iterable[Task], times: Iterable[FrameTime] = ()) -> Chunk:
        """Some frames with their uniforms; `times` are those that a worker asked for."""
        tasks = tuple(tasks)
        known = [] if self.uses_timecodes else [FrameTime(task.number) for task in tasks]
        numbers = {time: self._numbers(time) for time in [*known, *times]}
        reasons = {task.number: self.plan.reasons[task.number] for task in tasks}
        return Chunk(tasks, reasons, numbers)

    def _numbers(self, time: FrameTime) -> Numbers:
        numbers: dict[str, float] = {}
        first = self.plan.grader.first_frame
        for program in self.traced.values():
            values = self.look.uniform_values(program, time.number, _ANY, first, time.timecode)
            names = [uniform.name for uniform in program.uniforms]
            numbers |= dict(zip(names, values, strict=True))
        return numbers

    def _inputs(self, output: str) -> dict[str, Any]:
        """The other inputs with absolute paths, because a worker runs in another folder."""
        found = {}
        for name, op in self.look.inputs(output).items():
            files = op.values["files"]
            found[name] = op if files is None else op.copy(files=str(Path(files).absolute()))
        return found


def _absolute(pattern: Pattern) -> Pattern:
    return replace(pattern, folder=pattern.folder.absolute())
