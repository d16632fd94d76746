"""Arrays as looks take them: where they lie, their storage type, and why one is refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.graph.errors import PixelsError
from grade.ir.storage import STORAGE_OF_DTYPE, Storage
from grade.run.dlpack import Held, dtype_name, hold
from grade.run.pictures import PictureError

TAKES = ", ".join(STORAGE_OF_DTYPE)


def take_array(array: Any, what: str) -> Held:
    """An array of any library, in the memory where it lies.

    Parameters
    ----------
    array
        An array of NumPy, CuPy or a library with DLPack.
    what
        What messages call it.

    Raises
    ------
    PixelsError
        If its numbers are of a type that looks do not take, or its library does not share it.
    """
    if hasattr(array, "dtype"):
        storage_of(array, what)
    try:
        return hold(array, what)
    except PictureError as error:
        raise PixelsError(str(error)) from error


def storage_of(array: Any, what: str) -> Storage:
    """The storage type of an array.

    Raises
    ------
    PixelsError
        If looks do not take this type; the message says what to convert it to.
    """
    name = dtype_name(array)
    if name in STORAGE_OF_DTYPE and getattr(array.dtype, "isnative", True):
        return STORAGE_OF_DTYPE[name]
    raise PixelsError(refusal(array, what))


def refusal(array: Any, what: str) -> str:
    """Why numbers of this type are not taken, and what to convert them to."""
    name = dtype_name(array)
    order = "" if getattr(array.dtype, "isnative", True) else " in foreign byte order"
    whole = name.startswith(("int", "uint", "bool"))
    hint = f"float32, float16{' or, for integers, uint16' if whole else ''}"
    if isinstance(array, np.ndarray):
        hint = "x.astype(np.uint16)" if whole else "x.astype(np.float32)"
    return f"{what} of {name}{order}: takes {TAKES}; convert it, as in {hint}"


def describe(array: Any) -> str:
    """The shape and type of an array, for messages."""
    return f"{tuple(array.shape)} of {array.dtype}"
