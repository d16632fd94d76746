"""Journals: what was written, by whom and from what, as JSON lines beside the frames.

Each process that writes owns one file in the folder ``.grade`` beside the output and only appends
to it; readers merge all of them. The first line, the header, says who works on what. Each other
line is the fate of one file: it is appended after the file has its name, and before its claim is
released. A last line that is torn was never written.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
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
    """Who works on what.

    Attributes
    ----------
    holder
        The process.
    grade, device
        Version, and the executor in words.
    look, look_hash, config
        The look by name, its hash, and the config it found.
    nodes
        A digest of each node's structure: which node changed is told by these.
    outputs
        Output to the name of its files, a pattern such as ``sh010.####.exr``.
    programs
        Output to the hash of its program, after the relaxed rules.
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
        """As plain data."""
        return {"journal": VERSION, **asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """The fate of one file.

    Attributes
    ----------
    frame, output, file
        The frame's number, the output of the look, the name of the file in its folder.
    status
        ``ok`` or ``failed``.
    key, parts
        The resume key and what it was made of, see `grade.render.ledger.resume_key`.
    size, changed, file_sum, pixel_sum
        Bytes of the file, its time of change in nanoseconds, and the checksums of
        `grade.render.frame.checksum`; of the pixels as a reader decodes them.
    knobs
        Every uniform at this frame, as float32 sees it.
    census, plate
        What the store lost; what was counted in the plate. See `grade.render.frame.anomalies`.
    seconds, at, device
        How long it took, when it was done (seconds since 1970), and where.
    message, temporary
        Of a failure: why, and whether it may pass.
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
        """As plain data, without what is empty."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        kept = ("frame", "output", "file", "status")
        return {name: value for name, value in found.items() if name in kept or value}


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A row and the header of the journal it stands in."""

    row: JournalRow
    header: Mapping[str, Any]


class Journal:
    """The journal of this process for one folder; the file is made with its first row.

    Parameters
    ----------
    folder
        Where the frames are written.
    header
        Its first line.
    """

    def __init__(self, folder: Path, header: JournalHeader) -> None:
        self.folder, self.header = folder, header
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._begun = False

    @property
    def path(self) -> Path:
        """The file: ``.grade/HOST-PID-STARTED.jsonl``."""
        holder = self.header.holder
        host = "".join(c if c.isalnum() or c in "._" else "_" for c in holder.host) or "host"
        return self.folder / FOLDER / f"{host}-{holder.pid}-{int(self.header.started * 1e6)}.jsonl"

    def append(self, row: JournalRow) -> None:
        """Add a row, on disk when this returns.

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
        """No row follows for now; one that does opens the file again."""
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
    while line:  # one call, but for a disk that fills up in the middle of it
        line = line[os.write(descriptor, line) :]
    os.fsync(descriptor)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row stands: rows are many, so they are read again when they are asked for."""

    journal: str
    begin: int
    length: int
    at: float
    frame: int


class JournalReader:
    """All journals of a folder, merged: the latest row of each file.

    Parameters
    ----------
    folder
        Where the frames lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.headers: dict[str, Mapping[str, Any]] = {}
        self._latest: dict[str, _Place] = {}
        self._read: dict[str, int] = {}
        self._lock = threading.Lock()
        self.refresh()

    def refresh(self) -> None:
        """Read what was appended since; a journal that cannot be read counts as not there."""
        with self._lock, suppress(OSError):
            for path in sorted((self.folder / FOLDER).glob("*.jsonl")):
                with suppress(OSError):
                    self._follow(path)

    def _follow(self, path: Path) -> None:
        begin = self._read.get(path.name, 0)
        if path.stat().st_size <= begin:
            return
        with path.open("rb") as file:
            file.seek(begin)
            for line in file:
                if not line.endswith(b"\n"):  # torn, or still being written
                    break
                self._take(path.name, begin, line)
                begin += len(line)
        self._read[path.name] = begin

    def _take(self, name: str, begin: int, line: bytes) -> None:
        data = _parsed(line)
        if data is not None and "journal" in data:
            self.headers[name] = data
        elif data is not None and (row := _row(data)) is not None:
            before = self._latest.get(row.file)
            if before is None or before.at <= row.at:
                self._latest[row.file] = _Place(name, begin, len(line), row.at, row.frame)

    def entry(self, file: str) -> JournalEntry | None:
        """The latest row of a file, by its name."""
        with self._lock:
            place = self._latest.get(file)
        return None if place is None else self._entry(place)

    def entries(self) -> Iterator[JournalEntry]:
        """The latest row of every file, by frame and name."""
        with self._lock:
            found = sorted(self._latest.items(), key=lambda item: (item[1].frame, item[0]))
        for _, place in found:
            if (entry := self._entry(place)) is not None:
                yield entry

    def _entry(self, place: _Place) -> JournalEntry | None:
        try:
            with (self.folder / FOLDER / place.journal).open("rb") as file:
                file.seek(place.begin)
                data = _parsed(file.read(place.length))
        except OSError:
            return None
        row = None if data is None else _row(data)
        return None if row is None else JournalEntry(row, self.headers.get(place.journal, {}))


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(line)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


_FIELDS = frozenset(item.name for item in fields(JournalRow))


def _row(data: dict[str, Any]) -> JournalRow | None:
    """A row from plain data, fields of later versions left out; None if it is none."""
    try:
        row = JournalRow(**{name: value for name, value in data.items() if name in _FIELDS})
    except TypeError:
        return None
    sound = isinstance(row.frame, int) and isinstance(row.file, str)
    sound = sound and isinstance(row.at, int | float) and isinstance(row.parts, dict)
    return row if sound else None
