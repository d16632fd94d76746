"""The event by which a job is asked to stop."""

from __future__ import annotations

import threading
from typing import Protocol


class IsSet(Protocol):
    """An event of `threading`, `multiprocessing` or a farm."""

    def is_set(self) -> bool:
        """Whether a stop is asked for."""
        ...


class StopEvent(threading.Event):
    """The stop of one job: set by the job itself, or together with the event of its caller.

    A job that loses its disk stops itself. It must not set the event of its caller for that, which
    other jobs may share.

    Parameters
    ----------
    asked
        The event of the caller; None: there is none.
    """

    def __init__(self, asked: IsSet | None = None) -> None:
        super().__init__()
        self._asked = asked

    def is_set(self) -> bool:
        """Whether one of the two events is set."""
        return super().is_set() or (self._asked is not None and self._asked.is_set())

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the job's own event; that of the caller is looked at before and after."""
        return self.is_set() or super().wait(timeout) or self.is_set()
