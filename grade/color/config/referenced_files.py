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


class Stamp(NamedTuple):
    """What a file system says of a file; two equal ones are taken for one content."""

    path: str
    modified: int
    size: int
    node: int


def stamp(path: str | os.PathLike[str]) -> Stamp:
    """The stamp of a file.

    Raises
    ------
    OSError
        If there is none.
    """
    status = os.stat(path)
    return Stamp(os.path.abspath(path), status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(_IN_USE)
def digest(marked: Stamp) -> str:
    """sha256 of what is in a file; read once per stamp."""
    return hashlib.sha256(Path(marked.path).read_bytes()).hexdigest()


def same(marked: Stamp) -> bool:
    """Whether the file is as it was."""
    try:
        return stamp(marked.path) == marked
    except OSError:
        return False


def files_of(processor: Any) -> tuple[Stamp, ...]:
    """The files on disk that a PyOpenColorIO processor was made from, in order.

    Those inside an archive belong to the archive.
    """
    found = []
    for name in processor.getProcessorMetadata().getFiles():
        if os.path.isabs(name):
            try:
                found.append(stamp(name))
            except OSError:  # it was read a moment ago, and is gone
                continue
    return tuple(sorted(set(found)))


_noted: ContextVar[set[Stamp] | None] = ContextVar("noted", default=None)


def note(files: Iterable[Stamp]) -> None:
    """Say that a transform from these files was asked for."""
    found = _noted.get()
    if found is not None:
        found.update(files)


@contextmanager
def noted() -> Iterator[set[Stamp]]:
    """Collects the files of every transform that is asked of a config meanwhile."""
    found: set[Stamp] = set()
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)
