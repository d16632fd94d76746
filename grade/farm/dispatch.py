"""Sends the frames of jobs to a cluster in chunks, and collects their outcomes."""

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
_ALONE = 60  # seconds without any worker until the cluster is given up
_ROUNDS = 3  # how often a worker may ask for the program of one output of one frame


def split_into_chunks(tasks: list[Task], workers: int) -> Iterator[list[Task]]:
    """Chunks of 4 to 16 neighboring frames, small enough that all workers end at about one time."""
    size = min(_MOST, max(_LEAST, len(tasks) // (4 * max(1, workers))))
    for begin in range(0, len(tasks), size):
        yield tasks[begin : begin + size]


@dataclass
class _Job:
    """A plan whose frames are sent: its packager, and the package as it is now."""

    name: str
    plan: Plan
    packager: JobPackager
    token: str = ""
    package: Any = None
    requests: dict[int, int] = field(default_factory=dict)


@dataclass
class _JobChunk:
    """A chunk, and the job it belongs to."""

    job: _Job
    chunk: Chunk


class Dispatcher:
    """Renders plans on a cluster.

    Parameters
    ----------
    cluster
        The workers.
    plans
        Jobs by name. The first frames of a job are sent beside the last of the job before it.

    Attributes
    ----------
    stop
        Set this event to begin no further frame; frames in flight are finished.
    """

    def __init__(self, cluster: Cluster, plans: Mapping[str, Plan]) -> None:
        self.cluster, self.plans = cluster, plans
        self.stop = threading.Event()
        self._event = f"grade-stop-{uuid.uuid4().hex}"
        self._finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._pending: dict[Any, _JobChunk] = {}
        self._again: deque[_JobChunk] = deque()
        self._last_seen = time.monotonic()

    def outcomes(self) -> Iterator[tuple[str, Outcome]]:
        """Render; yield job and outcome of each frame as it is known, skipped and kept ones first.

        Raises
        ------
        FarmLost
            If the cluster no longer answers.
        FarmError
            If a worker cannot do what it was asked.
        """
        waiting = self._job_chunks()
        for name, plan in self.plans.items():
            for number in plan.skipped:
                yield name, Outcome(number, "skipped", message="missing")
            for number in plan.kept:
                yield name, plan.kept_outcome(number)
        more, has_told_stop = True, False
        try:
            while more or self._pending or self._again:
                if self.stop.is_set():
                    if not has_told_stop:
                        has_told_stop = True
                        self._tell_stop()
                    more = False
                    self._again.clear()
                while more and len(self._pending) < 2 * max(1, self.cluster.workers):
                    following = self._again.popleft() if self._again else next(waiting, None)
                    if following is None:
                        more = False
                        break
                    self._submit(following)
                while self._again and not self.stop.is_set():
                    self._submit(self._again.popleft())
                try:
                    future = self._finished.get(timeout=_BEAT)
                except queue.Empty:  # wakes the main thread, so that signals are handled
                    self._check_cluster()
                    continue
                sent = self._pending.pop(future)
                for outcome in self._collect(sent, future):
                    yield sent.job.name, outcome
        finally:
            for future in self._pending:
                with suppress(Exception):
                    future.cancel()
            self._pending.clear()

    def abandon(self) -> None:
        """Tell the workers to stop, because this process ends now; local workers end with it.

        Their unfinished files are hidden, and their claims are stale, because they have ended.
        """
        self._tell_stop()

    def _job_chunks(self) -> Iterator[_JobChunk]:
        for name, plan in self.plans.items():
            if not plan.todo:
                continue
            cluster, device = self.cluster, plan.request.device or "auto"
            packager = JobPackager(plan, device, cluster.memory, cluster.threads)
            job = _Job(name, plan, packager)
            self._send_package(job)
            for tasks in split_into_chunks(plan.todo, cluster.workers):
                yield _JobChunk(job, packager.chunk(tasks))

    def _send_package(self, job: _Job) -> None:
        """Send the package of a job once; chunks refer to it, and Dask makes it again if lost."""
        package = job.packager.package()
        job.token = package.token
        key = f"grade-package-{package.token}"
        job.package = self.cluster.client.submit(_identity, package.pack(), key=key, pure=False)

    def _submit(self, sent: _JobChunk) -> None:
        job, tasks = sent.job, sent.chunk.tasks
        future = self.cluster.client.submit(
            render_chunk,
            job.package,
            job.token,
            sent.chunk,
            self._event,
            key=f"grade-{job.name}-{tasks[0].number}-{uuid.uuid4().hex}",
            retries=2,
            resources=self.cluster.resources,
            pure=False,
        )
        self._pending[future] = sent
        future.add_done_callback(self._finished.put)

    def _check_cluster(self) -> None:
        """Raise `FarmLost` if the scheduler is gone, or there has been no worker for a while."""
        if self.cluster.client.status not in ("running", "connecting"):
            raise FarmLost(f"dask {self.cluster.name}: the scheduler is gone; try again")
        now = time.monotonic()
        if self.cluster.workers or not self._pending:
            self._last_seen = now
        elif now - self._last_seen > _ALONE:
            raise FarmLost(f"dask {self.cluster.name}: no worker for {_ALONE} s; try again")

    def _tell_stop(self) -> None:
        from distributed import Event

        with suppress(OSError, RuntimeError):
            Event(self._event, client=self.cluster.client).set()

    def _collect(self, sent: _JobChunk, future: Any) -> Iterator[Outcome]:
        """The outcomes of a chunk; frames that lack a program are sent again."""
        try:
            result = future.result()
        except GradeError:
            raise
        except Exception as error:
            if not _is_cluster_error(error):
                raise
            yield from self._lost_outcomes(sent, error)
            return
        assert isinstance(result, ChunkResult)
        yield from result.outcomes
        if len(result.outcomes) + len(result.unprepared) < len(sent.chunk.tasks):
            self.stop.set()  # a full disk or a lost device: other frames would fail the same way
        if result.unprepared:
            yield from self._send_again(sent.job, result)

    def _send_again(self, job: _Job, result: ChunkResult) -> Iterator[Outcome]:
        """Send what frames lacked, then the frames once more."""
        tasks = {task.number: task for task in job.plan.tasks}
        try:
            job.packager.add_programs(result.missing_programs)
            self._send_package(job)
        except GradeError as error:
            for number in result.unprepared:
                yield Outcome(number, "failed", message=str(error))
            return
        again = []
        for number in result.unprepared:
            job.requests[number] = job.requests.get(number, 0) + 1
            if job.requests[number] > _ROUNDS * len(job.plan.targets):
                message = "its layout differs each time it is read"
                yield Outcome(number, "failed", message=message)
            else:
                again.append(tasks[number])
        if again:
            numbers = {task.number for task in again}
            times = [time for time in result.missing_times if time.number in numbers]
            self._again.append(_JobChunk(job, job.packager.chunk(again, times)))

    def _lost_outcomes(self, sent: _JobChunk, error: Exception) -> Iterator[Outcome]:
        """The outcomes of a chunk that Dask gave up: some frames may have been written before."""
        plan = sent.job.plan
        plan.resume.refresh()
        for task in sent.chunk.tasks:
            outputs = plan.reasons[task.number]
            if all(not plan.reason_to_render(task, output) for output in outputs):
                yield Outcome(task.number, "ok")
            else:
                message = f"lost with its worker: {type(error).__name__}: {error}"
                yield Outcome(task.number, "failed", message=message, temporary=True)


def _identity(data: bytes) -> bytes:
    return data


def _is_cluster_error(error: Exception) -> bool:
    """Whether the cluster failed, and not the work that it was given."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    return isinstance(error, KilledWorker | CancelledError | CommClosedError | OSError)
