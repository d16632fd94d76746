"""Pictures as executors take them: their arrays, the check against a program, their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grade.emit.kernel_arguments import Address, Signature
from grade.errors import RequestError
from grade.ir.program import Program
from grade.ir.storage import BYTES, Layout

Picture = Any
"""An array ``(H, W, C)`` for an interleaved layout, ``C`` arrays ``(H, W)`` for a planar one; in a
packed layout ``C`` counts words. The arrays are NumPy's, or CuPy's for CUDA."""

DTYPES = {
    "f32": np.float32, "f16": np.float16, "u16": np.uint16, "u12": np.uint16, "u10": np.uint16,
    "u8": np.uint8, "u32": np.uint32,
}  # fmt: skip


class PictureError(RequestError):
    """A picture does not have the shape, type or channels that the program was made for."""


def planes_of(layout: Layout, picture: Picture) -> list[Any]:
    """The arrays of a picture: itself, or one per plane."""
    return list(picture) if layout.planar else [picture]


# --- checks ---------------------------------------------------------------------------------------


def check_pictures(
    program: Program | Signature, sources: Sequence[Picture], targets: Sequence[Picture]
) -> tuple[int, int]:
    """Check pictures against the layouts of a program, and return their height and width.

    Raises
    ------
    PictureError
        Naming the picture, what it is and what it should be.
    """
    size: tuple[int, int] | None = None
    for role, layouts, pictures in (
        ("source", program.sources, sources),
        ("target", program.targets, targets),
    ):
        if len(layouts) != len(pictures):
            raise PictureError(f"the program has {len(layouts)} {role}s, got {len(pictures)}")
        for index, (layout, picture) in enumerate(zip(layouts, pictures, strict=True)):
            found = _size(f"{role} {index}", layout, picture)
            size = size or found
            if found != size:
                raise PictureError(f"{role} {index} is {found}, the first picture is {size}")
            if role == "target" and not all(map(_is_writable, planes_of(layout, picture))):
                raise PictureError(f"target {index} is read-only")
    return size or (0, 0)


def _is_writable(array: Any) -> bool:
    """As NumPy says; arrays of CuPy have no such flag."""
    return bool(getattr(getattr(array, "flags", None), "writeable", True))


def _size(label: str, layout: Layout, picture: Picture) -> tuple[int, int]:
    planes = planes_of(layout, picture)
    if layout.planar and len(planes) != layout.channels:
        raise PictureError(f"{label} has {len(planes)} planes, not {layout.channels}")
    for plane in planes:
        shape = tuple(plane.shape)
        fits = len(shape) == 2 if layout.planar else shape[2:] == (layout.raw_channels,)
        if not fits or plane.dtype != DTYPES[layout.storage] or shape[:2] != planes[0].shape[:2]:
            wanted = "(H, W)" if layout.planar else f"(H, W, {layout.raw_channels})"
            raise PictureError(
                f"{label} is {plane.dtype} {shape}, not {np.dtype(DTYPES[layout.storage])} {wanted}"
            )
    height, width = planes[0].shape[:2]
    return height, width


# --- addresses ------------------------------------------------------------------------------------


def addresses(layouts: Sequence[Layout], pictures: Sequence[Picture]) -> list[Address]:
    """The address of every strip: its first byte, and the bytes from one row to the next.

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
    """The address of one array, on the host or on a device."""
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
