"""What a file is, so that it is known again: by size and time, by its content where in doubt."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from grade.io import TemporaryReadError
from grade.io.errors import read_failure
from grade.render.frame import checksum


@dataclass(frozen=True, slots=True)
class FileStat:
    """Size, time of change in nanoseconds, and number of a file: equal means not touched."""

    size: int
    changed: int
    number: int

    @classmethod
    def at(cls, path: Path) -> Self:
        """Of a file now; `OSError` passes through."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """A file that was read.

    Attributes
    ----------
    path
        Relative to the folder of the output, so that a project may be moved as a whole.
    size, changed
        Bytes, and time of change in nanoseconds.
    content
        The checksum of `grade.render.frame.checksum.of_file`.
    """

    path: str
    size: int
    changed: int
    content: str

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "path": self.path, "size": self.size, "changed": self.changed, "content": self.content,
        }  # fmt: skip

    @property
    def meaning(self) -> list[Any]:
        """What counts in a key: not the time, which a copy changes."""
        return [self.path, self.size, self.content]


class FileDigest(NamedTuple):
    """Size, time of change in nanoseconds and checksum of a file that was read."""

    size: int
    changed: int
    content: str


class ReadGuard:
    """Holds a file to be the same before and after it is read.

    Parameters
    ----------
    path
        The file, which was there when the job was planned.

    Raises
    ------
    TemporaryReadError
        If it is gone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.before = FileStat.at(path)
        except FileNotFoundError as error:
            raise _gone(path) from error
        except OSError as error:
            raise read_failure(path, error) from error

    def content(self) -> FileDigest:
        """Size, time and content, when it was read.

        Raises
        ------
        TemporaryReadError
            If it was changed meanwhile, or is gone.
        """
        try:
            content = checksum.of_file(self.path)
            after = FileStat.at(self.path)
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


def relative(path: Path, folder: Path) -> str:
    """The path as seen from a folder, with forward slashes; absolute where there is no way."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:  # another drive
        return path.absolute().as_posix()


def difference(known: Mapping[str, Any], path: Path, folder: Path) -> str:
    """How a file differs from what is known of it; empty if it is the same.

    A file with another time and the same size is read: if its content is the same, so is the file.
    """
    name = relative(path, folder)
    if known.get("path") != name:
        return f"{known.get('path')} -> {name}"
    try:
        now = FileStat.at(path)
    except OSError:
        return f"{path.name} is gone"
    if now.size != known.get("size"):
        return f"{path.name} has another size"
    if now.changed == known.get("changed"):
        return ""
    try:
        same = checksum.of_file(path) == known.get("content")
    except OSError:
        same = False
    return "" if same else f"{path.name} has another content"
