"""A job as a whole, over all hosts that work on it: from journals and claims beside its files."""

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
from grade.render.ledger.claim import STALE, ClaimOnDisk, Claims, held
from grade.render.ledger.journal import JournalEntry, JournalReader
from grade.render.ledger.process_identity import this_process

_RECENT = 64  # rows that the rate is taken from


@dataclass(frozen=True, slots=True)
class ActiveClaim:
    """A frame that somebody works on."""

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
        Frames that any job was to write; that are there as the journal says; that are not.
    failed
        Frame to why, where the latest try failed.
    claimed
        Who works on what, or did when it died.
    hosts
        Host to how many of the files that are there it wrote.
    rate, left
        Files per second of late, and seconds until all are there at that rate; None if unknown.
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
        """As plain data."""
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
        """The same for people."""
        count = len(self.wanted)
        there = f"{len(self.done)} of {count} frames are there"
        if is_movie(str(self.pattern)):
            there = f"the movie of {count} frames is {'there' if self.done else 'not there'}"
        said = [f"{self.pattern}: look {self.look}: {there}"]
        if self.rate is not None:
            left = "" if self.left is None else f", {_clock(self.left)} left"
            said[0] += f", {self.rate:.2f} frames/s{left}"
        said += [f"  by {host}: {number}" for host, number in self.hosts.items()]
        for claim in self.claimed:
            word = "left by" if claim.stale else "claimed by"
            said.append(f"  {claim.frame} {word} {claim.holder}, {_clock(claim.age)} ago")
        said += [f"  {frame} failed: {why}" for frame, why in self.failed.items()]
        if self.missing:
            said.append(f"  missing: {format_ranges(self.missing)}")
        return said


def statuses(text: str | os.PathLike[str], stale: float = STALE) -> list[Status]:
    """The status of a pattern of files, of one file, or of everything in a folder.

    Raises
    ------
    MissingError
        If there is no journal.
    """
    folder = Path(text)
    pattern = None
    if not folder.is_dir():
        pattern = Pattern.parse(text)
        folder = pattern.folder
    journals = JournalReader(folder)
    if not journals.headers:
        raise MissingError(f"{text}: there is no journal of grade in {folder}")
    patterns = [pattern] if pattern is not None else patterns_in(journals)
    return [_status(found, journals, stale) for found in patterns]


def wanted_frames(pattern: Pattern, journals: JournalReader) -> list[int]:
    """The frames that jobs were to write under a pattern, ascending; a movie is one file."""
    name = Path(str(pattern)).name
    if is_movie(name):
        return []
    found: set[int] = set()
    for header in journals.headers.values():
        if name in (header.get("outputs") or {}).values():
            try:
                found |= set(parse_ranges(str(header.get("frames", ""))))
            except RangeError:
                continue
    return sorted(found)


def files_of(pattern: Pattern, journals: JournalReader) -> list[JournalEntry]:
    """The latest row of each file of a pattern, by frame."""
    return [entry for entry in journals.entries() if pattern.match(entry.row.file) is not None]


def patterns_in(journals: JournalReader) -> list[Pattern]:
    """The patterns of files that the jobs of a folder have written there."""
    names: dict[str, None] = {}
    for header in journals.headers.values():
        names |= dict.fromkeys((header.get("outputs") or {}).values())
    # A job with several outputs names those of other folders too.
    known = [Pattern.parse(journals.folder / name) for name in names]
    return [pattern for pattern in known if files_of(pattern, journals)]


def _status(pattern: Pattern, journals: JournalReader, stale: float) -> Status:
    entries = files_of(pattern, journals)
    if is_movie(str(pattern)):
        return _status_of_movie(pattern, journals, entries, stale)
    wanted = set(wanted_frames(pattern, journals)) | {entry.row.frame for entry in entries}
    there, failed, hosts = [], {}, Counter[str]()
    for entry in entries:
        row = entry.row
        if row.status != "ok":
            failed[row.frame] = row.message
        elif _size(pattern.folder / row.file) == row.size:
            there.append(row.frame)
            hosts[str((entry.header.get("holder") or {}).get("host", "?"))] += 1
    missing = sorted(wanted - set(there) - set(failed))
    claims = Claims(this_process(), stale)
    claimed = [
        _claimed(frame, found, claims)
        for frame in sorted(wanted)
        if (found := held(pattern.path(frame))) is not None
    ]
    rate = _rate(entries)
    working = any(not claim.stale for claim in claimed)
    latest = max(entries, key=lambda entry: entry.row.at, default=None)
    header = {} if latest is None else latest.header
    return Status(
        pattern=pattern,
        look=str(header.get("look", "?")),
        wanted=sorted(wanted),
        done=there,
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
    """One file for all frames of the latest job that wrote it, or was to."""
    latest = max(entries, key=lambda entry: entry.row.at, default=None)
    header = latest.header if latest is not None else _latest_header(pattern, journals)
    try:
        wanted = sorted(set(parse_ranges(str(header.get("frames", "")))))
    except RangeError:
        wanted = [] if latest is None else [latest.row.frame]
    whole = latest is not None and _size(pattern.path(0)) == latest.row.size
    host = str((header.get("holder") or {}).get("host", "?"))
    found = held(pattern.path(0))
    claims = Claims(this_process(), stale)
    return Status(
        pattern=pattern,
        look=str(header.get("look", "?")),
        wanted=wanted,
        done=wanted if whole else [],
        missing=[] if whole else wanted,
        failed={},
        claimed=[] if found is None else [_claimed(wanted[0] if wanted else 0, found, claims)],
        hosts={host: 1} if whole else {},
        rate=None,
        left=None,
    )


def _latest_header(pattern: Pattern, journals: JournalReader) -> Mapping[str, Any]:
    """Of the latest job that was to write a file."""
    name = Path(str(pattern)).name
    mine = [h for h in journals.headers.values() if name in (h.get("outputs") or {}).values()]
    return max(mine, key=lambda header: float(header.get("started", 0)), default={})


def _claimed(frame: int, found: ClaimOnDisk, claims: Claims) -> ActiveClaim:
    now = time.time()
    holder = "somebody" if found.holder is None else str(found.holder)
    return ActiveClaim(frame, holder, max(0.0, now - found.touched), claims.is_stale(found, now))


def _rate(entries: list[JournalEntry]) -> float | None:
    """Files per second over the last rows; None where there are fewer than two."""
    times = sorted(entry.row.at for entry in entries if entry.row.status == "ok")[-_RECENT:]
    if len(times) < 2 or times[-1] <= times[0]:
        return None
    return round((len(times) - 1) / (times[-1] - times[0]), 4)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
