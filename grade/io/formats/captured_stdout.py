"""Capture of what a library prints on standard output, which belongs to `--json` alone.

The OpenEXR binding reports damaged pixels by `print`. Several threads read frames at once, so
`sys.stdout` is not simply replaced: that would swallow what other threads print. It is wrapped as
long as a reader is at work, and the wrapper keeps the words of the reading threads alone.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grade.fork import call_after_fork, open_after_fork

_lock = threading.Lock()
_here = threading.local()
_installed: list[_Wrapper] = []
_readers: set[int] = set()


class _Wrapper:
    def __init__(self, target: Any) -> None:
        self.target = target

    def write(self, text: str) -> int:
        words: list[str] | None = getattr(_here, "words", None)
        if words is None:
            return int(self.target.write(text))
        words.append(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)


def _forget() -> None:
    """What a forked process does: no thread of its parent reads here."""
    _readers.clear()
    _take_away()


def _take_away() -> None:
    """Give standard output back, when no reader is at work."""
    if not _readers and _installed:
        wrapper = _installed.pop()
        if sys.stdout is wrapper:  # else somebody replaced it meanwhile, and keeps it
            sys.stdout = wrapper.target


open_after_fork(_lock)
call_after_fork(_forget)


@contextmanager
def capture_stdout() -> Iterator[list[str]]:
    """Collect what this thread prints inside the block; other threads print as before."""
    words: list[str] = []
    with _lock:
        if not _readers and sys.stdout is not None:
            _installed.append(_Wrapper(sys.stdout))
            sys.stdout = _installed[-1]
        _readers.add(threading.get_ident())
    _here.words = words
    try:
        yield words
    finally:
        _here.words = None
        with _lock:
            _readers.discard(threading.get_ident())
            _take_away()
