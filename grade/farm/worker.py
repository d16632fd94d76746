"""Renders a chunk of frames in a worker, by programs that were sent to it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from grade import __version__
from grade.farm.errors import FarmError
from grade.farm.job_package import Chunk, JobPackage
from grade.farm.traced_look import NOT_SENT, FrameTime, TraceArguments, TracedLook
from grade.fork import open_after_fork
from grade.render import Outcome, Plan, Request, Stream
from grade.render.frame.grader import Grader
from grade.render.frame.shared_kernels import SharedKernels
from grade.render.ledger.journal import Journal, JournalHeader
from grade.render.ledger.process_identity import this_process
from grade.render.ledger.resume import Resume
from grade.run import executor
from grade.settings import available_memory, settings

_MOST = 32  # jobs that a worker keeps


@dataclass(frozen=True)
class ChunkResult:
    """The result of a chunk; it is small, because it travels.

    Attributes
    ----------
    outcomes
        The outcome of each frame that was begun, but for those in `unprepared`.
    unprepared
        Frames for which no program or no uniforms were sent.
    missing_programs, missing_times
        What they need.
    worker
        The worker that rendered it.
    """

    outcomes: tuple[Outcome, ...]
    unprepared: tuple[int, ...] = ()
    missing_programs: tuple[TraceArguments, ...] = ()
    missing_times: tuple[FrameTime, ...] = ()
    worker: str = ""


def render_chunk(packed: bytes, token: str, chunk: Chunk, stop: str | None = None) -> ChunkResult:
    """Render some frames; those that are up to date by now are left alone.

    Parameters
    ----------
    packed, token
        The package of the job; a process unpacks it once.
    chunk
        The frames.
    stop
        The name of an event of the cluster; when it is set, no further frame is begun.

    Raises
    ------
    FarmError
        If this worker has another version of grade.
    TemporaryError
        If it does not have the device that was asked for.
    """
    job = _job(packed, token)
    done = threading.Event()
    stream = Stream(job.plan(chunk), job.threads, job.journals)
    if stop is not None and _watch(stop, stream.stop.set, done):
        return ChunkResult(())
    try:
        outcomes = list(stream.outcomes())
    finally:
        done.set()
    unprepared = tuple(o.frame for o in outcomes if o.message == NOT_SENT)
    known = tuple(o for o in outcomes if o.message != NOT_SENT)
    if not unprepared:
        return ChunkResult(known, worker=job.worker)
    return ChunkResult(
        outcomes=known,
        unprepared=unprepared,
        missing_programs=tuple(job.look.missing_programs),
        missing_times=tuple(job.look.missing_times),
        worker=job.worker,
    )


class _WorkerJob:
    """A job in a worker: its parsed programs, compiled kernels and one journal per folder."""

    def __init__(self, package: JobPackage) -> None:
        if package.version != __version__:
            raise FarmError(
                f"{this_process()} has grade {__version__}, and the job was sent by"
                f" {package.version}; install one version on both"
            )
        self.package = package
        self.worker = str(this_process())
        self.threads = package.request["threads"] or settings().threads
        device = _executor(package.request["device"], self.threads)
        self.look = TracedLook(
            package.look, package.texts, package.tables, package.inputs, package.uses_timecodes
        )
        look: Any = self.look
        self.request = Request(look=look, **package.request)
        self.targets = {made.output: made.pattern for made in package.destinations}
        self.grader = Grader(look, device, package.destinations, self.request.alpha, package.first)
        self.resume = Resume(self.grader, package.stores, package.nodes, package.config)
        self.header = JournalHeader(
            holder=this_process(),
            grade=__version__,
            device=device.name,
            look=package.look,
            look_hash=package.look_hash,
            config=package.config,
            nodes=package.nodes,
            outputs={output: Path(str(p)).name for output, p in self.targets.items()},
            programs=package.programs,
            frames=package.frames,
            started=package.started,
        )
        folders = {pattern.folder for pattern in self.targets.values()}
        self.journals = {folder: _journal(folder, self.header) for folder in folders}

    def plan(self, chunk: Chunk) -> Plan:
        """The plan of a chunk."""
        self.look.numbers |= chunk.numbers
        return Plan(
            request=self.request,
            sequence=self.package.sequence,
            tasks=chunk.tasks,
            missing=(),
            targets=self.targets,
            grader=self.grader,
            programs=self.package.programs,
            reasons=chunk.reasons,
            resume=self.resume,
            header=self.header,
            frame_bytes=self.package.frame_bytes,
            memory_budget=self.request.memory or available_memory() // 2,
            traits=self.package.traits,
        )


def _journal(folder: Path, header: JournalHeader) -> Journal:
    """The journal of a job in this process; a job that is sent again goes on with it."""
    journal = Journal(folder, header)
    return _journals.setdefault(journal.path, journal)


_journals: dict[Path, Journal] = {}
_jobs: OrderedDict[str, _WorkerJob] = OrderedDict()
_lock = open_after_fork(threading.Lock())


def _job(packed: bytes, token: str) -> _WorkerJob:
    with _lock:
        if token not in _jobs:
            _jobs[token] = _WorkerJob(JobPackage.unpack(packed))
            while len(_jobs) > _MOST:
                _jobs.popitem(last=False)
        _jobs.move_to_end(token)
        return _jobs[token]


@lru_cache(maxsize=4)
def _executor(name: str, threads: int) -> SharedKernels:
    """One executor per process: all jobs share it, so equal programs are compiled once."""
    return SharedKernels(executor(name, threads))


def _watch(name: str, stop: Callable[[], None], done: threading.Event) -> bool:
    """Call `stop` when an event of the cluster is set, until `done`; True if it is set already."""
    from distributed import Event, get_client

    event = Event(name, client=get_client())
    if event.is_set():
        return True

    def wait() -> None:
        while not done.is_set():
            try:
                if event.wait(timeout="1s"):
                    stop()
                    return
            except (OSError, RuntimeError):  # the cluster is gone, and with it the reader
                return

    threading.Thread(target=wait, name="grade-stop", daemon=True).start()
    return False
