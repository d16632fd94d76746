"""Declarations of files that an op reads: their content is structure, part of the kernel."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grade.op.parameters.plain import plain_bytes
from grade.op.parameters.scalar import ParameterError, Setting

DEEPEST = 8
MOST_REFERENCES = 200
_REFERENCE = re.compile(rb"<Reference\b[^>]*?\bpath\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)


class FileContent:
    """A file as it was when an op was given it.

    What is on disk later changes nothing: an op, its hash and its kernel stay of one piece. To take
    a changed file, make the op (or load the look) again.

    Parameters
    ----------
    path
        Where it is.

    Attributes
    ----------
    data, digest
        What is in it, and sha256 of that and of the files that it refers to.

    Raises
    ------
    OSError
        If it cannot be read, is no plain file, or is larger than 256 MiB.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.shown = os.fspath(path)
        self.path = Path(os.path.abspath(Path(self.shown).expanduser()))
        self.data = plain_bytes(self.path)
        self.digest = _digest(self.path, self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileContent) and (
            (self.path, self.digest) == (other.path, other.digest)
        )

    def __hash__(self) -> int:
        return hash((self.path, self.digest))

    def __str__(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        return repr(self.shown)


def _digest(path: Path, data: bytes) -> str:
    found = hashlib.sha256(path.suffix.lower().encode() + b"\0")
    found.update(data)
    for count, part in enumerate(_referenced(path, data, DEEPEST), 1):
        if count > MOST_REFERENCES:
            raise OSError(None, f"takes in more than {MOST_REFERENCES} other files")
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def _referenced(path: Path, data: bytes, levels: int) -> Iterator[bytes]:
    """The files that a CTF file takes in, in order, and what those take in."""
    if path.suffix.lower() not in (".ctf", ".clf") or not levels:
        return
    for name in _REFERENCE.findall(data):
        other = path.parent / os.fsdecode(name)
        try:
            part = plain_bytes(other)
        except (OSError, ValueError):  # the reader says what is missing
            continue
        yield part
        yield from _referenced(other, part, levels - 1)


class FileName(Setting):
    """A file, by its path. None while it is not given.

    In a look file a path is relative to that file; in Python to the current folder.
    """

    structural = True
    default = None

    def __init__(self, *, doc: str) -> None:
        self.doc = doc

    def check(self, value: Any, owner: str) -> Any:
        if value is None or isinstance(value, FileContent):
            return value
        if not isinstance(value, str | os.PathLike) or not os.fspath(value):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes the path of a file")
        try:
            return FileContent(value)
        except OSError as error:
            reason = "there is no such file" if isinstance(error, FileNotFoundError) else None
            reason = reason or error.strerror or str(error)
        except (ValueError, RuntimeError) as error:  # a zero byte; no such user
            reason = str(error)
        raise ParameterError(f"{owner}.{self.name} = {os.fspath(value)!r}: {reason}")

    def within(self, value: Any, folder: Path) -> Any:
        """A path of a look file, as seen from here."""
        if not isinstance(value, str) or not value or value.startswith("~"):
            return value
        return os.path.normpath(folder / value)

    def stated(self, value: Any, folder: Path) -> Any:
        """A file as a look file in ``folder`` states it."""
        if not isinstance(value, FileContent):
            return value
        try:
            return Path(os.path.relpath(value.path, os.path.abspath(folder))).as_posix()
        except ValueError:  # another drive
            return value.path.as_posix()

    def summary(self) -> str:
        return "the path of a file"
