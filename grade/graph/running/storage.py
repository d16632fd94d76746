"""The storage type of an array, and the refusal of one that holds no color."""

from __future__ import annotations

from typing import Any

import numpy as np

from grade.graph.errors import PixelsError
from grade.ir.storage import STORAGE_OF_DTYPE, Storage
from grade.run.dlpack import dtype_name

TAKES = "float32, float16, uint16, uint8"


def storage_of(array: Any, what: str) -> Storage:
    """The storage type of an array.

    Raises
    ------
    PixelsError
        Naming the type, and what to do.
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
