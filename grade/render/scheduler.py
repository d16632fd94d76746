"""What is done next: the frames of a plan, each claimed before anything of it is read.

Of a frame that another process holds nothing is taken; it is looked at again when all others are
done, until it is there, or its claim is stale, or nothing has come for as long as makes one stale.
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
from grade.render.ledger.claim import Claim, Claims, held
from grade.render.plan import Plan
from grade.render.report import Outcome

_POLL = 0.1  # seconds between two looks at the frames of others


@dataclass(frozen=True, slots=True)
class Job:
    """A frame that is ours to do: the outputs to write, each with its claim."""

    task: Task
    claims: Mapping[str, Claim]
    paths: Mapping[str, Path]
    reels: tuple[str, ...] = ()

    @property
    def outputs(self) -> list[str]:
        """The outputs to compute: files of their own, and movies."""
        return [*self.claims, *self.reels]


@dataclass
class Scheduler:
    """Hands out frames, to any number of threads.

    Parameters
    ----------
    plan
        The job.
    claims
        Of this process.
    tell
        Is told of frames that need no work after all: another process wrote them, or holds them
        to the end.
    fail
        Is told of frames that cannot be claimed, and why.
    wait
        Is told, once, which frames of others are waited for.
    """

    plan: Plan
    claims: Claims
    tell: Callable[[Outcome], None]
    fail: Callable[[Task, GradeError], None]
    wait: Callable[[list[int]], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._pending = deque(self.plan.todo)
        self._others: deque[Task] = deque()
        self._patience = 0.0
        self._said = False

    def take(self, stop: threading.Event) -> Job | None:
        """The next frame, claimed; None when nothing is left, or `stop` is set."""
        with self._lock:
            while not stop.is_set():
                if not self._pending and not self._wait(stop):
                    return None
                task = self._pending.popleft()
                try:
                    job = self._claimed(task)
                except GradeError as error:
                    self.fail(task, error)
                    continue
                if job is not None:
                    return job
        return None

    def _wait(self, stop: threading.Event) -> bool:
        """Look again at what others held; False if there is nothing, or no hope."""
        if not self._others:
            return False
        now = time.monotonic()
        if not self._patience:
            self._patience = now + self.claims.stale
        if now > self._patience:
            for task in self._others:
                self.tell(self._given_up(task))
            self._others.clear()
            return False
        if not self._said:
            self._said = True
            self.wait(sorted(task.number for task in self._others))
        stop.wait(_POLL)
        self._pending.extend(self._others)
        self._others.clear()
        return True

    def _claimed(self, task: Task) -> Job | None:
        """A frame with all its claims; None if it is another's, or done by another."""
        number = task.number
        reasons, paths = self.plan.reasons[number], self.plan.paths(number)
        reels = tuple(output for output in reasons if output in self.plan.reels)
        claims: dict[str, Claim] = {}
        try:
            own = [output for output in reasons if output not in self.plan.reels]
            for output in sorted(own, key=lambda name: str(paths[name])):
                claim = self.claims.take(paths[output])
                if claim is None:
                    if reels:  # a movie cannot wait: the file is left to the other process
                        continue
                    self._others.append(task)
                    return None
                claims[output] = claim
            self.plan.resume.refresh()
            todo = [output for output in claims if self._is_open(task, output)]
            if not todo and not reels:
                self._patience = 0.0
                self.tell(Outcome(number, "kept", message="written by another process"))
                return None
            taken = {output: claims.pop(output) for output in todo}
            return Job(task, taken, {output: paths[output] for output in todo}, reels)
        finally:
            for claim in claims.values():
                self.claims.release(claim)

    def _is_open(self, task: Task, output: str) -> bool:
        """Whether an output is still to be written, now that nobody else may."""
        if not self.plan.why(task, output):
            if not self.plan.request.force:
                return False
            entry = self.plan.resume.entry(self.plan.paths(task.number)[output])
            return entry is None or entry.row.at < self.plan.header.started
        return True

    def _given_up(self, task: Task) -> Outcome:
        paths = self.plan.paths(task.number)
        found = [held(paths[output]) for output in self.plan.reasons[task.number]]
        names = sorted({str(claim.holder or "another process") for claim in found if claim})
        message = f"by {', '.join(names) or 'another process'}"
        return Outcome(task.number, "claimed", message=message, temporary=True)
