"""The folder of compiled kernels: its files appear whole, are believed when sound, and are bounded.

Whatever is there may be removed at any time, and a folder that cannot be written is no error: then
every process compiles for itself.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from grade.settings import settings

MOST = 512 << 20
"""Bytes that one kind of file may take; the ones not used for longest go first. A process looks
after them once."""

_pruned: set[Path] = set()

_DIGEST = hashlib.sha256().digest_size


def place(kind: str, name: str) -> Path:
    """Where a file of some kind lies."""
    return settings().cache / kind / name


def write(path: Path, content: bytes) -> None:
    """Write so that another process sees the whole file or none; `OSError` passes through."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem[:16])
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def keep(path: Path, content: bytes) -> None:
    """Write a file that `kept` reads, if the folder allows it; the first time, drop old ones."""
    with suppress(OSError):
        write(path, hashlib.sha256(content).digest() + content)
        if path.parent not in _pruned:
            _pruned.add(path.parent)
            _prune(path.parent)


def kept(path: Path) -> bytes | None:
    """What was kept; None if there is nothing, or not what was written, or another user's.

    Machine code is in there: only what this user has written is believed.
    """
    try:
        if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
            return None
        data = path.read_bytes()
    except OSError:
        return None
    with suppress(OSError):  # of a folder that can only be read nothing is dropped either
        os.utime(path)
    content = data[_DIGEST:]
    return content if hashlib.sha256(content).digest() == data[:_DIGEST] else None


def _prune(folder: Path) -> None:
    with os.scandir(folder) as entries:
        files = [(entry.stat().st_mtime_ns, entry.stat().st_size, entry.path) for entry in entries]
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= MOST:
            return
        Path(path).unlink(missing_ok=True)
        total -= size
