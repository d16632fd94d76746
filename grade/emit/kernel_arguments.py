"""The argument block of a kernel: what a launch hands over, and where each part of it lies.

Everything that changes without a compilation is in the block, so a moved slider is a new block and
nothing else. Both backends take the same parts:

strips
    An address and the bytes from one row to the next, for each interleaved picture or single plane:
    of the sources, of the targets, and of the planes that stages before the last write.
tables
    The addresses of the constant tables, in the order of ``program.tables``.
frame
    Width and height, and the absolute coordinates of the pixel at the top left; on CUDA also the
    first row of the launch.
uniform block
    The uniforms, then the outputs of the prologue, 32 bits each.

A CUDA kernel takes a struct by value, one for all stages, which holds the uniform block itself. A
host kernel takes the address of 64-bit words, laid out for each stage, of which the first is the
address of the uniform block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.errors import RequestError
from grade.ir.program import Program, Uniform
from grade.ir.storage import Layout
from grade.ir.table import Table

Address = tuple[int, int]
"""A strip: its first byte, and the bytes from one row to the next."""

LARGEST = 32764
"""Bytes of arguments that a CUDA kernel takes from sm_70 on."""
FUNCTION_NAME = "kernel"
"""What the function of a host module is called."""
MOST_IN_FLIGHT = 4
"""Vectors of pixels that a host kernel may compute side by side: so far it reads past a row's
end."""
NEAR = 64
"""Columns that planes are padded by for single taps; a tap farther away is clamped to the
picture."""


class ArgumentError(RequestError):
    """A program has more parameters and tables than a kernel can be given."""


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


# --- host: words by address -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    """What the caller of a host kernel must know of its lowered program.

    A kernel that comes from the disk has no program any more; this is what is kept beside it.

    Attributes
    ----------
    sources, targets, uniforms
        Those of the program.
    prologue
        Words that the prologue adds to the uniform block.
    outputs
        The number of outputs of each stage.
    tables
        The tables, in the order of the argument block.
    margins
        The farthest columns and rows that stages read without clamping them to the picture.
    """

    sources: tuple[Layout, ...]
    targets: tuple[Layout, ...]
    uniforms: tuple[Uniform, ...]
    prologue: int
    outputs: tuple[int, ...]
    tables: tuple[Table, ...]
    margins: tuple[int, int]

    @staticmethod
    def of(program: Program) -> Signature:
        """The signature of a lowered program."""
        return Signature(
            program.sources,
            program.targets,
            program.uniforms,
            len(program.prologue),
            tuple(len(stage.outputs) for stage in program.stages),
            program.tables,
            _margins(program),
        )

    def block(self, stage: int) -> HostBlock:
        """The argument block of one stage; the targets of an earlier stage are its planes."""
        last = stage == len(self.outputs) - 1
        own = (Layout(self.outputs[stage], "f32", planar=True),)
        return HostBlock(
            self.sources,
            self.targets if last else own,
            sum(self.outputs[:stage]),
            len(self.tables),
        )


@dataclass(frozen=True, slots=True)
class HostBlock:
    """Where each word of a host kernel's argument block lies.

    The header has the address of the uniform block, width, height, and the coordinates of the first
    pixel. Then come the strips, two words each: sources, targets, planes of earlier stages. Then
    come the tables.
    """

    sources: tuple[Layout, ...]
    targets: tuple[Layout, ...]
    planes: int
    tables: int

    HEADER = 5

    @property
    def strips(self) -> int:
        """The number of strips of all sources, targets and planes."""
        return sum(map(strip_count, (*self.sources, *self.targets))) + self.planes

    @property
    def words(self) -> int:
        """Length of the block."""
        return self.table_word(self.tables)

    def strip_word(self, index: int) -> int:
        """Word of the address of a strip; its bytes per row are the next word."""
        return self.HEADER + 2 * index

    def table_word(self, index: int) -> int:
        """Word of the address of a table."""
        return self.HEADER + 2 * self.strips + index

    def pack(
        self,
        uniform_block: int,
        frame: tuple[int, int, int, int],
        strips: Sequence[Address],
        tables: Sequence[int],
    ) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The block for one launch.

        Parameters
        ----------
        uniform_block, tables
            Addresses.
        frame
            Width, height, and the coordinates of the first pixel.
        strips
            In the order of the block; none for the prologue, which reads no picture.
        """
        words = np.zeros(self.words, dtype=np.int64)
        words[: self.HEADER] = uniform_block, *frame
        for index, strip in enumerate(strips):
            word = self.strip_word(index)
            words[word : word + 2] = strip
        words[self.table_word(0) :] = tables
        return words


def _margins(program: Program) -> tuple[int, int]:
    reach = {"x": 0, "y": 0}
    for node in program.nodes:
        if node.op == "at":
            reach["x"] = max(reach["x"], min(abs(node.attr[0]), NEAR))
        elif node.op == "ascending_sum":
            axis, start, step, _, most = node.attr
            reach[axis] = max(reach[axis], abs(start), abs(start + (most - 1) * step))
    return reach["x"], reach["y"]


# --- CUDA: a struct by value ----------------------------------------------------------------------


def declare_struct(program: Program, name: str) -> str:
    """The argument block of a CUDA kernel as a struct in C++.

    Raises
    ------
    ArgumentError
        If it is larger than the arguments of a kernel may be.
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


def pack_struct(
    sources: Sequence[Address],
    targets: Sequence[Address],
    planes: Sequence[Address],
    tables: Sequence[int],
    frame: tuple[int, int, int, int, int],
    words: Any,
) -> np.ndarray[Any, Any]:
    """The struct as an array of size one, which CuPy passes by value and ctypes by address.

    Parameters
    ----------
    sources, targets, planes, tables
        Strips, and addresses.
    frame
        Width, height, first row of the launch, and the coordinates of the first pixel.
    words
        The uniform block.
    """
    wide = [number for strip in (*sources, *targets, *planes) for number in strip]
    # The fields fall in size, so the compiler adds no padding but at the end. A stride may be
    # negative.
    data = np.array([*wide, *tables], np.int64).tobytes() + np.array(frame, np.int32).tobytes()
    data += np.asarray(words, dtype=np.uint32).tobytes()
    data += bytes(-len(data) % 8)
    return np.frombuffer(data, dtype=np.dtype((np.void, len(data))))
