"""The logger ``grade``: what a job says while it runs, line by line.

It has a handler that does nothing, as a library's logger should. Its lines show where the program
that calls sets logging up, as with ``logging.basicConfig(level=logging.INFO)``.
"""

from __future__ import annotations

import logging
from typing import Protocol

LOGGER = logging.getLogger("grade")
LOGGER.addHandler(logging.NullHandler())


class Log(Protocol):
    """Takes the lines of a job; `logging.Logger` is one."""

    def debug(self, line: str, /) -> None:
        """A detail, such as the value of a knob."""

    def info(self, line: str, /) -> None:
        """A step of the job."""

    def warning(self, line: str, /) -> None:
        """A frame or a shot that is not as it should be."""


class Prefixed:
    """A log whose lines begin with a name, such as that of a shot.

    Parameters
    ----------
    log
        Where the lines go.
    name
        What they begin with.
    """

    def __init__(self, log: Log, name: str) -> None:
        self.log, self.name = log, name

    def debug(self, line: str, /) -> None:
        self.log.debug(f"{self.name}: {line}")

    def info(self, line: str, /) -> None:
        self.log.info(f"{self.name}: {line}")

    def warning(self, line: str, /) -> None:
        self.log.warning(f"{self.name}: {line}")
