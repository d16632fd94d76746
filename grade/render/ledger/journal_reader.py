"""Reads all journals of a folder, merged: the latest row of each file wins."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from grade.io import Pattern, RangeError, parse_ranges
from grade.io.formats.movie import is_movie
from grade.io.sequence.named_files import journaled_pattern
from grade.render.ledger.journal import FOLDER, JournalRow


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A row, and the header of the journal that has it."""

    row: JournalRow
    header: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a row is found. Rows are many, so they are read again when they are needed."""

    journal: str
    begin: int
    length: int
    at: float
    frame: int


class JournalReader:
    """All journals of a folder, merged.

    Parameters
    ----------
    folder
        The folder of the frames.

    Attributes
    ----------
    headers
        The header of each journal, by the name of its file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.headers: dict[str, Mapping[str, Any]] = {}
        self._latest: dict[str, _Position] = {}
        self._read: dict[str, int] = {}
        self._lock = threading.Lock()
        self.refresh()

    def refresh(self) -> None:
        """Read what was appended since the last call; a journal that cannot be read is ignored."""
        with self._lock, suppress(OSError):
            for path in sorted((self.folder / FOLDER).glob("*.jsonl")):
                with suppress(OSError):
                    self._read_new_lines(path)

    def _read_new_lines(self, path: Path) -> None:
        begin = self._read.get(path.name, 0)
        if path.stat().st_size <= begin:
            return
        with path.open("rb") as file:
            file.seek(begin)
            for line in file:
                if not line.endswith(b"\n"):  # torn, or still being written
                    break
                self._index(path.name, begin, line)
                begin += len(line)
        self._read[path.name] = begin

    def _index(self, name: str, begin: int, line: bytes) -> None:
        data = _parse_line(line)
        if data is not None and "journal" in data:
            self.headers[name] = data
        elif data is not None and (row := _row_from(data)) is not None:
            before = self._latest.get(row.file)
            if before is None or before.at <= row.at:
                self._latest[row.file] = _Position(name, begin, len(line), row.at, row.frame)

    def entry(self, file: str) -> JournalEntry | None:
        """The latest row of a file, by its name; None if no journal has one."""
        with self._lock:
            position = self._latest.get(file)
        return None if position is None else self._entry(position)

    def entries(self) -> Iterator[JournalEntry]:
        """The latest row of every file, by frame and name."""
        with self._lock:
            found = sorted(self._latest.items(), key=lambda item: (item[1].frame, item[0]))
        for _, position in found:
            if (entry := self._entry(position)) is not None:
                yield entry

    def entries_of(self, pattern: Pattern) -> list[JournalEntry]:
        """The latest row of each file of a pattern, by frame."""
        return [entry for entry in self.entries() if pattern.match(entry.row.file) is not None]

    def requested_frames(self, pattern: Pattern) -> list[int]:
        """The frames that jobs were to write under a pattern, ascending; none for a movie."""
        name = Path(str(pattern)).name
        if is_movie(name):
            return []
        found: set[int] = set()
        for header in self.headers_of(pattern):
            try:
                found |= set(parse_ranges(str(header.get("frames", ""))))
            except RangeError:
                continue
        return sorted(found)

    def headers_of(self, pattern: Pattern) -> list[Mapping[str, Any]]:
        """The headers of the jobs that were to write files of a pattern."""
        name = Path(str(pattern)).name
        return [h for h in self.headers.values() if name in (h.get("outputs") or {}).values()]

    def patterns(self) -> list[Pattern]:
        """The patterns of the files that jobs have written in the folder."""
        names: dict[str, None] = {}
        for header in self.headers.values():
            names |= dict.fromkeys((header.get("outputs") or {}).values())
        # The header of a job with several outputs also names those in other folders.
        known = [journaled_pattern(self.folder, name, name in self._latest) for name in names]
        return [pattern for pattern in known if self.entries_of(pattern)]

    def _entry(self, position: _Position) -> JournalEntry | None:
        try:
            with (self.folder / FOLDER / position.journal).open("rb") as file:
                file.seek(position.begin)
                data = _parse_line(file.read(position.length))
        except OSError:
            return None
        row = None if data is None else _row_from(data)
        return None if row is None else JournalEntry(row, self.headers.get(position.journal, {}))


def _parse_line(line: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(line)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


_FIELDS = frozenset(item.name for item in fields(JournalRow))


def _row_from(data: dict[str, Any]) -> JournalRow | None:
    """A row from plain data without fields of later versions; None if it is of another form."""
    try:
        row = JournalRow(**{name: value for name, value in data.items() if name in _FIELDS})
    except TypeError:
        return None
    sound = isinstance(row.frame, int) and isinstance(row.file, str)
    sound = sound and isinstance(row.at, int | float) and isinstance(row.parts, dict)
    return row if sound else None
