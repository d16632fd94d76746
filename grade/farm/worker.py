"""What a worker does: a chunk of frames, by programs that were sent."""

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
from grade.farm.job_package import Chunk, Parcel
from grade.farm.traced_look import UNFORESEEN, Moment, SentLook, Wanted
from grade.fork import open_after_fork
from grade.render import Outcome, Plan, Request, Stream
from grade.render.frame.grader import Grader
from grade.render.frame.shared_kernels import SharedKernels
from grade.render.ledger.host import this_process
from grade.render.ledger.journal import Header, Journal
from grade.render.ledger.resume import Resume
from grade.run import executor
from grade.settings import available_memory, settings

_MOST = 32  # jobs that a worker keeps at hand


@dataclass(frozen=True)
class Done:
    """What became of a chunk: small, for it travels.

    Attributes
    ----------
    outcomes
        Of each frame that was begun, but for those that lack a program.
    lacking
        Frames of a kind, or at a timecode, that nothing was sent for.
    wanted, moments
        What they lack.
    worker
        Who did it.
    """

    outcomes: tuple[Outcome, ...]
    lacking: tuple[int, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    moments: tuple[Moment, ...] = ()
    worker: str = ""


def render_chunk(packed: bytes, token: str, chunk: Chunk, stop: str | None = None) -> Done:
    """Render some frames; those that are there and right by now are left alone.

    Parameters
    ----------
    packed, token
        The parcel of the job; it is unpacked once in a process.
    chunk
        The frames.
    stop
        The name of the event of the cluster that says: begin no further frame.

    Raises
    ------
    FarmError
        If this worker has another version of grade.
    TemporaryError
        If it does not have the device that is asked for.
    """
    desk = _desk(packed, token)
    over = threading.Event()
    stream = Stream(desk.plan(chunk), desk.threads, desk.journals)
    if stop is not None and _watch(stop, stream.stop.set, over):
        return Done(())
    try:
        outcomes = list(stream.outcomes())
    finally:
        over.set()
    lacking = tuple(o.frame for o in outcomes if o.message == UNFORESEEN)
    known = tuple(o for o in outcomes if o.message != UNFORESEEN)
    if not lacking:
        return Done(known, worker=desk.worker)
    return Done(known, lacking, tuple(desk.look.wanted), tuple(desk.look.moments), desk.worker)


class _Desk:
    """A job at a worker: the programs parsed, the kernels compiled, one journal a folder."""

    def __init__(self, parcel: Parcel) -> None:
        if parcel.version != __version__:
            raise FarmError(
                f"{this_process()} has grade {__version__}, and the job was sent by"
                f" {parcel.version}; install one version on both"
            )
        self.parcel = parcel
        self.worker = str(this_process())
        self.threads = parcel.request["threads"] or settings().threads
        device = _device(parcel.request["device"], self.threads)
        self.look = SentLook(parcel.look, parcel.texts, parcel.tables, parcel.inputs, parcel.timed)
        look: Any = self.look
        self.request = Request(look=look, **parcel.request)
        self.targets = {made.output: made.pattern for made in parcel.destinations}
        self.grader = Grader(look, device, parcel.destinations, self.request.alpha, parcel.first)
        self.resume = Resume(self.grader, parcel.stores, parcel.nodes, parcel.config)
        self.header = Header(
            holder=this_process(),
            grade=__version__,
            device=device.name,
            look=parcel.look,
            look_hash=parcel.look_hash,
            config=parcel.config,
            nodes=parcel.nodes,
            outputs={output: Path(str(p)).name for output, p in self.targets.items()},
            programs=parcel.programs,
            frames=parcel.frames,
            started=parcel.started,
        )
        folders = {pattern.folder for pattern in self.targets.values()}
        self.journals = {folder: _journal(folder, self.header) for folder in folders}

    def plan(self, chunk: Chunk) -> Plan:
        """The plan of a chunk."""
        self.look.numbers |= chunk.numbers
        return Plan(
            request=self.request,
            sequence=self.parcel.sequence,
            tasks=chunk.tasks,
            missing=(),
            targets=self.targets,
            grader=self.grader,
            programs=self.parcel.programs,
            reasons=chunk.reasons,
            resume=self.resume,
            header=self.header,
            each=self.parcel.each,
            budget=self.request.memory or available_memory() // 2,
        )


def _journal(folder: Path, header: Header) -> Journal:
    """One journal a job in this process; a job that is sent again goes on with it."""
    made = Journal(folder, header)
    return _journals.setdefault(made.path, made)


_journals: dict[Path, Journal] = {}
_desks: OrderedDict[str, _Desk] = OrderedDict()
_lock = open_after_fork(threading.Lock())


def _desk(packed: bytes, token: str) -> _Desk:
    with _lock:
        if token not in _desks:
            _desks[token] = _Desk(Parcel.unpacked(packed))
            while len(_desks) > _MOST:
                _desks.popitem(last=False)
        _desks.move_to_end(token)
        return _desks[token]


@lru_cache(maxsize=4)
def _device(name: str, threads: int) -> SharedKernels:
    """One executor a process: whatever jobs come, equal programs are compiled once."""
    return SharedKernels(executor(name, threads))


def _watch(name: str, stop: Callable[[], None], over: threading.Event) -> bool:
    """Look out for an event of the cluster until `over`; True if it is there already."""
    from distributed import Event, get_client

    event = Event(name, client=get_client())
    if event.is_set():
        return True

    def look_out() -> None:
        while not over.is_set():
            try:
                if event.wait(timeout="1s"):
                    stop()
                    return
            except (OSError, RuntimeError):  # the cluster is gone: so is who would read the result
                return

    threading.Thread(target=look_out, name="grade-stop", daemon=True).start()
    return False
