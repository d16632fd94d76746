"""Loops over samples, compiled by Numba when first called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile on the first call, without the GIL, and keep the code on disk.

    It is kept beside the file of the function or with the user's caches: compiling takes seconds,
    a frame a twentieth of one. Numba is imported here, so a module that has such loops is itself
    to be imported where they are called.
    """
    from numba import njit

    try:
        return njit(nogil=True, cache=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # nowhere to keep it
        return njit(nogil=True)(function)  # type: ignore[no-any-return]
