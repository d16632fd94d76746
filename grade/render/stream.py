"""Frames in flight: readers ahead, the kernel, writers behind, each on its own threads.

Libraries work with one thread per frame; they release the GIL, so frames overlap. A ticket goes
with each frame from before it is read until after it is written, and there are only so many: so
memory does not grow with the number of frames, whichever stage is the slowest.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grade.errors import GradeError, TemporaryError
from grade.io import Frame, TemporaryWriteError, read
from grade.render import census
from grade.render.plan import Plan, Task
from grade.render.report import Outcome

_BEAT = 0.1  # how soon a stop is noticed, seconds


@dataclass
class _Item:
    """A frame on its way."""

    task: Task
    seconds: float = 0.0
    frame: Frame | None = None
    graded: dict[str, Frame] | None = None


class Stream:
    """Runs a plan.

    Parameters
    ----------
    plan
        The job.
    threads
        How many frames are read, and how many written, at one time.

    Attributes
    ----------
    stop
        Set it, and no further frame is begun; those in flight are finished.
    """

    def __init__(self, plan: Plan, threads: int) -> None:
        self.plan = plan
        self.workers = max(1, min(threads, len(plan.tasks), 16))
        self.stop = threading.Event()
        self._tickets = threading.Semaphore(2 * self.workers + 2)
        self._tasks = iter(plan.tasks)
        self._lock = threading.Lock()
        self._read: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._graded: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
        self._fault: BaseException | None = None

    def outcomes(self) -> Iterator[Outcome]:
        """Render; yield the fate of each frame as it is known, missing ones first.

        After a full disk or a lost device no further frame is begun: those in flight are finished
        or fail, and the rest has no outcome.
        """
        for number in self.plan.skipped:
            yield Outcome(number, "skipped", message="missing")
        stages = (
            (self._reader, self.workers, [self._read], 1),
            (self._grader, 1, [self._graded], self.workers),
            (self._writer, self.workers, [self._done], 1),
        )
        for work, count, (following,), listeners in stages:
            self._start(work, count, following, listeners)
        while True:
            try:
                outcome = self._done.get(timeout=_BEAT)
            except queue.Empty:  # wakes the main thread, so that signals are handled
                continue
            if outcome is None:
                break
            yield outcome
        if self._fault is not None and not isinstance(self._fault, GradeError):
            raise self._fault

    def _start(
        self,
        work: Callable[[], None],
        count: int,
        following: queue.SimpleQueue[Any],
        listeners: int,
    ) -> None:
        """Start `count` threads; when the last of them ends, tell every listener."""
        left = [count]

        def body() -> None:
            try:
                work()
            except BaseException as error:
                self._fail(error)
            finally:
                with self._lock:
                    left[0] -= 1
                    last = left[0] == 0
                if last:
                    for _ in range(listeners):
                        following.put(None)

        for number in range(count):
            name = f"grade-{work.__name__.strip('_')}-{number}"
            # Daemons: the second Ctrl-C does not wait for a library that is in the middle of it.
            threading.Thread(target=body, name=name, daemon=True).start()

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._fault = self._fault or error
        self.stop.set()

    def _reader(self) -> None:
        while not self.stop.is_set():
            if not self._tickets.acquire(timeout=_BEAT):
                continue
            with self._lock:
                task = next(self._tasks, None)
            if task is None or self.stop.is_set():
                self._tickets.release()
                return
            item = _Item(task)
            if self._step(item, self._load):
                self._read.put(item)

    def _grader(self) -> None:
        while (item := self._read.get()) is not None:
            if self._step(item, self._grade):
                self._graded.put(item)

    def _writer(self) -> None:
        while (item := self._graded.get()) is not None:
            if self._step(item, self._store):
                self._tickets.release()

    def _step(self, item: _Item, step: Callable[[_Item], None]) -> bool:
        """Do one step of one frame; a failure ends the frame, some end the job."""
        start = time.perf_counter()
        try:
            step(item)
        except GradeError as error:
            temporary = isinstance(error, TemporaryError)
            outcome = Outcome(item.task.number, "failed", message=str(error), temporary=temporary)
            self._done.put(outcome)
            self._tickets.release()
            # A full disk or a lost device: the other frames would fare the same.
            if isinstance(error, TemporaryWriteError) or (temporary and step == self._grade):
                self._fail(error)
            return False
        except BaseException:
            self._tickets.release()
            raise
        item.seconds += time.perf_counter() - start
        return True

    def _load(self, item: _Item) -> None:
        task = item.task
        frame = read(self.plan.sequence.path(task.source), task.number)
        if task.black:
            frame = frame.with_planes({n: np.zeros_like(p) for n, p in frame.planes.items()})
        item.frame = frame

    def _grade(self, item: _Item) -> None:
        assert item.frame is not None
        item.graded = self.plan.grader.grade(item.frame, item.task.number)
        item.frame = None

    def _store(self, item: _Item) -> None:
        start = time.perf_counter()
        request, number = self.plan.request, item.task.number
        counts = {}
        assert item.graded is not None
        for output, path in self.plan.paths(number).items():
            frame = item.graded.pop(output)
            counts[output] = census.count(frame)
            if counts[output].nan and request.nan == "black":
                frame = census.without_nan(frame)
            suffix = path.suffix.lower()
            compression = request.compression
            frame = frame if suffix == ".exr" else replace(frame, carried=None)
            frame.write(path, bits=request.bits, compression=compression)
        seconds = item.seconds + time.perf_counter() - start
        self._done.put(Outcome(number, "ok", seconds, census=counts))
