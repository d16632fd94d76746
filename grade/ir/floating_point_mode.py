"""The floating-point mode of the processor for Python code: round to nearest, keep denormals.

A library linked with -ffast-math turns denormals off when it is loaded, for the thread that loads
it and for every thread started later. Constants, proofs and uniforms would then differ from those
of a process without it.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_LARGEST_STATE = 64  # bytes of C's fenv_t: 32 on x86-64, 8 and 16 elsewhere


@contextmanager
def exact_rounding() -> Iterator[None]:
    """Round to nearest and flush nothing in this block and thread; then restore the mode."""
    library, default = _environment()
    if library is None:
        yield
        return
    state = ctypes.create_string_buffer(_LARGEST_STATE)
    library.fegetenv(state)
    library.fesetenv(default)
    try:
        yield
    finally:
        library.fesetenv(state)


@cache
def _environment() -> tuple[Any, Any]:
    """The C library and its default floating-point environment; None where it cannot be loaded."""
    try:
        library = ctypes.CDLL(None)
        _ = library.fegetenv, library.fesetenv
        if sys.platform == "darwin":
            return library, ctypes.byref(ctypes.c_char.in_dll(library, "_FE_DFL_ENV"))
    except (OSError, AttributeError, TypeError, ValueError):
        return None, None
    return library, ctypes.c_void_p(-1)  # FE_DFL_ENV of glibc and musl
