"""Every error that the toolkit raises on purpose, sorted by what the caller can do about it.

The exit code tells a farm what to do: 2 needs a person, 3 and 4 need a look at the pictures, 75
means to try again. Each room derives its own errors from these four.
"""

from __future__ import annotations

from typing import Any


class GradeError(Exception):
    """Base of all errors of the toolkit. The message says what is wrong and what helps."""

    exit_code: int = 2

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what it holds: a worker's error has to reach the process that asked."""
        return _make_error, (type(self), self.args, self.__dict__)


def _make_error(kind: type[GradeError], args: tuple[Any, ...], held: dict[str, Any]) -> GradeError:
    error = kind.__new__(kind)  # not by its parameters: the message was made of them
    error.args = args
    error.__dict__.update(held)
    return error


class RequestError(GradeError):
    """The request is wrong: nothing was written, and a second try would end the same way."""

    exit_code = 2


class CheckFailed(GradeError):
    """A check ran and failed."""

    exit_code = 3


class FramesFailed(GradeError):
    """Some frames failed and would fail again; the others are written."""

    exit_code = 4


class TemporaryError(GradeError):
    """The failure may pass (disk full, device lost): the same request can be tried again."""

    exit_code = 75
