"""Runs a plan: frames stream through reading, grading and writing, each on its own threads.

    scheduler -> [read] -> queue -> [grade] -> queue -> [write] -> queue -> outcomes
       |  ticket, claims                             |  row in the journal
       +--<---------- given back after the write ----+

Libraries work with one thread per frame and release the GIL, so frames overlap. Each frame holds a
ticket from before it is read until after it is written. The number of tickets is fixed, so memory
does not grow with the number of frames, whichever stage is slowest. On a device as many threads
grade as keep it busy, each with its own stream and pinned buffers. Each file is claimed from before
its frame is read until its row is in the journal.
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
from grade.render.frame.anomalies import Anomalies, count_anomalies
from grade.render.frame.delivery import deliver
from grade.render.frame.grader import GradedOutput
from grade.render.frame.memory import frames_in_flight, frames_on_device
from grade.render.frame_loader import FrameLoader, LoadedFrame
from grade.render.frame_selection import Task
from grade.render.journal_writer import JournalWriter
from grade.render.ledger.claim import Claims
from grade.render.ledger.journal import Journal
from grade.render.movie_outputs import MovieOutputs
from grade.render.plan import Plan
from grade.render.report import Outcome, Status
from grade.render.scheduler import ClaimedFrame, Scheduler

_BEAT = 0.1  # how soon a stop is noticed, seconds


@dataclass
class _Item:
    """A frame on its way through the stages."""

    claimed: ClaimedFrame
    seconds: float = 0.0
    loaded: LoadedFrame | None = None
    graded: dict[str, GradedOutput] | None = None
    released: int = 1

    @property
    def task(self) -> Task:
        return self.claimed.task


class Stream:
    """Runs a plan.

    Parameters
    ----------
    plan
        The job.
    threads
        How many frames are read, and how many written, at one time.
    journals
        The journal of each folder, if many plans of one job share them; None makes them.
    wait
        Called once, with the frames that other processes claim, when all others are done.

    Attributes
    ----------
    stop
        Set this event to begin no further frame; frames in flight are finished.
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
        self.in_flight = frames_in_flight(plan.memory_budget, plan.frame_bytes, self.workers)
        self.workers = min(self.workers, self.in_flight)
        overlap = min(plan.grader.executor.overlap, self.in_flight)
        self.graders = frames_on_device(plan.request.gpu_memory, plan.frame_bytes, overlap)
        self.claims = Claims(plan.header.holder, plan.request.stale)
        folders = {pattern.folder for pattern in plan.targets.values()}
        self._journals = (
            {folder: Journal(folder, plan.header) for folder in folders}
            if journals is None
            else journals
        )
        self._scheduler = Scheduler(plan, self.claims, self._tell, self._claim_failed, wait)
        self._tickets = threading.Semaphore(self.in_flight)
        self._lock = threading.Lock()
        self._loader = FrameLoader(plan)
        self._rows = JournalWriter(plan, self._journals)
        self._movies = MovieOutputs(
            plan.movies, plan.tasks, self._journals, plan.request.nan,
            {output: plan.movie_metadata(output) for output in plan.movies}, threads,
        )  # fmt: skip
        self._read: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._graded: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._fault: BaseException | None = None

    def outcomes(self) -> Iterator[Outcome]:
        """Render; yield the outcome of each frame as it is known, skipped and kept ones first.

        After a full disk or a lost device no further frame is begun: frames in flight are finished
        or fail, and the rest has no outcome.
        """
        for number in self.plan.skipped:
            yield Outcome(number, "skipped", message="missing")
        for number in self.plan.kept:
            yield self.plan.kept_outcome(number)
        if not self.plan.todo:
            self._sweep()
            return
        with buffers.reuse():
            yield from self._rendered()

    def _rendered(self) -> Iterator[Outcome]:
        stages = (
            (self._reader, self.workers, [self._read], self.graders),
            (self._grader, self.graders, [self._graded], self.workers),
            (self._writer, self.workers, [self._done], 1),
        )
        self._movies.claim(self.claims)
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
            yield from self._movies.finish(complete=not self.stop.is_set())
            ended = True
        finally:
            if os.getpid() == self._process:  # a forked child owns no claim and no file of it
                self._wind_up(ended, over)
        if self._fault is not None and not isinstance(self._fault, GradeError):
            raise self._fault

    def _wind_up(self, ended: bool, over: threading.Event) -> None:
        """Finish what is in flight, clear up, and close the journals."""
        if not ended:  # the caller has gone: begin no more
            self.stop.set()
        for thread in self._threads:
            thread.join()
        over.set()
        self._movies.abandon()
        self._sweep()
        for journal in self._journals.values():
            journal.close()

    @property
    def notes(self) -> list[str]:
        """Remarks about the plates that were read and the movies that were written, for the log."""
        return [*self._loader.notes, *self._movies.notes]

    @property
    def limited(self) -> dict[str, int]:
        """The pixels that the limiters of movies moved, by output."""
        return self._movies.limited

    def abandon(self) -> None:
        """Remove what is unfinished, because the process ends now."""
        self._movies.abandon()
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
            # Daemons: a second Ctrl-C does not wait for a library call to return.
            self._threads.append(threading.Thread(target=body, name=name, daemon=True))
            self._threads[-1].start()

    def _beat(self, over: threading.Event) -> None:
        """Touch the claims as long as frames are rendered, so that no process takes them over."""
        while not over.wait(self.claims.touch_interval):
            self.claims.touch()

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._fault = self._fault or error
        self.stop.set()

    def _sweep(self) -> None:
        """Remove what killed processes left in the folders of the outputs."""
        for folder in self._journals:
            self.claims.sweep(folder)

    def _tell(self, outcome: Outcome) -> None:
        self._done.put(outcome)

    def _claim_failed(self, task: Task, error: GradeError) -> None:
        temporary = isinstance(error, TemporaryError)
        self._tell(Outcome(task.number, "failed", message=str(error), temporary=temporary))
        if isinstance(error, TemporaryWriteError):
            self._fail(error)

    # --- the stages -------------------------------------------------------------------------------

    def _reader(self) -> None:
        while not self.stop.is_set():
            if not self._tickets.acquire(timeout=_BEAT):
                continue
            claimed = self._scheduler.take(self.stop)
            if claimed is None:
                self._tickets.release()
                return
            item = _Item(claimed)
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
            for output, path in item.claimed.paths.items():
                self._rows.record_failure(item.task, output, path, error)
            self._end(item)
            self._tell(Outcome(item.task.number, "failed", message=message, temporary=temporary))
            released = self._movies.give_up(item.task.number, error) if item.claimed.movies else 1
            self._release(released)
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
        """Give tickets back. A frame that waits for its turn in a movie keeps its ticket."""
        for _ in range(count):
            self._tickets.release()

    def _end(self, item: _Item) -> None:
        for claim in item.claimed.claims.values():
            self.claims.release(claim)

    def _load(self, item: _Item) -> None:
        item.loaded = self._loader.load(item.claimed)

    def _grade(self, item: _Item) -> None:
        assert item.loaded is not None
        number, outputs = item.task.number, item.claimed.outputs
        frame, inputs = item.loaded.take_pixels()
        item.graded = self.plan.grader.grade(frame, number, outputs, inputs)

    def _store(self, item: _Item) -> None:
        """Write every output; if one fails, the others are written all the same."""
        start = time.perf_counter()
        assert item.loaded is not None and item.graded is not None
        number, loaded, claimed = item.task.number, item.loaded, item.claimed
        results: dict[str, str] = {}
        stored: dict[str, Anomalies] = {}
        failures: list[GradeError] = []
        for output, path in claimed.paths.items():
            graded = item.graded.pop(output)
            begin = time.perf_counter()
            try:
                destination = self.plan.grader.destinations[output]
                delivered = deliver(graded.frame, path, destination, self.plan.request.nan)
                seconds = item.seconds + time.perf_counter() - begin
                self._rows.record_delivery(loaded, output, path, graded, delivered, seconds)
                stored[output], results[output] = delivered.anomalies, "ok"
            except GradeError as error:
                failures.append(error)
                results[output] = str(error)
                self._rows.record_failure(item.task, output, path, error)
            self.claims.release(claimed.claims[output])
        if claimed.movies:
            frames = {output: item.graded.pop(output).frame for output in claimed.movies}
            stored |= {output: count_anomalies(frame) for output, frame in frames.items()}
            item.released = self._movies.put(number, frames)
            results |= dict.fromkeys(claimed.movies, "ok")
            if not claimed.claims and (failure := self._movies.failure) is not None:
                self._fail(failure)  # the job writes nothing but movies, and all have failed
        seconds = item.seconds + time.perf_counter() - start
        message = "; ".join(dict.fromkeys(map(str, failures)))
        temporary = any(isinstance(error, TemporaryError) for error in failures)
        status: Status = "failed" if failures else "ok"
        plate = loaded.anomalies
        self._tell(Outcome(number, status, seconds, message, temporary, stored, results, plate))
        for failure in failures:
            if isinstance(failure, TemporaryWriteError):
                self._fail(failure)
