"""Whether a file is still the same: by size and modification time, in doubt by its content."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from grade.io import TemporaryReadError
from grade.io.errors import read_failure
from grade.render.frame.checksum import hash_file


@dataclass(frozen=True, slots=True)
class FileStat:
    """Size, modification time and inode of a file; equal if nobody touched the file.

    Attributes
    ----------
    size
        Bytes.
    changed
        The modification time, in nanoseconds.
    inode
        The number of the file in its file system.
    """

    size: int
    changed: int
    inode: int

    @classmethod
    def read(cls, path: Path) -> Self:
        """The state of a file now.

        Raises
        ------
        OSError
            If it is not there.
        """
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """A file that an output was made from.

    Attributes
    ----------
    path
        The path relative to the folder of the output, so that a project may be moved as a whole.
    size, changed
        Bytes, and modification time in nanoseconds.
    content
        The checksum of its bytes.
    """

    path: str
    size: int
    changed: int
    content: str

    def data(self) -> dict[str, Any]:
        """The identity as plain data."""
        return {
            "path": self.path, "size": self.size, "changed": self.changed, "content": self.content,
        }  # fmt: skip

    @property
    def meaning(self) -> list[Any]:
        """What counts in a resume key: not the time, which a copy changes."""
        return [self.path, self.size, self.content]


class FileDigest(NamedTuple):
    """Size, modification time in nanoseconds and checksum of a file that was read."""

    size: int
    changed: int
    content: str


class ReadGuard:
    """Checks that a file does not change while it is read.

    Parameters
    ----------
    path
        The file, which existed when the job was planned.

    Raises
    ------
    TemporaryReadError
        If it is gone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.before = FileStat.read(path)
        except FileNotFoundError as error:
            raise _gone(path) from error
        except OSError as error:
            raise read_failure(path, error) from error

    def digest(self) -> FileDigest:
        """Size, time and checksum of the file, after it was read.

        Raises
        ------
        TemporaryReadError
            If it changed meanwhile, or is gone.
        """
        try:
            content = hash_file(self.path)
            after = FileStat.read(self.path)
        except FileNotFoundError as error:
            raise _gone(self.path) from error
        except OSError as error:
            raise read_failure(self.path, error) from error
        if after != self.before:
            raise TemporaryReadError(
                f"{self.path}: changed while it was read; is it still being written? try again"
            )
        return FileDigest(after.size, after.changed, content)


def _gone(path: Path) -> TemporaryReadError:
    return TemporaryReadError(f"{path}: gone since the job began; try again when it is back")


def relative_path(path: Path, folder: Path) -> str:
    """The path relative to a folder, with forward slashes; absolute if there is no such path."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:  # another drive
        return path.absolute().as_posix()


def describe_change(known: Mapping[str, Any], path: Path, folder: Path) -> str:
    """How a file differs from its identity in a journal; empty if it is the same.

    A file with the same size and another time is read, and its content decides.
    """
    name = relative_path(path, folder)
    if known.get("path") != name:
        return f"{known.get('path')} -> {name}"
    try:
        now = FileStat.read(path)
    except OSError:
        return f"{path.name} is gone"
    if now.size != known.get("size"):
        return f"{path.name} has another size"
    if now.changed == known.get("changed"):
        return ""
    try:
        same = hash_file(path) == known.get("content")
    except OSError:
        same = False
    return "" if same else f"{path.name} has another content"
