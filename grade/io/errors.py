"""Errors with files, as types. Their messages name the file, the fault and the remedy."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from grade.errors import FramesFailed, GradeError, RequestError, TemporaryError

# Faults of the disk or of the moment: a later try may succeed. All others would fail again.
_TEMPORARY = {
    errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE,
    errno.EAGAIN, errno.EINTR, errno.ETIMEDOUT, errno.ENOMEM, errno.ENOTCONN,
}  # fmt: skip


class RangeError(RequestError):
    """A frame range that the grammar of `grade.io.sequence.ranges` does not know."""


class PatternError(RequestError):
    """A path that is neither one file nor one numbered sequence."""


class AmbiguousPathError(PatternError):
    """A path that is the name of a file, and matches frames that are on disk too."""


class MissingError(RequestError):
    """A file, a frame or a whole sequence that is not there."""


class LayerError(RequestError):
    """A file without the color channels that are wanted; the message lists those that it has."""


class UnsupportedError(RequestError):
    """A valid file or a setting that the toolkit does not handle: deep, subsampled, unknown."""


class FrameError(RequestError):
    """Pixels that do not fit the frame they are put into."""


class ReadError(FramesFailed):
    """A damaged file."""


class TemporaryReadError(ReadError, TemporaryError):
    """A file that could not be read now; a later try may succeed."""

    exit_code = TemporaryError.exit_code


class WriteError(GradeError):
    """A file that could not be written and would fail again (permission, no such folder)."""

    exit_code = RequestError.exit_code


class TemporaryWriteError(WriteError, TemporaryError):
    """A file that could not be written now (disk full); a later try may succeed."""

    exit_code = TemporaryError.exit_code


def read_failure(path: Path, error: OSError) -> GradeError:
    """Return the typed error for an `OSError` met while reading `path`."""
    if isinstance(error, FileNotFoundError):
        return MissingError(f"{path}: no such file")
    if isinstance(error, IsADirectoryError):
        return MissingError(f"{path}: is a folder; name a file or a pattern such as name.####.exr")
    reason = error.strerror or str(error)
    if error.errno in _TEMPORARY:
        return TemporaryReadError(f"{path}: cannot be read now: {reason}; try again")
    return MissingError(f"{path}: cannot be read: {reason}")


def write_failure(path: Path, error: OSError) -> WriteError:
    """Return the typed error for an `OSError` met while writing `path`."""
    reason = error.strerror or str(error)
    if error.errno in _TEMPORARY:
        remedy = "free some space and" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "please"
        return TemporaryWriteError(f"{path}: not written: {reason}; {remedy} try again")
    if isinstance(error, FileNotFoundError):
        return WriteError(f"{path}: not written: there is no folder {path.parent}; create it first")
    return WriteError(f"{path}: not written: {reason}")


def system_failure(error: OSError) -> GradeError:
    """Return the typed error for an `OSError` of which no more is known than what it says."""
    reason = error.strerror or str(error)
    if error.filename is not None:
        reason = f"{os.fsdecode(error.filename)}: {reason}"
    if error.errno in _TEMPORARY:
        return TemporaryError(f"{reason}; try again")
    return RequestError(reason)
