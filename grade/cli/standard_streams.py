"""Standard input, output and error of the command, whatever the caller made of them.

A job must not end because nobody reads its messages: what cannot be written to stderr is lost. What
cannot be written to stdout is the answer itself, so it is an error. A number that was closed is
opened on the null device; else the next file would get it, and with it what libraries print.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any

from grade.errors import TemporaryError

_INPUT, _OUTPUT, _ERROR = range(3)


class OutputLost(TemporaryError):
    """Standard output took no more: its disk is full, or it is gone."""


def open_standard_streams() -> None:
    """Replace the streams of this process; called once, before anything is printed."""
    for number in (_INPUT, _OUTPUT, _ERROR):
        with suppress(OSError):
            os.fstat(number)
            continue
        opened = os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        if number == _INPUT:
            sys.stdin = open(_INPUT, closefd=False)  # noqa: SIM115 (it lives as the process does)
    sys.stdout = _text(_Answer(_OUTPUT, "wb", closefd=False), sys.__stdout__)
    sys.stderr = _text(_Messages(_ERROR, "wb", closefd=False), sys.__stderr__, "backslashreplace")


def _text(raw: io.FileIO, before: Any, errors: str | None = None) -> io.TextIOWrapper:
    """Return a text stream; names of files that are no text come out as the bytes that they are."""
    encoding = getattr(before, "encoding", None) or "utf-8"
    if errors is None:
        unicode = encoding.lower().replace("-", "").startswith("utf8")
        errors = "surrogateescape" if unicode else "backslashreplace"
    by_line = raw.isatty() or isinstance(raw, _Messages)
    buffered = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffered, encoding, errors, line_buffering=by_line)


class _Messages(io.FileIO):
    """A file that takes everything, and loses what the system does not."""

    def write(self, data: Any, /) -> Any:
        with suppress(OSError):
            written = super().write(data)
            if written is not None:
                return written
        return memoryview(data).nbytes


class _Answer(io.FileIO):
    """A file that says once that it took no more; what comes afterwards is lost."""

    lost = False

    def write(self, data: Any, /) -> Any:
        if self.lost:
            return memoryview(data).nbytes
        try:
            return super().write(data)
        except BrokenPipeError:
            self.lost = True
            raise
        except OSError as error:
            self.lost = True
            raise OutputLost(
                f"stdout: not written: {error.strerror}; the answer of this command is not whole"
            ) from error
