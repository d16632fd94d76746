"""What workers are sent once for a job: programs, tables, and everything of the plan but the look.

Workers do not trace. They parse programs, so they need no OpenColorIO config and no LUT file, and
every one of them grades by the very same program.
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
from grade.farm.traced_look import FrameTime, Numbers, TraceArguments, has_timecodes, written
from grade.graph.look import Look
from grade.graph.tracing.geometry import Geometry
from grade.io import Frame, Sequence, read
from grade.ir.program import Program
from grade.render import Destination, Plan, Task
from grade.render.frame.grader import Grader

_ANY = Geometry(0, 0, 1, 1)  # workers put the frame's own numbers in the place of these


@dataclass(frozen=True)
class JobPackage:
    """A job without its look.

    Attributes
    ----------
    token
        Tells one parcel from another.
    version
        Of grade: workers of another one refuse.
    look, look_hash, config, nodes, programs, frames, started
        For journals, as in `grade.render.ledger.journal.Header`.
    texts, tables, inputs, timed
        See `grade.farm.traced_look.SentLook`.
    sequence, destinations, stores, first, each
        Of the plan; paths are absolute.
    request
        The fields of the `Request`, but for the look.
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
    timed: bool
    sequence: Sequence
    destinations: tuple[Destination, ...]
    stores: Mapping[str, Mapping[str, Any]]
    first: int | None
    each: int
    request: Mapping[str, Any]

    def packed(self) -> bytes:
        """As bytes, small."""
        return zlib.compress(pickle.dumps(self), 1)

    @staticmethod
    def unpacked(data: bytes) -> JobPackage:
        """From `packed`."""
        found = pickle.loads(zlib.decompress(data))
        assert isinstance(found, JobPackage)
        return found


@dataclass(frozen=True)
class Chunk:
    """Some frames of a job: small, and safe to do twice.

    Attributes
    ----------
    tasks, reasons
        The frames, and why each output of them must be written.
    numbers
        Their uniforms.
    """

    tasks: tuple[Task, ...]
    reasons: Mapping[int, Mapping[str, str]]
    numbers: Mapping[FrameTime, Numbers]


def check_shares(plan: Plan) -> None:
    """Raise `FarmError` for a plan that cannot be parted: movies are one file for many frames."""
    for output, pattern in plan.targets.items():
        if pattern.is_still and len(plan.tasks) > 1:
            raise FarmError(
                f"{output}: {pattern} is one file for {len(plan.tasks)} frames, which cannot be"
                " written in shares; render it on one machine, from frames that a farm made"
            )
    if type(plan.sequence) is not Sequence:
        raise FarmError(
            f"{plan.sequence.pattern}: a movie is read from its start on, and not in shares;"
            " render it on one machine"
        )


class _RecordingLook:
    """A look that notes what is traced of it."""

    def __init__(self, look: Look) -> None:
        self.look, self.name = look, look.name
        self.traced: dict[TraceArguments, Program] = {}

    def inputs(self, output: str) -> Any:
        return self.look.inputs(output)

    def program(self, source: Any, target: Any, **how: Any) -> Program:
        wanted = TraceArguments.of(source, target, how)
        self.traced[wanted] = wanted.traced(self.look)
        return self.traced[wanted]


@dataclass
class JobPackager:
    """Makes parcels and chunks of a plan; it has the look, and evaluates it.

    Parameters
    ----------
    plan
        The job.
    memory, threads
        What each worker may use, where the request does not say; None lets the worker decide.
    device
        Where workers run.
    """

    plan: Plan
    device: str
    memory: int | None = None
    threads: int | None = None
    traced: dict[TraceArguments, Program] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_shares(self.plan)
        self.look = self.plan.grader.look
        self.timed = has_timecodes(self.look)
        frame = self._sample()
        if frame is not None:
            self._trace_for(frame)

    def _sample(self) -> Frame | None:
        """A frame like most; None if none can be read, which the workers will say by frame."""
        for task in self.plan.todo:
            try:
                return read(self.plan.sequence.path(task.source), task.number)
            except GradeError:
                continue
        return None

    def _trace_for(self, frame: Frame) -> None:
        grader, recording = self.plan.grader, _RecordingLook(self.look)
        destinations = list(grader.destinations.values())
        again: Any = recording
        recorder = Grader(again, grader.executor, destinations, grader.alpha, grader.first_frame)
        outputs = list(grader.destinations)
        beside = grader.beside(frame, int(frame.frame or 0), outputs)
        for output in outputs:
            recorder.prepared(grader.kind(frame, output, beside), output)
        self.traced |= recording.traced

    def add(self, wanted: Iterable[TraceArguments]) -> None:
        """Trace for kinds of frames that a worker met.

        Raises
        ------
        GradeError
            If the look cannot be traced for one of them.
        """
        for key in wanted:
            if key not in self.traced:
                self.traced[key] = key.traced(self.look)

    def parcel(self) -> JobPackage:
        """What all chunks need, as of now."""
        plan, tables = self.plan, dict[str, Any]()
        texts = {wanted: written(program, tables) for wanted, program in self.traced.items()}
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
            timed=self.timed,
            sequence=replace(plan.sequence, pattern=_absolute(plan.sequence.pattern)),
            destinations=tuple(
                replace(made, pattern=_absolute(made.pattern))
                for made in plan.grader.destinations.values()
            ),
            stores=plan.resume.stores,
            first=plan.grader.first_frame,
            each=plan.each,
            request=request,
        )

    def chunk(self, tasks: Iterable[Task], moments: Iterable[FrameTime] = ()) -> Chunk:
        """Some frames, with the numbers of each; `moments` are those that a worker asked for."""
        tasks = tuple(tasks)
        wanted = [] if self.timed else [FrameTime(task.number) for task in tasks]
        numbers = {moment: self._numbers(moment) for moment in [*wanted, *moments]}
        reasons = {task.number: self.plan.reasons[task.number] for task in tasks}
        return Chunk(tasks, reasons, numbers)

    def _numbers(self, moment: FrameTime) -> Numbers:
        found: dict[str, float] = {}
        first = self.plan.grader.first_frame
        for program in self.traced.values():
            values = self.look.uniform_values(program, moment.number, _ANY, first, moment.timecode)
            names = [uniform.name for uniform in program.uniforms]
            found |= dict(zip(names, values, strict=True))
        return found

    def _inputs(self, output: str) -> dict[str, Any]:
        """The other inputs with absolute paths: a worker stands in another folder."""
        found = {}
        for name, op in self.look.inputs(output).items():
            files = op.values["files"]
            found[name] = op if files is None else op.copy(files=str(Path(files).absolute()))
        return found


def _absolute(pattern: Any) -> Any:
    return replace(pattern, folder=pattern.folder.absolute())
