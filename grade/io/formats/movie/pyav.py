"""PyAV, which is an extra: its import, files opened for reading, and its errors as typed ones."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grade.errors import GradeError
from grade.io.errors import (
    MissingError,
    ReadError,
    TemporaryReadError,
    UnsupportedError,
    read_failure,
)

INSTALL = "python -m pip install 'grade-toolkit[movie]'"


def import_pyav(path: str | Path) -> Any:
    """Import PyAV, for the file at `path`.

    Raises
    ------
    UnsupportedError
        It is not installed; the message has the command that installs it.
    """
    try:
        import av
    except ImportError as error:
        raise UnsupportedError(f"{path}: movies need PyAV, install it by: {INSTALL}") from error
    av.logging.set_level(None)  # faults are raised as errors; the rest would go to stderr
    return av


def open_container(av: Any, path: Path) -> Any:
    """Open a file for reading, even if texts in it are not UTF-8."""
    major = int(str(av.__version__).partition(".")[0])
    # Before 19, PyAV raises for a text that is not UTF-8 unless it is told otherwise.
    return av.open(str(path), **({"metadata_errors": "replace"} if major < 19 else {}))


@contextmanager
def typed_read_errors(path: Path, what: str = "") -> Iterator[None]:
    """Turn errors of PyAV into typed ones that name the file and the part of it, `what`."""
    named = f"{path}: {what}: " if what else f"{path}: "
    try:
        yield
    except GradeError:
        raise
    except MemoryError as error:
        raise ReadError(f"{named}damaged: it asks for more memory than there is") from error
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ERANGE, errno.EDOM, None):
            raise ReadError(f"{named}damaged or no movie: {error.strerror or error}") from error
        failure = read_failure(path, error)
        if isinstance(failure, TemporaryReadError | MissingError):
            raise failure from error
        raise
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "av" and not isinstance(
            error, ValueError | OverflowError | IndexError
        ):
            raise
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise ReadError(f"{named}damaged or no movie: {reason}") from error
