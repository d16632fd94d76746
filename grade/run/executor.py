"""What every executor promises, and the checks of pictures that they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from grade.emit.kernel_arguments import Signature
from grade.errors import RequestError
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.run.row_addresses import planes_of

Picture = Any
"""``(H, W, C)`` for an interleaved layout, ``C`` arrays ``(H, W)`` for a planar one; of a packed
layout ``C`` counts words."""

DTYPES = {
    "f32": np.float32, "f16": np.float16, "u16": np.uint16, "u12": np.uint16, "u10": np.uint16,
    "u8": np.uint8, "u32": np.uint32,
}  # fmt: skip


class PictureError(RequestError):
    """A picture does not have the shape, type or channels that the program was made for."""


class Kernel(Protocol):
    """A program, compiled."""

    program: Program

    def __call__(
        self,
        sources: Sequence[Picture],
        targets: Sequence[Picture],
        uniforms: Sequence[float] = (),
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """Compute the targets.

        Parameters
        ----------
        sources, targets
            Pictures as the program's layouts say; all of one height and width, which may be 0.
            A target may be its source.
        uniforms
            A number for each of ``program.uniforms``.
        origin
            Absolute coordinates of the first pixel.
        """
        ...


class Executor(Protocol):
    """A device that compiles programs.

    Attributes
    ----------
    name
        The device in words, for logs and journals.
    overlap
        How many threads keep the device busy when each runs kernels of its own frame.
    """

    name: str
    overlap: int

    def prepare(self, program: Program) -> Kernel:
        """The kernel of a program, traced or lowered; compiled at most once."""
        ...


def check_pictures(
    program: Program | Signature, sources: Sequence[Picture], targets: Sequence[Picture]
) -> tuple[int, int]:
    """Height and width of the pictures.

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
