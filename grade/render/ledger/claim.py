"""Claims: who writes which file, so that many processes and hosts may share one sequence.

A file is claimed by exclusive creation of the hidden ``.NAME.part`` beside it, which says host,
boot, process and start as JSON. A claim of a process that is gone is stale at once where that can
be told: same host, same boot. Any other is stale only when it was not touched for a while; a
holder touches its claims as long as it lives, and the clock is that of the file system.

A claim is written under a name of its own, which says whose it is, and is then given the name of
the claim; so a process killed at any moment leaves nothing that does not tell. Only a file system
without links has claims whose content comes after their name.

Who takes over a stale claim first claims the claim, in the same manner; so of many that find it
stale one removes it, and never one that was made anew meanwhile.
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
from grade.render.ledger.host import Holder

STALE = 15 * 60.0
"""Seconds without a touch after which a claim of another host counts no more."""

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_HIDDEN = re.compile(r"\..+\.part")
_CLAIMING = re.compile(r"\..+\.([0-9a-f]{8})([0-9a-f]{8})[0-9a-f]{16}\.part")
_INSTANT = 60.0  # seconds; between the creation of a claim and its name lie microseconds
_DEEPEST = (
    4  # a claim on a claim on a claim: each level takes a process killed in a few microseconds
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is ours to write until it is released."""

    final: Path
    path: Path
    token: str


@dataclass(frozen=True, slots=True)
class Held:
    """A claim as it lies on disk; ``holder`` is None if it cannot be read."""

    token: str
    holder: Holder | None
    touched: float


def claim_path(final: Path) -> Path:
    """Where the claim of a file lies."""
    return final.with_name(f".{final.name}.part")


def held(final: Path) -> Held | None:
    """The claim of a file, or None."""
    return _read(claim_path(final))


class Claims:
    """The claims of this process.

    Parameters
    ----------
    here
        Who claims, from `grade.render.ledger.host.this_process`.
    stale
        Seconds without a touch after which a claim that cannot be judged otherwise is stale.
    """

    def __init__(self, here: Holder, stale: float = STALE) -> None:
        self.here, self.stale = here, stale
        # Re-entrant, for a signal handler abandons; held while a claim is made, so that none comes
        # to be that is not known as ours when we leave.
        self._lock = threading.RLock()
        self._left = False
        self._ours: dict[Path, Claim] = {}

    @property
    def beat(self) -> float:
        """Seconds between two touches: four are missed before anybody gives us up."""
        return min(30.0, self.stale / 4)

    def take(self, final: Path) -> Claim | None:
        """Claim a file; None if somebody else holds it, or this process is leaving.

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
        """Give a file up, written or not."""
        _remove(claim)  # while it is still known as ours, in case we leave just now
        with self._lock:
            self._ours.pop(claim.final, None)

    def touch(self) -> None:
        """Show that we live."""
        with self._lock:
            ours = list(self._ours.values())
        for claim in ours:
            with suppress(OSError):
                os.utime(claim.path)

    def abandon(self) -> None:
        """Remove every unfinished file and every claim of this process; for who leaves now."""
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
        """Clear away what killed processes left in a folder: claims, and what they had begun."""
        with suppress(OSError, WriteError):
            with os.scandir(folder) as entries:
                hidden = [Path(e.path) for e in entries if _HIDDEN.fullmatch(e.name)]
            for path in hidden:
                found, claiming = _read(path), _CLAIMING.fullmatch(path.name)
                patience = _INSTANT if claiming else self.stale
                if found is None:
                    continue
                unnamed = claiming if found.holder is None else None  # killed before it wrote it
                gone = unnamed and self._maker_is_gone(*unnamed.groups())
                if not (gone or self._is_dead(found, time.time() - patience)):
                    continue
                if claiming:
                    path.unlink(missing_ok=True)
                elif (claim := self.take(path.with_name(path.name[1:-5]))) is not None:
                    self.release(claim)

    def _is_dead(self, found: Held, since: float) -> bool:
        """Whether its process is known to be gone; what does not say whose it is has its age."""
        if found.holder is None:
            return found.touched < since
        return found.holder.is_gone(self.here) is True

    def is_stale(self, found: Held, now: float) -> bool:
        """Whether a claim counts no more."""
        gone = None if found.holder is None else found.holder.is_gone(self.here)
        return now - found.touched > self.stale if gone is None else gone

    def _token(self) -> str:
        """Unique, and tells those of our machine which process made it."""
        return f"{_place(self.here)}{self.here.pid:08x}{uuid.uuid4().hex[:16]}"

    def _maker_is_gone(self, place: str, pid: str) -> bool:
        """Whether a token was made on this machine, and no process has that number now."""
        maker = replace(self.here, pid=int(pid, 16), start="")
        return place == _place(self.here) and maker.is_gone(self.here) is True

    def _take(self, final: Path, path: Path, depth: int) -> Claim | None:
        token = self._token()
        mine = final.with_name(f".{final.name}.{token}.part")
        try:
            mine.write_text(json.dumps({**self.here.data(), "token": token}), encoding="utf-8")
            now = mine.stat().st_mtime  # of the server's clock, as that of the other claims
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
                        return None  # made anew meanwhile
                    _remove_parts(final)
                    path.unlink(missing_ok=True)
                return Claim(final, path, token) if _create(mine, path) else None
            finally:
                _remove(turn)
        finally:
            mine.unlink(missing_ok=True)


def _place(holder: Holder) -> str:
    """Where a process number means something, in eight characters."""
    text = "\0".join((holder.host, holder.boot, holder.space))
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _create(mine: Path, path: Path) -> bool:
    """Give our file the name of the claim, unless it is taken; content and name come at once."""
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


def _read(path: Path) -> Held | None:
    try:
        text = path.read_bytes()
        touched = path.stat().st_mtime
    except FileNotFoundError:
        return None
    try:
        data = json.loads(text)
        token = str(data["token"])
    except (ValueError, KeyError, TypeError):
        return Held("", None, touched)
    return Held(token, Holder.of_data(data), touched)


def _remove(claim: Claim) -> None:
    """Remove a claim if it is still ours: after a long sleep somebody may have taken it over."""
    with suppress(OSError):
        found = _read(claim.path)
        if found is not None and found.token == claim.token:
            claim.path.unlink()


def _remove_parts(final: Path) -> None:
    """Remove what an earlier holder left unfinished, see `grade.io.atomic_write`."""
    unfinished = re.compile(rf"\.{re.escape(final.name)}\.\d+\.\d+\.part")
    with suppress(OSError), os.scandir(final.parent) as entries:
        for path in [Path(e.path) for e in entries if unfinished.fullmatch(e.name)]:
            with suppress(OSError):
                path.unlink()
