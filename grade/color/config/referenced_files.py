"""Files that transforms were read from: which they are, and whether they are still the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

_IN_USE = 4096


class FileStamp(NamedTuple):
    """What a file system says of a file; two equal ones are taken for one content."""

    path: str
    modified: int
    size: int
    node: int


def read_stamp(path: str | os.PathLike[str]) -> FileStamp:
    """The stamp of a file.

    Raises
    ------
    OSError
        If there is none.
    """
    status = os.stat(path)
    return FileStamp(os.path.abspath(path), status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(_IN_USE)
def hash_file(marked: FileStamp) -> str:
    """sha256 of what is in a file; read once per stamp."""
    return hashlib.sha256(Path(marked.path).read_bytes()).hexdigest()


def is_unchanged(marked: FileStamp) -> bool:
    """Whether the file is as it was."""
    try:
        return read_stamp(marked.path) == marked
    except OSError:
        return False


def list_files(processor: Any) -> tuple[FileStamp, ...]:
    """The files on disk that a PyOpenColorIO processor was made from, in order.

    Those inside an archive belong to the archive.
    """
    found = []
    for name in processor.getProcessorMetadata().getFiles():
        if os.path.isabs(name):
            try:
                found.append(read_stamp(name))
            except OSError:  # it was read a moment ago, and is gone
                continue
    return tuple(sorted(set(found)))


_collected: ContextVar[set[FileStamp] | None] = ContextVar("noted", default=None)


def report_files(files: Iterable[FileStamp]) -> None:
    """Say that a transform from these files was asked for."""
    found = _collected.get()
    if found is not None:
        found.update(files)


@contextmanager
def collect_files() -> Iterator[set[FileStamp]]:
    """Collects the files of every transform that is asked of a config meanwhile."""
    found: set[FileStamp] = set()
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)
