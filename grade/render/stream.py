"""Frames in flight: readers ahead, the kernel, writers behind, each on its own threads.

Libraries work with one thread per frame; they release the GIL, so frames overlap. A ticket goes
with each frame from before it is read until after it is written, and there are only so many: so
memory does not grow with the number of frames, whichever stage is the slowest. On a device as many
threads grade as keep it busy, each with a stream and pinned buffers of its own. A claim goes with
each file from before the frame is read until its row is in the journal.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grade.errors import GradeError, TemporaryError
from grade.io import TemporaryWriteError, buffers
from grade.render.frame import anomalies
from grade.render.frame.anomalies import Census
from grade.render.frame.delivery import deliver
from grade.render.frame.grader import Graded
from grade.render.frame.memory import frames_in_flight, frames_on_device
from grade.render.frames import Task
from grade.render.journal_rows import Notes
from grade.render.ledger.claim import Claims
from grade.render.ledger.journal import Journal
from grade.render.load_frame import Loaded, Loader
from grade.render.movie import Reels
from grade.render.plan import Plan
from grade.render.report import Outcome
from grade.render.scheduler import Job, Work

_BEAT = 0.1  # how soon a stop is noticed, seconds


@dataclass
class _Item:
    """A frame on its way."""

    job: Job
    seconds: float = 0.0
    loaded: Loaded | None = None
    graded: dict[str, Graded] | None = None
    released: int = 1

    @property
    def task(self) -> Task:
        return self.job.task


class Stream:
    """Runs a plan.

    Parameters
    ----------
    plan
        The job.
    threads
        How many frames are read, and how many written, at one time.
    journals
        Folder to its journal, for who runs many plans of one job; None makes them.
    wait
        Is told, once, of the frames that others hold when all else is done.

    Attributes
    ----------
    stop
        Set it, and no further frame is begun; those in flight are finished.
    """

    def __init__(
        self,
        plan: Plan,
        threads: int,
        journals: Mapping[Path, Journal] | None = None,
        wait: Callable[[list[int]], None] = lambda frames: None,
    ) -> None:
        self.plan = plan
        self.stop = threading.Event()
        self._process = os.getpid()
        self.workers = max(1, min(threads, len(plan.todo), 16))
        self.in_flight = frames_in_flight(plan.budget, plan.each, self.workers)
        self.workers = min(self.workers, self.in_flight)
        overlap = min(getattr(plan.grader.executor, "overlap", 1), self.in_flight)
        self.graders = frames_on_device(plan.request.gpu_memory, plan.each, overlap)
        self.claims = Claims(plan.header.holder, plan.request.stale)
        folders = {pattern.folder for pattern in plan.targets.values()}
        self._journals = (
            {folder: Journal(folder, plan.header) for folder in folders}
            if journals is None
            else journals
        )
        self._work = Work(plan, self.claims, self._tell, self._unclaimed, wait)
        self._tickets = threading.Semaphore(self.in_flight)
        self._lock = threading.Lock()
        self._loader = Loader(plan)
        self._notes = Notes(plan, self._journals)
        self._reels = Reels(
            plan.reels, plan.tasks, self._journals, plan.request.nan,
            {output: plan.mark_of(output) for output in plan.reels}, threads,
        )  # fmt: skip
        self._read: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._graded: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._fault: BaseException | None = None

    def outcomes(self) -> Iterator[Outcome]:
        """Render; yield the fate of each frame as it is known: missing and kept ones first.

        After a full disk or a lost device no further frame is begun: those in flight are finished
        or fail, and the rest has no outcome.
        """
        for number in self.plan.skipped:
            yield Outcome(number, "skipped", message="missing")
        for number in self.plan.kept:
            yield self.plan.as_kept(number)
        if not self.plan.todo:
            self._sweep()
            return
        with buffers.reused():
            yield from self._rendered()

    def _rendered(self) -> Iterator[Outcome]:
        stages = (
            (self._reader, self.workers, [self._read], self.graders),
            (self._grader, self.graders, [self._graded], self.workers),
            (self._writer, self.workers, [self._done], 1),
        )
        self._reels.begin(self.claims)
        ended, over = False, threading.Event()
        threading.Thread(target=self._beat, args=(over,), name="grade-beat", daemon=True).start()
        for work, count, (following,), listeners in stages:
            self._start(work, count, following, listeners)
        try:
            while True:
                try:
                    outcome = self._done.get(timeout=_BEAT)
                except queue.Empty:  # wakes the main thread, so that signals are handled
                    continue
                if outcome is None:
                    break
                yield outcome
            yield from self._reels.finish(complete=not self.stop.is_set())
            ended = True
        finally:
            if os.getpid() == self._process:  # a forked child owns no claim and no file of it
                self._wind_up(ended, over)
        if self._fault is not None and not isinstance(self._fault, GradeError):
            raise self._fault

    def _wind_up(self, ended: bool, over: threading.Event) -> None:
        """Finish what is in flight, clear up, and close the journals."""
        if not ended:  # whoever asked has gone: begin no more
            self.stop.set()
        for thread in self._threads:
            thread.join()
        over.set()
        self._reels.abandon()
        self._sweep()
        for journal in self._journals.values():
            journal.close()

    @property
    def notes(self) -> list[str]:
        """What a log should say of the movies that were written."""
        return self._reels.notes

    def abandon(self) -> None:
        """Remove what is unfinished, for a process that ends at once."""
        self._reels.abandon()
        self.claims.abandon()

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
            self._threads.append(threading.Thread(target=body, name=name, daemon=True))
            self._threads[-1].start()

    def _beat(self, over: threading.Event) -> None:
        """Show other processes that we live, as long as we do."""
        while not over.wait(self.claims.beat):
            self.claims.touch()

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._fault = self._fault or error
        self.stop.set()

    def _sweep(self) -> None:
        """Clear away what others left that were killed."""
        for folder in self._journals:
            self.claims.sweep(folder)

    def _tell(self, outcome: Outcome) -> None:
        self._done.put(outcome)

    def _unclaimed(self, task: Task, error: GradeError) -> None:
        temporary = isinstance(error, TemporaryError)
        self._tell(Outcome(task.number, "failed", message=str(error), temporary=temporary))
        if isinstance(error, TemporaryWriteError):
            self._fail(error)

    # --- the stages -------------------------------------------------------------------------------

    def _reader(self) -> None:
        while not self.stop.is_set():
            if not self._tickets.acquire(timeout=_BEAT):
                continue
            job = self._work.take(self.stop)
            if job is None:
                self._tickets.release()
                return
            item = _Item(job)
            if self._step(item, self._load):
                self._read.put(item)

    def _grader(self) -> None:
        while (item := self._read.get()) is not None:
            if self._step(item, self._grade):
                self._graded.put(item)

    def _writer(self) -> None:
        while (item := self._graded.get()) is not None:
            if self._step(item, self._store):
                self._release(item.released)

    def _step(self, item: _Item, step: Callable[[_Item], None]) -> bool:
        """Do one step of one frame; a failure ends the frame, some end the job."""
        start = time.perf_counter()
        try:
            step(item)
        except GradeError as error:
            temporary = isinstance(error, TemporaryError)
            message = str(error)
            for output, path in item.job.paths.items():
                self._notes.failed(item.task, output, path, error)
            self._end(item)
            self._tell(Outcome(item.task.number, "failed", message=message, temporary=temporary))
            self._release(self._reels.lose(item.task.number, error) if item.job.reels else 1)
            # A full disk or a lost device: the other frames would fare the same.
            if isinstance(error, TemporaryWriteError) or (temporary and step == self._grade):
                self._fail(error)
            return False
        except BaseException:
            self._end(item)
            self._tickets.release()
            raise
        item.seconds += time.perf_counter() - start
        return True

    def _release(self, count: int) -> None:
        """Let as many frames begin; one that waits for its place in a movie keeps its ticket."""
        for _ in range(count):
            self._tickets.release()

    def _end(self, item: _Item) -> None:
        for claim in item.job.claims.values():
            self.claims.release(claim)

    def _load(self, item: _Item) -> None:
        item.loaded = self._loader.load(item.job)

    def _grade(self, item: _Item) -> None:
        assert item.loaded is not None
        number, outputs = item.task.number, item.job.outputs
        frame, beside = item.loaded.taken()
        item.graded = self.plan.grader.grade(frame, number, outputs, beside)

    def _store(self, item: _Item) -> None:
        """Write every output; one that fails costs no other."""
        start = time.perf_counter()
        assert item.graded is not None
        said: dict[str, str] = {}
        counts: dict[str, Census] = {}
        failures: list[GradeError] = []
        for output, path in item.job.paths.items():
            graded = item.graded.pop(output)
            begin = time.perf_counter()
            try:
                destination = self.plan.grader.destinations[output]
                done = deliver(graded.frame, path, destination, self.plan.request.nan)
                seconds = item.seconds + time.perf_counter() - begin
                assert item.loaded is not None
                self._notes.delivered(item.loaded, output, path, graded, done, seconds)
                counts[output], said[output] = done.census, "ok"
            except GradeError as error:
                failures.append(error)
                said[output] = str(error)
                self._notes.failed(item.task, output, path, error)
            self.claims.release(item.job.claims[output])
        number = item.task.number
        if item.job.reels:
            frames = {output: item.graded.pop(output).frame for output in item.job.reels}
            counts |= {output: anomalies.count(frame) for output, frame in frames.items()}
            item.released = self._reels.put(number, frames)
            said |= dict.fromkeys(item.job.reels, "ok")
            if not item.job.claims and (lost := self._reels.hopeless) is not None:
                self._fail(lost)  # nothing but movies is written, and they are lost
        assert item.loaded is not None
        plate = item.loaded.census
        seconds = item.seconds + time.perf_counter() - start
        if not failures:
            self._tell(Outcome(number, "ok", seconds, census=counts, outputs=said, plate=plate))
            return
        temporary = any(isinstance(error, TemporaryError) for error in failures)
        message = "; ".join(dict.fromkeys(map(str, failures)))
        self._tell(Outcome(number, "failed", seconds, message, temporary, counts, said, plate))
        for failure in failures:
            if isinstance(failure, TemporaryWriteError):
                self._fail(failure)
