"""How far a job is, over all hosts that work on it: read from its journals and claims."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grade.io import MissingError, Pattern, RangeError, format_ranges, parse_ranges
from grade.io.formats.movie import is_movie
from grade.io.sequence.named_files import named_files
from grade.render.ledger.claim import STALE, ClaimOnDisk, Claims, read_claim
from grade.render.ledger.journal_reader import JournalEntry, JournalReader
from grade.render.ledger.process_identity import this_process

_RECENT = 64  # rows that the rate is computed from


@dataclass(frozen=True, slots=True)
class ActiveClaim:
    """A claim on a frame of the job.

    Attributes
    ----------
    frame, holder
        The frame, and the process that claims it.
    age
        Seconds since the process touched it.
    stale
        Whether the process is gone, or counts as gone.
    """

    frame: int
    holder: str
    age: float
    stale: bool


@dataclass(frozen=True, slots=True)
class Status:
    """How far the files of one pattern are.

    Attributes
    ----------
    pattern, look
        The files, and the look that made the latest of them.
    wanted, done, missing
        The frames that any job was to write; those whose files exist as the journal says; those
        whose files do not.
    failed
        Why a frame failed, if its latest try did.
    claimed
        The claims on frames, also those of processes that have ended.
    hosts
        How many of the existing files each host wrote.
    rate, left
        Files per second in the recent past, and the seconds left at that rate; None if unknown.
    """

    pattern: Pattern
    look: str
    wanted: list[int]
    done: list[int]
    missing: list[int]
    failed: Mapping[int, str]
    claimed: list[ActiveClaim]
    hosts: Mapping[str, int]
    rate: float | None
    left: float | None

    def data(self) -> dict[str, Any]:
        """The status as plain data."""
        return {
            "files": str(self.pattern),
            "look": self.look,
            "wanted": format_ranges(self.wanted),
            "done": len(self.done),
            "missing": format_ranges(self.missing),
            "failed": {str(frame): why for frame, why in self.failed.items()},
            "claimed": [
                {"frame": c.frame, "by": c.holder, "age": round(c.age, 1), "stale": c.stale}
                for c in self.claimed
            ],
            "hosts": dict(self.hosts),
            "rate": self.rate,
            "seconds_left": self.left,
        }

    def lines(self) -> list[str]:
        """The status as lines of text."""
        count = len(self.wanted)
        done = f"{len(self.done)} of {count} frames are there"
        if is_movie(str(self.pattern)):
            done = f"the movie of {count} frames is {'there' if self.done else 'not there'}"
        lines = [f"{self.pattern}: look {self.look}: {done}"]
        if self.rate is not None:
            left = "" if self.left is None else f", {_format_seconds(self.left)} left"
            lines[0] += f", {self.rate:.2f} frames/s{left}"
        lines += [f"  by {host}: {number}" for host, number in self.hosts.items()]
        for claim in self.claimed:
            word = "left by" if claim.stale else "claimed by"
            lines.append(f"  {claim.frame} {word} {claim.holder}, {_format_seconds(claim.age)} ago")
        lines += [f"  {frame} failed: {why}" for frame, why in self.failed.items()]
        if self.missing:
            lines.append(f"  missing: {format_ranges(self.missing)}")
        return lines


def read_statuses(
    text: str | os.PathLike[str], stale: float = STALE, literal: bool | None = None
) -> list[Status]:
    """Read the status of a pattern of files, of one file, or of everything in a folder.

    Parameters
    ----------
    text
        The pattern, the file or the folder.
    stale
        Seconds without a touch after which the claim of another host is given up.
    literal
        Whether the text is the name of a file as it stands, see `grade.io.sequence.named_files`.

    Raises
    ------
    MissingError
        If there is no journal.
    """
    folder = Path(text)
    pattern = None
    if not folder.is_dir():
        pattern = named_files(text, literal)
        folder = pattern.folder
    journals = JournalReader(folder)
    if not journals.headers:
        raise MissingError(f"{text}: there is no journal of grade in {folder}")
    patterns = [pattern] if pattern is not None else journals.patterns()
    return [_status(found, journals, stale) for found in patterns]


def _status(pattern: Pattern, journals: JournalReader, stale: float) -> Status:
    entries = journals.entries_of(pattern)
    if is_movie(str(pattern)):
        return _status_of_movie(pattern, journals, entries, stale)
    wanted = set(journals.requested_frames(pattern)) | {entry.row.frame for entry in entries}
    done, failed, hosts = [], {}, Counter[str]()
    for entry in entries:
        row = entry.row
        if row.status != "ok":
            failed[row.frame] = row.message
        elif _file_size(pattern.folder / row.file) == row.size:
            done.append(row.frame)
            hosts[str((entry.header.get("holder") or {}).get("host", "?"))] += 1
    missing = sorted(wanted - set(done) - set(failed))
    claims = Claims(this_process(), stale)
    claimed = [
        _active_claim(frame, found, claims)
        for frame in sorted(wanted)
        if (found := read_claim(pattern.path(frame))) is not None
    ]
    rate = _rate(entries)
    working = any(not claim.stale for claim in claimed)
    latest = max(entries, key=lambda entry: entry.row.at, default=None)
    header = {} if latest is None else latest.header
    return Status(
        pattern=pattern,
        look=str(header.get("look", "?")),
        wanted=sorted(wanted),
        done=done,
        missing=missing,
        failed=failed,
        claimed=claimed,
        hosts=dict(hosts),
        rate=rate,
        left=len(missing) / rate if rate and working else None,
    )


def _status_of_movie(
    pattern: Pattern, journals: JournalReader, entries: list[JournalEntry], stale: float
) -> Status:
    """The status of a movie: one file for all frames of the latest job that was to write it."""
    latest = max(entries, key=lambda entry: entry.row.at, default=None)
    header = latest.header if latest is not None else _latest_header(pattern, journals)
    try:
        wanted = sorted(set(parse_ranges(str(header.get("frames", "")))))
    except RangeError:
        wanted = [] if latest is None else [latest.row.frame]
    whole = latest is not None and _file_size(pattern.path(0)) == latest.row.size
    host = str((header.get("holder") or {}).get("host", "?"))
    found = read_claim(pattern.path(0))
    claims = Claims(this_process(), stale)
    return Status(
        pattern=pattern,
        look=str(header.get("look", "?")),
        wanted=wanted,
        done=wanted if whole else [],
        missing=[] if whole else wanted,
        failed={},
        claimed=[] if found is None else [_active_claim((wanted or [0])[0], found, claims)],
        hosts={host: 1} if whole else {},
        rate=None,
        left=None,
    )


def _latest_header(pattern: Pattern, journals: JournalReader) -> Mapping[str, Any]:
    """The header of the latest job that was to write a movie."""
    headers = journals.headers_of(pattern)
    return max(headers, key=lambda header: float(header.get("started", 0)), default={})


def _active_claim(frame: int, found: ClaimOnDisk, claims: Claims) -> ActiveClaim:
    now = time.time()
    holder = "another process" if found.holder is None else str(found.holder)
    return ActiveClaim(frame, holder, max(0.0, now - found.touched), claims.is_stale(found, now))


def _rate(entries: list[JournalEntry]) -> float | None:
    """Files per second over the last rows; None if there are fewer than two."""
    times = sorted(entry.row.at for entry in entries if entry.row.status == "ok")[-_RECENT:]
    if len(times) < 2 or times[-1] <= times[0]:
        return None
    return round((len(times) - 1) / (times[-1] - times[0]), 4)


def _file_size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _format_seconds(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
