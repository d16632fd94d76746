"""The identity of a process: host, boot, process number and start, as claims and journals say it.

Two processes may judge each other by process number only if they share the host, its boot and the
namespace of process numbers. Containers on one host share the boot, but not the numbers.
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
        Changes with every boot of the machine; empty if the platform does not tell.
    space
        The namespace of process numbers: each container has its own.
    pid
        The process number.
    start
        When the process started, in the platform's own units; empty if the platform does not tell.
        It tells apart two processes that had the same number in turn.
    """

    host: str
    boot: str
    space: str
    pid: int
    start: str

    def data(self) -> dict[str, Any]:
        """The identity as plain data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Any) -> ProcessIdentity | None:
        """An identity from `data`; None if it does not name a process."""
        if not isinstance(data, Mapping):
            return None
        try:
            texts = {name: str(data[name]) for name in ("host", "boot", "space", "start")}
            return cls(pid=int(data["pid"]), **texts)
        except (KeyError, TypeError, ValueError):
            return None

    def is_gone(self, here: ProcessIdentity) -> bool | None:
        """Whether the process has ended, as seen from `here`; None if that cannot be told."""
        if self.host != here.host:
            return None
        if self.boot and here.boot and self.boot != here.boot:
            return True
        if self.boot != here.boot or self.space != here.space or sys.platform == "win32":
            return None
        return not _is_running(self.pid, self.start)

    def __str__(self) -> str:
        return f"{self.host} process {self.pid}"


def this_process() -> ProcessIdentity:
    """The identity of this process."""
    pid = os.getpid()
    return ProcessIdentity(
        settings().host or platform.node(), _boot(), _namespace(), pid, _start(pid)
    )


def _is_running(pid: int, start: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's process, so it runs
        pass
    found = _start(pid)
    if found == _ZOMBIE:
        return False
    return not (start and found) or start == found


_ZOMBIE = "ended"


def _start(pid: int) -> str:
    """When a process started, in ticks since the boot; `_ZOMBIE` if it ended and was not reaped."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    fields = text.rpartition(")")[2].split()  # the name in brackets may contain anything
    return _ZOMBIE if fields[0] in "ZX" else fields[19]


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


@cache
def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
