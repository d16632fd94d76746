"""Where the rows of a picture lie in memory: what a kernel is told about NumPy and CuPy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grade.emit.kernel_arguments import Address
from grade.errors import RequestError
from grade.ir.storage import BYTES, Layout


def planes_of(layout: Layout, picture: Any) -> list[Any]:
    """The arrays of a picture: itself, or one per plane."""
    return list(picture) if layout.planar else [picture]


def addresses(layouts: Sequence[Layout], pictures: Sequence[Any]) -> list[Address]:
    """First byte and bytes per row of every strip.

    Raises
    ------
    RequestError
        If the pixels of a row do not follow one another.
    """
    return [
        address(array, layout)
        for layout, picture in zip(layouts, pictures, strict=True)
        for array in planes_of(layout, picture)
    ]


def address(array: Any, layout: Layout) -> Address:
    """First byte and bytes per row of one array, on the host or on a device."""
    size = BYTES[layout.storage]
    channels = 1 if layout.planar else layout.raw_channels
    wanted = (channels * size, size)
    inner = zip(array.shape[1:], array.strides[1:], wanted, strict=False)
    if array.size and any(count > 1 and stride != step for count, stride, step in inner):
        raise RequestError(
            f"the pixels of a row must follow one another: strides are {array.strides}, "
            "numpy.ascontiguousarray makes a copy that fits"
        )
    pointer = getattr(array.data, "ptr", None)  # CuPy's; a memoryview of NumPy has none
    return (array.ctypes.data if pointer is None else pointer), array.strides[0]
