"""Claims: which process writes which file, so that many processes and hosts share one sequence.

A process claims a file by exclusive creation of the hidden ``.NAME.part`` beside it, which holds
host, boot, process number and start as JSON. A claim is stale at once if its process is known to
have ended, which can be told on the same host in the same boot. Any other claim is stale only when
nobody has touched it for a while. A process touches its claims as long as it lives, and the clock
that counts is that of the file system.

A claim is first written to a file of its own, whose name says which process wrote it; then that
file gets the name of the claim. So whatever a killed process leaves behind says whose it is. Only
on a file system without hard links a claim gets its content after its name.

A process that takes over a stale claim first claims the claim, in the same manner. So of many that
find it stale only one removes it, and nobody removes a claim that was made meanwhile.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from grade.io.errors import TemporaryWriteError, WriteError, write_failure
from grade.render.ledger.process_identity import ProcessIdentity

STALE = 15 * 60.0
"""Seconds without a touch after which the claim of another host is given up."""

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_HIDDEN = re.compile(r"\..+\.part")
_CLAIMING = re.compile(r"\..+\.([0-9a-f]{8})([0-9a-f]{8})[0-9a-f]{16}\.part")
_INSTANT = 60.0  # seconds; a claim gets its name microseconds after its creation
# Claims on claims on claims: each level needs another process killed within a few microseconds.
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that this process alone may write until it releases the claim."""

    final: Path
    path: Path
    token: str


@dataclass(frozen=True, slots=True)
class ClaimOnDisk:
    """A claim of any process, as read from disk; ``holder`` is None if that cannot be read."""

    token: str
    holder: ProcessIdentity | None
    touched: float


def claim_path(final: Path) -> Path:
    """The path of the claim of a file."""
    return final.with_name(f".{final.name}.part")


def read_claim(final: Path) -> ClaimOnDisk | None:
    """Read the claim of a file; None if nobody claims it."""
    return _read(claim_path(final))


class Claims:
    """The claims of this process.

    Parameters
    ----------
    here
        This process, from `grade.render.ledger.process_identity.this_process`.
    stale
        Seconds without a touch after which a claim is stale if nothing else tells.
    """

    def __init__(self, here: ProcessIdentity, stale: float = STALE) -> None:
        self.here, self.stale = here, stale
        # Re-entrant, because a signal handler may call `abandon`. It is held while a claim is made,
        # so that every claim on disk is known as ours when the process leaves.
        self._lock = threading.RLock()
        self._left = False
        self._ours: dict[Path, Claim] = {}

    @property
    def touch_interval(self) -> float:
        """Seconds between two touches: four are missed before others take a claim over."""
        return min(30.0, self.stale / 4)

    def take(self, final: Path) -> Claim | None:
        """Claim a file; None if another process holds it, or this one is about to end.

        Raises
        ------
        WriteError, TemporaryWriteError
            If nothing can be created in the folder.
        """
        with self._lock:
            try:
                claim = None if self._left else self._take(final, claim_path(final), 0)
            except FileNotFoundError as error:  # it was there when the job was planned
                raise TemporaryWriteError(
                    f"{final}: not written: the folder is gone; try again when it is back"
                ) from error
            except OSError as error:
                raise write_failure(final, error) from error
            if claim is not None:
                self._ours[final] = claim
            return claim

    def release(self, claim: Claim) -> None:
        """Give a claim back, whether its file was written or not."""
        _remove(claim)  # while it is known as ours, in case `abandon` runs just now
        with self._lock:
            self._ours.pop(claim.final, None)

    def touch(self) -> None:
        """Show that this process lives: set the time of every claim."""
        with self._lock:
            ours = list(self._ours.values())
        for claim in ours:
            with suppress(OSError):
                os.utime(claim.path)

    def abandon(self) -> None:
        """Remove all claims and unfinished files of this process, which ends now."""
        with self._lock:
            self._left = True
            ours = list(self._ours.values())
            self._ours.clear()
            for claim in ours:
                _remove_parts(claim.final)
                _remove(claim)
            for claim in ours:  # a writer may have opened its file once more meanwhile
                _remove_parts(claim.final)

    def sweep(self, folder: Path) -> None:
        """Remove what killed processes left in a folder: claims and unfinished files."""
        with suppress(OSError, WriteError):
            with os.scandir(folder) as entries:
                hidden = [Path(e.path) for e in entries if _HIDDEN.fullmatch(e.name)]
            for path in hidden:
                found, claiming = _read(path), _CLAIMING.fullmatch(path.name)
                patience = _INSTANT if claiming else self.stale
                if found is None:
                    continue
                empty = claiming if found.holder is None else None  # killed before it wrote it
                gone = empty and self._maker_is_gone(*empty.groups())
                if not (gone or self._is_dead(found, time.time() - patience)):
                    continue
                if claiming:
                    path.unlink(missing_ok=True)
                elif (claim := self.take(path.with_name(path.name[1:-5]))) is not None:
                    self.release(claim)

    def _is_dead(self, found: ClaimOnDisk, since: float) -> bool:
        """Whether the process of a claim is gone; a claim that names none is judged by its age."""
        if found.holder is None:
            return found.touched < since
        return found.holder.is_gone(self.here) is True

    def is_stale(self, found: ClaimOnDisk, now: float) -> bool:
        """Whether a claim may be taken over."""
        gone = None if found.holder is None else found.holder.is_gone(self.here)
        return now - found.touched > self.stale if gone is None else gone

    def _token(self) -> str:
        """A unique token that names host and process, for other processes of this host."""
        return f"{_machine_hash(self.here)}{self.here.pid:08x}{uuid.uuid4().hex[:16]}"

    def _maker_is_gone(self, machine: str, pid: str) -> bool:
        """Whether a token was made on this machine, and no process has that number now."""
        maker = replace(self.here, pid=int(pid, 16), start="")
        return machine == _machine_hash(self.here) and maker.is_gone(self.here) is True

    def _take(self, final: Path, path: Path, depth: int) -> Claim | None:
        token = self._token()
        mine = final.with_name(f".{final.name}.{token}.part")
        try:
            mine.write_text(json.dumps({**self.here.data(), "token": token}), encoding="utf-8")
            now = mine.stat().st_mtime  # by the server's clock, as the times of other claims are
            if _create(mine, path):
                return Claim(final, path, token)
            found = _read(path)
            if found is None:  # released just now
                return Claim(final, path, token) if _create(mine, path) else None
            if depth == _DEEPEST or not self.is_stale(found, now):
                return None
            turn = self._take(final, path.with_name(f"{path.name[:-5]}.taken.part"), depth + 1)
            if turn is None:
                return None
            try:
                again = _read(path)
                if again is not None:
                    if again.token != found.token or not self.is_stale(again, now):
                        return None  # somebody made a new claim meanwhile
                    _remove_parts(final)
                    path.unlink(missing_ok=True)
                return Claim(final, path, token) if _create(mine, path) else None
            finally:
                _remove(turn)
        finally:
            mine.unlink(missing_ok=True)


def _machine_hash(holder: ProcessIdentity) -> str:
    """Host, boot and namespace, within which process numbers are unique, in eight characters."""
    text = "\0".join((holder.host, holder.boot, holder.space))
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _create(mine: Path, path: Path) -> bool:
    """Give our file the name of the claim, unless it exists: content and name appear at once."""
    try:
        os.link(mine, path)
    except FileExistsError:
        # A network file system may have done it and lost the answer.
        return mine.stat().st_nlink == 2
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _create_without_links(mine, path)
    return True


def _create_without_links(mine: Path, path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return False
    try:
        os.write(descriptor, mine.read_bytes())
    finally:
        os.close(descriptor)
    return True


def _read(path: Path) -> ClaimOnDisk | None:
    try:
        text = path.read_bytes()
        touched = path.stat().st_mtime
    except FileNotFoundError:
        return None
    try:
        data = json.loads(text)
        token = str(data["token"])
    except (ValueError, KeyError, TypeError):
        return ClaimOnDisk("", None, touched)
    return ClaimOnDisk(token, ProcessIdentity.from_data(data), touched)


def _remove(claim: Claim) -> None:
    """Remove a claim if it is still ours: another process may have taken it over meanwhile."""
    with suppress(OSError):
        found = _read(claim.path)
        if found is not None and found.token == claim.token:
            claim.path.unlink()


def _remove_parts(final: Path) -> None:
    """Remove the unfinished files of an earlier holder, see `grade.io.atomic_write`."""
    unfinished = re.compile(rf"\.{re.escape(final.name)}\.\d+\.\d+\.part")
    with suppress(OSError), os.scandir(final.parent) as entries:
        for path in [Path(e.path) for e in entries if unfinished.fullmatch(e.name)]:
            with suppress(OSError):
                path.unlink()
