"""Who works: the host, its boot and the process, as claims and journals name them.

Two processes are on one machine, and may judge each other by process number, only if host, boot
and the space that process numbers are counted in are all the same; containers share a boot and
not the numbers.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grade.settings import settings


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process that writes frames.

    Attributes
    ----------
    host
        The name of the machine (``GRADE_HOST``).
    boot
        Changes when the machine starts anew; empty where the platform does not tell.
    space
        In which process numbers are counted: a container has its own.
    pid
        The process.
    start
        When it started, in the platform's own count; empty where the platform does not tell.
        Numbers are used again: with the start they are not mistaken.
    """

    host: str
    boot: str
    space: str
    pid: int
    start: str

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Any) -> ProcessIdentity | None:
        """From plain data; None if it does not name a process."""
        if not isinstance(data, Mapping):
            return None
        try:
            texts = {name: str(data[name]) for name in ("host", "boot", "space", "start")}
            return cls(pid=int(data["pid"]), **texts)
        except (KeyError, TypeError, ValueError):
            return None

    def is_gone(self, here: ProcessIdentity) -> bool | None:
        """Whether the process has ended, as seen from another; None if that cannot tell."""
        if self.host != here.host:
            return None
        if self.boot and here.boot and self.boot != here.boot:
            return True
        if self.boot != here.boot or self.space != here.space or sys.platform == "win32":
            return None
        return not _runs(self.pid, self.start)

    def __str__(self) -> str:
        return f"{self.host} process {self.pid}"


def this_process() -> ProcessIdentity:
    """The holder that this process is."""
    pid = os.getpid()
    return ProcessIdentity(settings().host or platform.node(), _boot(), _space(), pid, _start(pid))


def _runs(pid: int, start: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, so it runs
        pass
    found = _start(pid)
    if found == _ZOMBIE:
        return False
    return not (start and found) or start == found


_ZOMBIE = "ended"


def _start(pid: int) -> str:
    """When a process started, in ticks since the boot; `_ZOMBIE` if it ended and is not buried."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    fields = text.rpartition(")")[2].split()  # the name in brackets may hold anything
    return _ZOMBIE if fields[0] in "ZX" else fields[19]


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


@cache
def _space() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
