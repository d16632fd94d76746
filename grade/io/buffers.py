"""Memory of pictures that is used again: a fresh page costs as much as to write it twice.

Whoever renders a sequence makes arrays of the same sizes for each frame. Inside `reused` the memory
of an array from `empty` that nobody holds any longer is kept, and given to the next one that fits.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from grade.fork import call_after_fork, open_after_fork
from grade.io.convert import Plane

_LEAST = 1 << 20  # bytes; the allocator itself keeps what is smaller

_lock = threading.Lock()  # of who takes; giving back needs none, for it may come at any moment
_free: list[Plane] = []
_users = 0


def _forget() -> None:
    """What a forked process does: no thread of its parent renders here."""
    global _users
    _users = 0
    _free.clear()


open_after_fork(_lock)
call_after_fork(_forget)


def empty(shape: tuple[int, ...], dtype: Any) -> Plane:
    """An array as of `numpy.empty`, perhaps in memory that was another's."""
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    if not _users or size < _LEAST:
        return np.empty(shape, kind)
    block = _taken(size)
    # Views of an array refer to the one that lies on no other: of this its memory is the base.
    whole: Plane = np.frombuffer(block.data, np.uint8)
    weakref.finalize(whole, _give_back, block).atexit = False
    array: Plane = whole.view(kind).reshape(shape)
    return array


@contextmanager
def reused() -> Iterator[None]:
    """Keep memory for the next array, as long as anybody is inside."""
    global _users
    with _lock:
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users = max(0, _users - 1)
            if not _users:
                _free.clear()


def _taken(size: int) -> Plane:
    with _lock:
        for index in reversed(range(len(_free))):  # the last one may still be in the cache
            if _free[index].nbytes == size:
                return _free.pop(index)
        # Other sizes are wanted now: what is kept shall not grow beyond what was once in use.
        released = 0
        while _free and released < size:
            released += _free.pop(0).nbytes
    return np.empty(size, np.uint8)


def _give_back(block: Plane) -> None:
    if _users:
        _free.append(block)
    if not _users:  # the last user may have left meanwhile
        _free.clear()
