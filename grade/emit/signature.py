"""What a caller of a host kernel must know of its program, and the argument block that it fills.

A kernel that comes from the cache has no program any more; this is all that is kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from grade.ir.program import Program, Uniform
from grade.ir.storage import Layout
from grade.ir.table import Table

NAME = "kernel"
"""What the function of a host module is called."""

MOST_IN_FLIGHT = 4
"""Vectors of pixels that a kernel may compute side by side: so far it reads past a row's end."""

NEAR = 64
"""Columns that planes are padded by for single taps; a tap farther away is held to the picture."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Counts, tables and reach of a lowered program.

    Attributes
    ----------
    sources, targets, uniforms
        Those of the program.
    prologue
        Words that the prologue adds to the uniform block.
    outputs
        Outputs of each stage.
    tables
        The tables, in the order of the argument block.
    margins
        The farthest columns and rows that stages read without holding them to the picture.
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

    def arguments(self, stage: int) -> Arguments:
        """The arguments of one stage; an earlier stage's targets are its planes."""
        last = stage == len(self.outputs) - 1
        own = (Layout(self.outputs[stage], "f32", planar=True),)
        return Arguments(
            self.sources,
            self.targets if last else own,
            sum(self.outputs[:stage]),
            len(self.tables),
        )


@dataclass(frozen=True, slots=True)
class Arguments:
    """Where each word of the argument block lies: block, size, origin, buffers, planes, tables."""

    sources: tuple[Layout, ...]
    targets: tuple[Layout, ...]
    planes: int
    tables: int

    HEADER = 5

    def buffer_word(self, index: int) -> int:
        """Word of the address of buffer ``index``; its row stride in bytes is the next word."""
        return self.HEADER + 2 * index

    @property
    def buffer_count(self) -> int:
        """Buffers of all sources, then all targets, then all planes."""
        return sum(map(buffers_of, (*self.sources, *self.targets))) + self.planes

    def table_word(self, index: int) -> int:
        """Word of the address of a table."""
        return self.HEADER + 2 * self.buffer_count + index

    @property
    def words(self) -> int:
        """Length of the block."""
        return self.table_word(self.tables)


def buffers_of(layout: Layout) -> int:
    """Base addresses that a layout has: one, or one per plane."""
    return layout.channels if layout.planar else 1


def _margins(program: Program) -> tuple[int, int]:
    reach = {"x": 0, "y": 0}
    for node in program.nodes:
        if node.op == "at":
            reach["x"] = max(reach["x"], min(abs(node.attr[0]), NEAR))
        elif node.op == "ascending_sum":
            axis, start, step, _, most = node.attr
            reach[axis] = max(reach[axis], abs(start), abs(start + (most - 1) * step))
    return reach["x"], reach["y"]
