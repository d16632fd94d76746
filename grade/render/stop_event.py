"""The event that stops a job."""

from __future__ import annotations

import threading
from typing import Protocol


class IsSet(Protocol):
    """An event of `threading`, `multiprocessing` or a farm."""

    def is_set(self) -> bool:
        """Whether the job should stop."""
        ...


class StopEvent(threading.Event):
    """The stop event of one job: it is set if the job sets it, or if its caller's event is set.

    A job that loses its disk stops itself. It must not set the event of its caller, which other
    jobs may share.

    Parameters
    ----------
    asked
        The event of the caller, or None.
    """

    def __init__(self, asked: IsSet | None = None) -> None:
        super().__init__()
        self._asked = asked

    def is_set(self) -> bool:
        """Whether one of the two events is set."""
        return super().is_set() or (self._asked is not None and self._asked.is_set())

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the job's own event; check that of the caller before and after."""
        return self.is_set() or super().wait(timeout) or self.is_set()
