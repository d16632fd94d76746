"""The LUT files that a config refers to: which were read, and whether they have changed since."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

_IN_USE = 4096


class FileStamp(NamedTuple):
    """Path, time of change, size and inode of a file; equal stamps are taken for equal content."""

    path: str
    modified: int
    size: int
    node: int


def read_stamp(path: str | os.PathLike[str]) -> FileStamp:
    """Read the stamp of a file.

    Raises
    ------
    OSError
        If there is no such file.
    """
    status = os.stat(path)
    return FileStamp(os.path.abspath(path), status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(_IN_USE)
def hash_file(stamp: FileStamp) -> str:
    """Compute the sha256 of a file's content; the file is read once per stamp."""
    return hashlib.sha256(Path(stamp.path).read_bytes()).hexdigest()


def read_content(stamp: FileStamp) -> bytes:
    """Read a file; of an ``.ocioz`` archive, the config in it.

    It is empty if the file is gone, or no archive.
    """
    try:
        if not stamp.path.endswith(".ocioz"):
            return Path(stamp.path).read_bytes()
        with zipfile.ZipFile(stamp.path) as archive:
            return archive.read("config.ocio")
    except (OSError, KeyError, zipfile.BadZipFile):
        return b""


def is_unchanged(stamp: FileStamp) -> bool:
    """Whether the file still has this stamp."""
    try:
        return read_stamp(stamp.path) == stamp
    except OSError:
        return False


def list_files(processor: Any) -> tuple[FileStamp, ...]:
    """List the files on disk that a PyOpenColorIO processor was made from, sorted.

    Files inside an ``.ocioz`` archive are left out: the archive itself is the config file.
    """
    found = []
    for name in processor.getProcessorMetadata().getFiles():
        if os.path.isabs(name):
            try:
                found.append(read_stamp(name))
            except OSError:  # read a moment ago, and gone
                continue
    return tuple(sorted(set(found)))


_collected: ContextVar[set[FileStamp] | None] = ContextVar("collected", default=None)


def report_files(files: Iterable[FileStamp]) -> None:
    """Report that a transform was made from these files; :func:`collect_files` hears of it."""
    found = _collected.get()
    if found is not None:
        found.update(files)


@contextmanager
def collect_files() -> Iterator[set[FileStamp]]:
    """Collect the files of every transform that a config makes inside the ``with`` block."""
    found: set[FileStamp] = set()
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)
