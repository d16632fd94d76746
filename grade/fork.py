"""What a process does when it is forked: no lock may stay closed in the child.

A fork copies locks as they are, and of all threads only the one that forks. A lock that another
thread held would stay closed in the child for ever, so each lock of a module says here what happens
to it. Locks of objects belong to jobs that the child does not have, and locks of libraries are out
of reach: while other threads of a process render, `multiprocessing` should spawn and not fork.
Windows has no fork.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import RLock


def open_after_fork(lock: threading.Lock) -> threading.Lock:
    """Let a child find a lock open, whoever held it in its parent; return the lock.

    What it guards must be sound at any moment, as after every single change of a dictionary.
    """

    def reopen() -> None:
        if lock.locked():
            lock.release()

    call_after_fork(reopen)
    return lock


def wait_at_fork(lock: RLock) -> RLock:
    """Let a fork wait until no other thread holds a lock; return the lock.

    It is for work that a library must not be copied in the middle of. A thread that holds the lock
    may wait for no other lock of this kind, for a fork takes them one after the other.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )
    return lock


def call_after_fork(function: Callable[[], None]) -> None:
    """Call a function in every child, before anything else happens there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=function)
