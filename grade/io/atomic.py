"""Files that appear whole or not at all."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grade.fork import call_after_fork
from grade.io.errors import write_failure

_serial = itertools.count(1)
_creating = threading.RLock()  # held while a file is created


def _reopen() -> None:
    global _creating
    _creating = threading.RLock()


call_after_fork(_reopen)


def stop_new_files() -> None:
    """Keep all other threads from creating a file: for a process that is about to end."""
    _creating.acquire()


@contextmanager
def atomic_write(path: str | os.PathLike[str], *, sync: bool = True) -> Iterator[Path]:
    """Create a hidden file to write; move it to `path` when the block ends without an error.

    The file lies in the folder of `path` as `.NAME.PID.N.part`. That is the same disk, so the move
    is atomic, and no scan takes the suffix for a picture. The file exists, empty, when the block
    starts. On any error, Ctrl-C too, it is removed, and `path` is as it was.

    Parameters
    ----------
    path
        The final name; a file there is replaced.
    sync
        Wait until file and folder are on the disk. Without it a power cut may leave an empty file
        under the final name.

    Raises
    ------
    WriteError
        No permission, no such folder, a folder in the way: it would fail again (exit code 2).
    TemporaryWriteError
        Disk full or gone: a later try may succeed (exit code 75).
    """
    final = Path(path)
    part = _create(final)
    try:
        yield part
        if sync:
            _sync(part, os.O_RDWR)  # Windows flushes only what is open for writing
        os.replace(part, final)
    except BaseException as error:
        with suppress(OSError):
            part.unlink()
        if isinstance(error, OSError):
            raise write_failure(final, error) from error
        raise
    if sync and os.name != "nt":  # Windows cannot open a folder, and needs no sync of it
        with suppress(OSError):  # the file is in place; some network mounts refuse this
            _sync(final.parent, os.O_RDONLY)


def _create(final: Path) -> Path:
    """Create a hidden, empty file; names may be taken, as containers share process numbers."""
    while True:
        part = final.with_name(f".{final.name}.{os.getpid()}.{next(_serial)}.part")
        try:
            with _creating:
                os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            continue
        except OSError as error:
            raise write_failure(final, error) from error
        return part


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
