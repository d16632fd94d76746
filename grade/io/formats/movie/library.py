"""PyAV, which is an extra, and its errors in the toolkit's own words."""

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


def library(path: str | Path) -> Any:
    """PyAV.

    Raises
    ------
    UnsupportedError
        If it is not installed; names the line that installs it.
    """
    try:
        import av
    except ImportError as error:
        raise UnsupportedError(f"{path}: movies need PyAV, install it by: {INSTALL}") from error
    av.logging.set_level(None)  # what matters comes as an error; the rest would mix into our talk
    return av


def opened(av: Any, path: Path) -> Any:
    """A container to read, whatever bytes its words hold."""
    major = int(str(av.__version__).partition(".")[0])
    # Before 19 a word that is not UTF-8 stops the library unless it is told otherwise.
    return av.open(str(path), **({"metadata_errors": "replace"} if major < 19 else {}))


@contextmanager
def reading(path: Path, what: str = "") -> Iterator[None]:
    """Turn the library's errors into typed ones that name the file, and `what` of it."""
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
