"""Hands out the frames of a plan, each claimed before its plate is read.

A frame whose outputs another process claims is put back. When all other frames are done, the
scheduler looks at it again and again, until its files exist or its claim is stale. It gives up when
nothing has changed for as long as it takes a claim to become stale.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grade.errors import GradeError
from grade.render.frame_selection import Task
from grade.render.ledger.claim import Claim, Claims, read_claim
from grade.render.plan import Plan
from grade.render.report import Outcome

_POLL = 0.1  # seconds between two looks at the frames of other processes


@dataclass(frozen=True, slots=True)
class ClaimedFrame:
    """A frame that this process alone renders.

    Attributes
    ----------
    task
        The frame.
    claims, paths
        The claim and the file of each output that has files of its own.
    movies
        The outputs that are movies.
    """

    task: Task
    claims: Mapping[str, Claim]
    paths: Mapping[str, Path]
    movies: tuple[str, ...] = ()

    @property
    def outputs(self) -> list[str]:
        """The outputs to compute."""
        return [*self.claims, *self.movies]


@dataclass
class Scheduler:
    """Hands out frames to any number of threads.

    Parameters
    ----------
    plan
        The job.
    claims
        The claims of this process.
    report
        Called with the outcome of frames that need no work: another process has written them, or
        claims them to the end.
    fail
        Called with frames that cannot be claimed, and the error.
    wait
        Called once, with the frames of other processes that the scheduler waits for.
    """

    plan: Plan
    claims: Claims
    report: Callable[[Outcome], None]
    fail: Callable[[Task, GradeError], None]
    wait: Callable[[list[int]], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._pending = deque(self.plan.todo)
        self._others: deque[Task] = deque()
        self._deadline = 0.0
        self._has_told_wait = False

    def take(self, stop: threading.Event) -> ClaimedFrame | None:
        """Claim the next frame; None if nothing is left, or `stop` is set."""
        with self._lock:
            while not stop.is_set():
                if not self._pending and not self._wait_for_others(stop):
                    return None
                task = self._pending.popleft()
                try:
                    claimed = self._claim(task)
                except GradeError as error:
                    self.fail(task, error)
                    continue
                if claimed is not None:
                    return claimed
        return None

    def _wait_for_others(self, stop: threading.Event) -> bool:
        """Put the frames of other processes back after a while; False if none is worth a wait."""
        if not self._others:
            return False
        now = time.monotonic()
        if not self._deadline:
            self._deadline = now + self.claims.stale
        if now > self._deadline:
            for task in self._others:
                self.report(self._given_up(task))
            self._others.clear()
            return False
        if not self._has_told_wait:
            self._has_told_wait = True
            self.wait(sorted(task.number for task in self._others))
        stop.wait(_POLL)
        self._pending.extend(self._others)
        self._others.clear()
        return True

    def _claim(self, task: Task) -> ClaimedFrame | None:
        """Claim all outputs of a frame; None if another process claims or has written it."""
        number = task.number
        reasons, paths = self.plan.reasons[number], self.plan.paths(number)
        movies = tuple(output for output in reasons if output in self.plan.movies)
        claims: dict[str, Claim] = {}
        try:
            files = [output for output in reasons if output not in self.plan.movies]
            for output in sorted(files, key=lambda name: str(paths[name])):
                claim = self.claims.take(paths[output])
                if claim is None:
                    if movies:  # a movie cannot wait: the file is left to the other process
                        continue
                    self._others.append(task)
                    return None
                claims[output] = claim
            self.plan.resume.refresh()
            todo = [output for output in claims if self._must_render(task, output)]
            if not todo and not movies:
                self._deadline = 0.0
                self.report(Outcome(number, "kept", message="written by another process"))
                return None
            taken = {output: claims.pop(output) for output in todo}
            return ClaimedFrame(task, taken, {output: paths[output] for output in todo}, movies)
        finally:
            for claim in claims.values():
                self.claims.release(claim)

    def _must_render(self, task: Task, output: str) -> bool:
        """Whether a claimed output must still be written: another process may have done it."""
        if not self.plan.reason_to_render(task, output):
            if not self.plan.request.force:
                return False
            entry = self.plan.resume.entry(self.plan.paths(task.number)[output])
            return entry is None or entry.row.at < self.plan.header.started
        return True

    def _given_up(self, task: Task) -> Outcome:
        paths = self.plan.paths(task.number)
        claims = [read_claim(paths[output]) for output in self.plan.reasons[task.number]]
        names = sorted({str(claim.holder or "another process") for claim in claims if claim})
        message = f"by {', '.join(names) or 'another process'}"
        return Outcome(task.number, "claimed", message=message, temporary=True)
