"""The uniforms of a program while it is traced: numbers of ops, the pixel's place, the frame."""

from __future__ import annotations

from grade.graph.model.naming import Names
from grade.graph.tracing.geometry import FRAME, WIDTH
from grade.graph.tracing.geometry import NAMES as GEOMETRY
from grade.ir.expression import Node, fma, make, to_float
from grade.ir.program import Uniform
from grade.ir.types import F32, I32
from grade.op import Op, Position
from grade.op.base import Uniforms


class UniformNodes:
    """Declares each uniform once, in the order of first use.

    Attributes
    ----------
    declared
        The uniforms of the program so far.
    """

    def __init__(self, names: Names) -> None:
        self.declared: list[Uniform] = []
        self._names = {id(op): name for name, op in names.ops.items()}
        self._nodes: dict[str, Node] = {}

    def of_op(self, op: Op) -> Uniforms:
        """The numbers of an op, which all places of the op share."""
        owner = self._names[id(op)]

        def uniform(path: str, low: float, high: float) -> Node:
            return self._declare(Uniform(f"{owner}.{path.partition('.')[2]}", F32, low, high))

        return uniform

    def position(self, in_pixels: bool = False) -> Position:
        """The place of the pixel in the display window, for windows.

        ``in_pixels`` adds the width of the picture, which places in pixels need.
        """
        across, down, left, top = map(self._declare_geometry, GEOMETRY)
        column, row = (to_float(make("coordinate", (), (I32, axis))) for axis in "xy")
        width = self._declare_geometry(WIDTH) if in_pixels else None
        return Position(fma(column, across, left), fma(row, -down, top), across, down, width)

    @property
    def frame_number(self) -> Node:
        """The number of the frame, for noise that differs from frame to frame."""
        return self._declare(Uniform(FRAME, I32))

    def _declare_geometry(self, name: str) -> Node:
        low, high = (-1e6, 1e6) if name in GEOMETRY[2:] else (1e-6, 1e3)
        return self._declare(Uniform(name, F32, low, high))

    def _declare(self, uniform: Uniform) -> Node:
        if uniform.name not in self._nodes:
            arguments = (uniform.type, len(self.declared))
            self._nodes[uniform.name] = make("uniform", (), arguments)
            self.declared.append(uniform)
        return self._nodes[uniform.name]
