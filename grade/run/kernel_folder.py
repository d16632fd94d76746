"""The cache folder of compiled kernels: files appear whole, are checked, and have a size limit.

Any file in it may be removed at any time. A folder that cannot be written is no error: then every
process compiles for itself.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from grade.settings import settings

MOST = 512 << 20
"""Bytes that one kind of file may take. A process checks this once and removes the least recently
used files."""

_pruned: set[Path] = set()

_DIGEST = hashlib.sha256().digest_size


def path_of(kind: str, name: str) -> Path:
    """The path of a file of a kind."""
    return settings().cache / kind / name


def write(path: Path, content: bytes) -> None:
    """Write a file so that another process sees all of it or none; may raise `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem[:16])
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def save(path: Path, content: bytes) -> None:
    """Write a file that `load` reads, if the folder can be written; prune it the first time."""
    with suppress(OSError):
        write(path, hashlib.sha256(content).digest() + content)
        if path.parent not in _pruned:
            _pruned.add(path.parent)
            _prune(path.parent)


def load(path: Path) -> bytes | None:
    """The content that was saved; None if there is none, or it is damaged, or another user's.

    It is machine code, so only the files of this user are trusted.
    """
    try:
        if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
            return None
        data = path.read_bytes()
    except OSError:
        return None
    with suppress(OSError):  # a folder that cannot be written is not pruned either
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
