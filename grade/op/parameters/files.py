"""Paths as parameters: a file whose content an op reads, and a pattern of a sequence of files."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grade.op.parameters.json_schema import Schema
from grade.op.parameters.setting import ParameterError, Setting
from grade.op.plain_file import read_plain_file

DEEPEST = 8
MOST_REFERENCES = 200
_CORRECTION = re.compile(rb"<(?:\w+:)?ColorCorrectionRef\b[^>]*?\bref\s*=\s*[\"']([^\"']*)")
_DEPTH = re.compile(r"[0-9]to[0-9]", re.IGNORECASE)
_REFERENCE = re.compile(rb"<Reference\b[^>]*?\bpath\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)


class FileContent:
    """The content of a file at the time when it was given to an op.

    A later change on disk changes nothing, so that an op, its hash and its kernel agree. To take a
    changed file, make the op or load the look again.

    Attributes
    ----------
    path, data
        Where the file is, and its bytes.
    digest
        sha256 of the bytes and of the files that they refer to, and of a name that says a depth.

    Raises
    ------
    OSError
        If the file cannot be read, is no plain file, or is larger than 256 MiB.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.shown = os.fspath(path)
        self.path = Path(os.path.abspath(Path(self.shown).expanduser()))
        self.data = read_plain_file(self.path)
        self.digest = _compute_digest(self.path, self.data)

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


def _compute_digest(path: Path, data: bytes) -> str:
    found = hashlib.sha256(path.suffix.lower().encode() + b"\0")
    found.update(data)
    if path.suffix.lower() == ".lut" and _DEPTH.search(path.stem):
        found.update(path.stem.lower().encode())  # the name says the depth of the codes
    for count, part in enumerate(_read_references(path, data, DEEPEST), 1):
        if count > MOST_REFERENCES:
            raise OSError(None, f"refers to more than {MOST_REFERENCES} other files")
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def _read_references(path: Path, data: bytes, levels: int) -> Iterator[bytes]:
    """The bytes of the files that a CTF or CDL file refers to, in order, and of theirs in turn."""
    if not levels:
        return
    names = []
    if path.suffix.lower() in (".ctf", ".clf"):
        names = [os.fsdecode(name) for name in _REFERENCE.findall(data)]
    elif path.suffix.lower() == ".cdl":
        names = [os.fsdecode(name) + ".cc" for name in _CORRECTION.findall(data)]
    for name in names:
        other = path.parent / name
        try:
            part = read_plain_file(other)
        except (OSError, ValueError):  # the reader of the file reports what is missing
            continue
        yield part
        yield from _read_references(other, part, levels - 1)


class PathSetting(Setting):
    """A path. In a look file it is relative to that file, in Python to the current folder."""

    structural = True
    default = None

    def __init__(self, *, doc: str) -> None:
        self.doc = doc

    def resolve_path(self, value: Any, folder: Path) -> Any:
        """A path in a look file of ``folder``, as seen from the current folder."""
        if not isinstance(value, str) or not value or value.startswith("~"):
            return value
        return os.path.normpath(folder / value)

    def relative_path(self, value: Any, folder: Path) -> Any:
        """The path as a look file in ``folder`` writes it; None where there is none."""
        raise NotImplementedError

    def value_schema(self) -> Schema:
        return {"type": "string", "minLength": 1}


class FileName(PathSetting):
    """A file by its path; its content is part of the kernel. None while it is not given."""

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

    def relative_path(self, value: Any, folder: Path) -> Any:
        if not isinstance(value, FileContent):
            return value
        return _relative(value.path, folder)

    def summary(self) -> str:
        return "the path of a file"


class FilePattern(PathSetting):
    """Files by their pattern, such as ``mattes/lamps.####.exr``; None is the plate's own file.

    Which files they are decides no kernel.
    """

    def check(self, value: Any, owner: str) -> Any:
        if value is None:
            return None
        if not isinstance(value, str | os.PathLike) or not os.fspath(value):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes a file pattern")
        return os.fspath(value)

    def relative_path(self, value: Any, folder: Path) -> Any:
        return None if value is None else _relative(Path(value), folder)

    def summary(self) -> str:
        return "the pattern of files"


class LiteralName(Setting):
    """Whether a path is the name of a file as it stands, or a pattern; None lets the disk decide.

    It decides no kernel, as the path itself.
    """

    structural = True
    default = None

    def __init__(self, *, doc: str) -> None:
        self.doc = doc

    def check(self, value: Any, owner: str) -> Any:
        if value is not None and not isinstance(value, bool):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes true or false")
        return value

    def takes_none(self) -> bool:
        return True

    def summary(self) -> str:
        return "true | false, default: as the disk says"

    def value_schema(self) -> Schema:
        return {"type": "boolean"}


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(os.path.abspath(path), os.path.abspath(folder))).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
