"""Loops over samples, compiled by Numba when they are first called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop on its first call, to run without the GIL, and keep the code on disk.

    Compiling takes seconds and a frame a twentieth of one, so the code is kept beside the module of
    the function, or in the user's cache. The import of Numba is slow too: modules that have such
    loops are imported inside the functions that call them.
    """
    from numba import njit

    try:
        return njit(nogil=True, cache=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # there is no folder to keep it in
        return njit(nogil=True)(function)  # type: ignore[no-any-return]
