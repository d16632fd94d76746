"""Arrays in memory that is used again: fresh pages cost as much as writing the picture twice.

A render of a sequence makes arrays of the same sizes for every frame. Inside `reuse`, the memory of
an array from `empty` is kept when nobody holds the array any longer. The next array of that size
gets it.
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
from grade.io.plane import Plane

_SMALLEST = 1 << 20  # bytes; the allocator itself keeps what is smaller

_lock = threading.Lock()  # for taking; giving back needs none, since it may come at any moment
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
    """Return an array like `numpy.empty`, in memory of an earlier array where one fits."""
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    if not _users or size < _SMALLEST:
        return np.empty(shape, kind)
    block = _take(size)
    # The base of `whole` is no array, so NumPy makes `whole` the base of every view of it. Once the
    # last view is gone it is finalized, and the block is free.
    whole: Plane = np.frombuffer(block.data, np.uint8)
    weakref.finalize(whole, _give_back, block).atexit = False
    array: Plane = whole.view(kind).reshape(shape)
    return array


@contextmanager
def reuse() -> Iterator[None]:
    """Keep freed memory for later arrays, as long as any thread is inside this block."""
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


def _take(size: int) -> Plane:
    with _lock:
        for index in reversed(range(len(_free))):  # the last one may still be in the cache
            if _free[index].nbytes == size:
                return _free.pop(index)
        # Other sizes are wanted now: the kept memory must not grow beyond what was once in use.
        released = 0
        while _free and released < size:
            released += _free.pop(0).nbytes
    return np.empty(size, np.uint8)


def _give_back(block: Plane) -> None:
    if _users:
        _free.append(block)
    if not _users:  # the last user may have left meanwhile
        _free.clear()
