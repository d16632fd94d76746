"""The messages of a verb: on stderr, in the file of ``--log``, and in the logger ``grade``."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from grade.log import LOGGER


class Console:
    """Takes the messages of a verb; an error that ends a `with` block is written to its file too.

    Parameters
    ----------
    quiet
        Show only the last line and what went wrong.
    verbose
        Show details too.
    log
        A file that gets every message, also those that are not shown.

    Raises
    ------
    RequestError
        The file cannot be written.
    """

    def __init__(self, quiet: bool = False, verbose: bool = False, log: Path | None = None) -> None:
        self.quiet, self.verbose = quiet, verbose
        self._log: IO[str] | None = None
        if log is not None:
            from grade.errors import RequestError

            try:
                self._log = log.open("a", encoding="utf-8", errors="surrogateescape")
            except OSError as error:
                raise RequestError(f"--log {log}: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self.note(str(error), logging.ERROR)
        if self._log is not None:
            with suppress(OSError):
                self._log.close()

    def debug(self, line: str, /) -> None:
        """A detail."""
        if self.verbose:
            self.info(line)
        else:
            LOGGER.debug(line)

    def info(self, line: str, /) -> None:
        """A step of the job."""
        if not self.quiet:
            _show(line)
        self.note(line)

    def always(self, line: str, /) -> None:
        """A line that is shown even where the console is quiet: the last one."""
        _show(line)
        self.note(line)

    def warning(self, line: str, /) -> None:
        """What went wrong."""
        _show(line)
        self.note(line, logging.WARNING)

    def note(self, line: str, level: int = logging.INFO) -> None:
        """A line that is not shown: for the file and the logger alone."""
        self._write(line)
        LOGGER.log(level, line)

    def from_signal_handler(self, line: str) -> None:
        """Show a line within a signal handler, which may have struck within another line.

        It goes past the logger, whose handlers may hold a lock just now.
        """
        try:
            _show(line)
        except RuntimeError:  # the buffer of stderr is in use: past it
            os.write(2, f"{line}\n".encode())
        with suppress(RuntimeError):
            self._write(line)

    def _write(self, line: str) -> None:
        if self._log is None:
            return
        try:
            print(line, file=self._log, flush=True)
        except OSError as error:  # frames matter more than a record of them
            lost, self._log = self._log, None
            with suppress(OSError):
                lost.close()
            _show(f"--log {lost.name}: {error.strerror}; the job goes on without it")


def _show(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
