"""Journals: what was written, by which process and from what, as JSON lines beside the frames.

Each process that writes frames owns one journal in the folder ``.grade`` beside them, and only
appends to it; readers merge all journals (`grade.render.ledger.journal_reader`). The first line is
the header: it says which process works on which job. Each further line is the result of one file.
It is appended after the file has its final name and before its claim is released. A torn last line
counts as never written.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self

from grade.io.errors import write_failure
from grade.render.ledger.process_identity import ProcessIdentity

FOLDER = ".grade"
VERSION = 1

RowStatus = Literal["ok", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalHeader:
    """The first line of a journal: a process and its job. Field names are those of the file.

    Attributes
    ----------
    holder
        The process.
    grade, device
        The version of grade, and the executor in words.
    look, look_hash, config
        The name of the look, its hash, and the name of its OpenColorIO config.
    nodes
        A digest of each node's structure; by these a later run tells which node changed.
    outputs
        The name of the files of each output, a pattern such as ``sh010.####.exr``.
    programs
        The hash of each output's program, after the relaxed rules.
    frames
        The frames of the job, as ranges.
    started
        Seconds since 1970.
    """

    holder: ProcessIdentity
    grade: str
    device: str
    look: str
    look_hash: str
    config: str
    nodes: Mapping[str, str]
    outputs: Mapping[str, str]
    programs: Mapping[str, str]
    frames: str
    started: float = field(default_factory=time.time)

    def data(self) -> dict[str, Any]:
        """The header as plain data."""
        return {"journal": VERSION, **asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """The result of one file. Field names are those of the journal.

    Attributes
    ----------
    frame, output, file
        The frame's number, the output of the look, the name of the file in its folder.
    status
        ``ok`` or ``failed``.
    key, parts
        The resume key and what it was made of, see `grade.render.ledger.resume_key`.
    size, changed, file_sum, pixel_sum
        Bytes of the file, its modification time in nanoseconds, and the checksums of its bytes and
        of its decoded pixels.
    knobs
        Every uniform at this frame, rounded to float32.
    census, plate
        NaN, Inf and clipped values of the output and of the plate, see
        `grade.render.frame.anomalies`.
    seconds, at, device
        How long it took, when it was done (seconds since 1970), and on which device.
    message, temporary
        Why it failed, and whether the failure may pass.
    """

    frame: int
    output: str
    file: str
    status: RowStatus = "ok"
    key: str = ""
    parts: Mapping[str, Any] = field(default_factory=dict)
    size: int = 0
    changed: int = 0
    file_sum: str = ""
    pixel_sum: str = ""
    knobs: Mapping[str, float] = field(default_factory=dict)
    census: Mapping[str, Any] = field(default_factory=dict)
    plate: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    at: float = field(default_factory=time.time)
    device: str = ""
    message: str = ""
    temporary: bool = False

    def data(self) -> dict[str, Any]:
        """The row as plain data, without empty fields."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        kept = ("frame", "output", "file", "status")
        return {name: value for name, value in found.items() if name in kept or value}


class Journal:
    """The journal of this process for one folder; its file is created with the first row.

    Parameters
    ----------
    folder
        The folder of the frames.
    header
        The first line.
    """

    def __init__(self, folder: Path, header: JournalHeader) -> None:
        self.folder, self.header = folder, header
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._begun = False

    @property
    def path(self) -> Path:
        """The path of the journal: ``.grade/HOST-PID-STARTED.jsonl``."""
        holder = self.header.holder
        host = "".join(c if c.isalnum() or c in "._" else "_" for c in holder.host) or "host"
        return self.folder / FOLDER / f"{host}-{holder.pid}-{int(self.header.started * 1e6)}.jsonl"

    def append(self, row: JournalRow) -> None:
        """Append a row; it is on disk when this returns.

        Raises
        ------
        WriteError, TemporaryWriteError
            If it cannot be written.
        """
        with self._lock:
            try:
                if self._descriptor is None:
                    self._descriptor = self._open()
                _write(self._descriptor, row.data())
            except OSError as error:
                raise write_failure(self.path, error) from error

    def _open(self) -> int:
        self.path.parent.mkdir(exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND
        if self._begun:
            return os.open(self.path, flags)
        descriptor = os.open(self.path, flags | os.O_CREAT | os.O_EXCL, 0o666)
        _write(descriptor, self.header.data())
        self._begun = True
        return descriptor

    def close(self) -> None:
        """Close the file; the next row opens it again."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _write(descriptor: int, data: Mapping[str, Any]) -> None:
    line = json.dumps(data, separators=(",", ":")).encode() + b"\n"
    while line:  # more than once only if the disk fills up meanwhile
        line = line[os.write(descriptor, line) :]
    os.fsync(descriptor)
