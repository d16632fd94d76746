"""Hands the frames of jobs to a cluster in chunks, and collects what became of them."""

from __future__ import annotations

import queue
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from grade.errors import GradeError
from grade.farm.cluster import Cluster
from grade.farm.errors import FarmLost
from grade.farm.job_package import Chunk, JobPackager
from grade.farm.worker import ChunkResult, render_chunk
from grade.render import Outcome, Plan, Task

_BEAT = 0.1  # how soon a stop is noticed, seconds
_LEAST, _MOST = 4, 16  # frames of a chunk
_ALONE = 60  # seconds without any worker after which none is waited for
_ROUNDS = 3  # times that a worker may ask for the program of one output of one frame


def chunks(tasks: list[Task], workers: int) -> Iterator[list[Task]]:
    """Neighbors together, 4 to 16 frames, small enough that all workers end at about one time."""
    size = min(_MOST, max(_LEAST, len(tasks) // (4 * max(1, workers))))
    for begin in range(0, len(tasks), size):
        yield tasks[begin : begin + size]


@dataclass
class _Job:
    """A plan on its way: its sender, and the parcel as it is now."""

    name: str
    plan: Plan
    sender: JobPackager
    token: str = ""
    parcel: Any = None
    asked: dict[int, int] = field(default_factory=dict)


@dataclass
class _Batch:
    """A chunk and the job it is of."""

    job: _Job
    chunk: Chunk


class Dispatcher:
    """Renders plans on a cluster.

    Parameters
    ----------
    cluster
        The workers.
    plans
        Jobs by name; those of a show are one after the other, without a gap between.

    Attributes
    ----------
    stop
        Set it, and no further frame is begun; those in flight are finished.
    """

    def __init__(self, cluster: Cluster, plans: Mapping[str, Plan]) -> None:
        self.cluster, self.plans = cluster, plans
        self.stop = threading.Event()
        self._event = f"grade-stop-{uuid.uuid4().hex}"
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._pending: dict[Any, _Batch] = {}
        self._again: deque[_Batch] = deque()
        self._seen = time.monotonic()

    def outcomes(self) -> Iterator[tuple[str, Outcome]]:
        """Render; yield job and fate of each frame as it is known: missing and kept ones first.

        Raises
        ------
        FarmLost
            If the cluster does not answer any more.
        FarmError
            If a worker cannot do what is asked of it.
        """
        waiting = self._batches()
        more = told = False
        for name, plan in self.plans.items():
            for number in plan.skipped:
                yield name, Outcome(number, "skipped", message="missing")
            for number in plan.kept:
                yield name, plan.as_kept(number)
        more = True
        try:
            while more or self._pending or self._again:
                if self.stop.is_set():
                    if not told:
                        told = self._tell_stop()
                    more = False
                    self._again.clear()
                while more and len(self._pending) < 2 * max(1, self.cluster.workers):
                    batch = self._again.popleft() if self._again else next(waiting, None)
                    if batch is None:
                        more = False
                        break
                    self._submit(batch)
                while self._again and not self.stop.is_set():
                    self._submit(self._again.popleft())
                try:
                    future = self._ended.get(timeout=_BEAT)
                except queue.Empty:  # wakes the main thread, so that signals are handled
                    self._check()
                    continue
                found = self._pending.pop(future)
                for outcome in self._collected(found, future):
                    yield found.job.name, outcome
        finally:
            for future in self._pending:
                with suppress(Exception):
                    future.cancel()
            self._pending.clear()

    def abandon(self) -> None:
        """For a process that ends at once: local workers end with it.

        What they leave is hidden, and their claims count no more, since they are gone.
        """
        self._tell_stop()

    def _batches(self) -> Iterator[_Batch]:
        for name, plan in self.plans.items():
            if not plan.todo:
                continue
            cluster = self.cluster
            sender = JobPackager(
                plan, plan.request.device or "auto", cluster.memory, cluster.threads
            )
            job = _Job(name, plan, sender)
            self._send(job)
            for tasks in chunks(plan.todo, cluster.workers):
                yield _Batch(job, sender.chunk(tasks))

    def _send(self, job: _Job) -> None:
        """Give the cluster a parcel once; tasks name it, and it is made again if it is lost."""
        parcel = job.sender.parcel()
        job.token = parcel.token
        key = f"grade-parcel-{parcel.token}"
        job.parcel = self.cluster.client.submit(_same, parcel.packed(), key=key, pure=False)

    def _submit(self, batch: _Batch) -> None:
        job, tasks = batch.job, batch.chunk.tasks
        future = self.cluster.client.submit(
            render_chunk,
            job.parcel,
            job.token,
            batch.chunk,
            self._event,
            key=f"grade-{job.name}-{tasks[0].number}-{uuid.uuid4().hex}",
            retries=2,
            resources=self.cluster.resources,
            pure=False,
        )
        self._pending[future] = batch
        future.add_done_callback(self._ended.put)

    def _check(self) -> None:
        """Raise `FarmLost` if nobody is there who would answer."""
        if self.cluster.client.status not in ("running", "connecting"):
            raise FarmLost(f"dask {self.cluster.name}: the scheduler is gone; try again")
        now = time.monotonic()
        if self.cluster.workers or not self._pending:
            self._seen = now
        elif now - self._seen > _ALONE:
            raise FarmLost(f"dask {self.cluster.name}: no worker for {_ALONE} s; try again")

    def _tell_stop(self) -> bool:
        from distributed import Event

        with suppress(OSError, RuntimeError):
            Event(self._event, client=self.cluster.client).set()
        return True

    def _collected(self, batch: _Batch, future: Any) -> Iterator[Outcome]:
        try:
            done = future.result()
        except GradeError:
            raise
        except Exception as error:
            if not _is_of_dask(error):
                raise
            yield from self._lost(batch, error)
            return
        assert isinstance(done, ChunkResult)
        yield from done.outcomes
        if len(done.outcomes) + len(done.lacking) < len(batch.chunk.tasks):
            self.stop.set()  # a full disk or a lost device: the other frames would fare the same
        if done.lacking:
            yield from self._ask_again(batch.job, done)

    def _ask_again(self, job: _Job, done: ChunkResult) -> Iterator[Outcome]:
        """Send what frames lack, and them once more."""
        tasks = {task.number: task for task in job.plan.tasks}
        try:
            job.sender.add(done.wanted)
            self._send(job)
        except GradeError as error:
            for number in done.lacking:
                yield Outcome(number, "failed", message=str(error))
            return
        again = []
        for number in done.lacking:
            job.asked[number] = job.asked.get(number, 0) + 1
            if job.asked[number] > _ROUNDS * len(job.plan.targets):
                yield Outcome(number, "failed", message="its kind changes whenever it is read")
            else:
                again.append(tasks[number])
        if again:
            numbers = {task.number for task in again}
            moments = [moment for moment in done.moments if moment.number in numbers]
            self._again.append(_Batch(job, job.sender.chunk(again, moments)))

    def _lost(self, batch: _Batch, error: Exception) -> Iterator[Outcome]:
        """A chunk that dask gave up: what is written all the same, is written."""
        plan = batch.job.plan
        plan.resume.refresh()
        for task in batch.chunk.tasks:
            if all(not plan.why(task, output) for output in plan.reasons[task.number]):
                yield Outcome(task.number, "ok")
            else:
                message = f"lost with its worker: {type(error).__name__}: {error}"
                yield Outcome(task.number, "failed", message=message, temporary=True)


def _same(data: bytes) -> bytes:
    return data


def _is_of_dask(error: Exception) -> bool:
    """Whether it is the cluster that failed, and not what it was doing."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    return isinstance(error, KilledWorker | CancelledError | CommClosedError | OSError)
