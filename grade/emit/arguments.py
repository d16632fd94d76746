"""The one argument of a generated kernel: its declaration in C++, and its bytes.

Every kernel of a program takes the same struct by value, so a moved slider is a new argument and
nothing else: no upload, no compile. In order:

``source``, ``target``, ``plane``
    A ``Strip`` (address, bytes per row) for each interleaved picture or single plane; ``plane`` are
    the outputs of all stages but the last.
``table``
    Addresses of the constant tables, in the order of ``program.tables``.
``frame``
    Width, height, first row, and the absolute coordinates of the pixel at the top left.
``word``
    The uniform block: the uniforms, then the outputs of the prologue, 32 bits each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grade.errors import RequestError
from grade.ir.program import Program
from grade.ir.storage import Layout

LARGEST = 32764  # bytes of parameters that CUDA takes from sm_70 on
BLOCK = (32, 4)  # a warp is a piece of a row; four rows share the taps of a stencil
MOST_BLOCKS_DOWN = 65535

Address = tuple[int, int]  # first byte, bytes from one row to the next


class ArgumentError(RequestError):
    """A program has more parameters and tables than a kernel can be given."""


def grids(width: int, height: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """First row and blocks across and down of the launches that cover a picture.

    More than one only beyond 262,140 rows; none for an empty picture.
    """
    most = MOST_BLOCKS_DOWN * BLOCK[1]
    for first in range(0, height if width else 0, most):
        yield first, (-(-width // BLOCK[0]), -(-min(most, height - first) // BLOCK[1]))


def strip_count(layout: Layout) -> int:
    """How many strips a picture is: one, or one per plane."""
    return layout.raw_channels if layout.planar else 1


def first_strips(layouts: Sequence[Layout]) -> list[int]:
    """For each picture the index of its first strip, and at the end their number."""
    starts = [0]
    for layout in layouts:
        starts.append(starts[-1] + strip_count(layout))
    return starts


def first_planes(program: Program) -> list[int]:
    """For each stage the index of its first plane; the last stage writes targets instead."""
    starts = [0]
    for stage in program.stages[:-1]:
        starts.append(starts[-1] + len(stage.outputs))
    return starts


def declaration(program: Program, name: str) -> str:
    """The struct in C++.

    Raises
    ------
    ArgumentError
        If it is larger than a kernel's parameters may be.
    """
    fields = {  # name: bytes of one, and how many
        "Strip source": (16, first_strips(program.sources)[-1]),
        "Strip target": (16, first_strips(program.targets)[-1]),
        "Strip plane": (16, first_planes(program)[-1]),
        "const float* table": (8, len(program.tables)),
        "Frame frame": (20, 1),
        "unsigned word": (4, len(program.uniforms) + len(program.prologue)),
    }
    size = sum(each * count for each, count in fields.values())
    if size > LARGEST:
        raise ArgumentError(
            f"a kernel takes {LARGEST} bytes of arguments; this program needs {size}: "
            f"{len(program.uniforms)} uniforms, {len(program.prologue)} hoisted values, "
            f"{len(program.tables)} tables"
        )
    lines = [
        f"    {field};\n" if field == "Frame frame" else f"    {field}[{count}];\n"
        for field, (_, count) in fields.items()
        if count
    ]
    return f"struct {name} {{\n{''.join(lines)}}};\n"


def pack(
    sources: Sequence[Address],
    targets: Sequence[Address],
    planes: Sequence[Address],
    tables: Sequence[int],
    frame: tuple[int, int, int, int, int],
    words: Any,
) -> np.ndarray[Any, Any]:
    """The struct as an array of size one, which CuPy passes by value and ctypes by address."""
    wide = [number for strip in (*sources, *targets, *planes) for number in strip]
    # Fields fall in size, so the compiler adds no padding but at the end. A stride may be negative.
    data = np.array([*wide, *tables], np.int64).tobytes() + np.array(frame, np.int32).tobytes()
    data += np.asarray(words, dtype=np.uint32).tobytes()
    data += bytes(-len(data) % 8)
    return np.frombuffer(data, dtype=np.dtype((np.void, len(data))))
