"""The interpreter: a program run node by node in NumPy, as its definition.

In float64 it is the oracle, run before functions are expanded. In float32 it is the exact meaning
of a lowered program, bit for bit: slow, and what both backends are compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grade.ir.expression import Node, walk
from grade.ir.float32 import bits_float
from grade.ir.floating_point_mode import exact_rounding
from grade.ir.functions import FUNCTIONS
from grade.ir.loop import Loop
from grade.ir.primitives import PRIMITIVES, exact_fma
from grade.ir.program import Program
from grade.ir.table import Table
from grade.ir.types import BOOL, F32

Array = Any


class Interpreter:
    """Runs one program.

    Parameters
    ----------
    program
        Any verified program, lowered or not.
    precision
        ``np.float64`` for the oracle, ``np.float32`` for the exact bits of a lowered program.
    """

    def __init__(self, program: Program, precision: Any = np.float64) -> None:
        self.program = program
        self.precision = precision
        self.origin = (0, 0)

    @exact_rounding()
    def run(
        self,
        sources: Sequence[Sequence[Array]],
        uniforms: Sequence[float] = (),
        origin: tuple[int, int] = (0, 0),
    ) -> list[Array]:
        """Compute the raw channels of the targets.

        Parameters
        ----------
        sources
            For each source its channels, ``(H, W)`` arrays of raw storage values.
        uniforms
            One number per uniform of the program, rounded to float32 before use.
        origin
            Absolute coordinates of the first pixel.

        Returns
        -------
        list of ndarray
            One ``(H, W)`` array per target channel: floats, or int32 patterns.
        """
        self.origin = origin
        with np.errstate(all="ignore"):
            hoisted = self._block(self.program.prologue, sources, uniforms, [], [])
            planes: list[list[Array]] = []
            for stage in self.program.stages:
                outputs = self._block(stage.outputs, sources, uniforms, hoisted, planes)
                planes.append(outputs)
        shape = np.asarray(sources[0][0]).shape
        return [np.broadcast_to(o, (*shape, 1))[..., 0] for o in planes[-1]]

    def _block(
        self,
        outputs: Sequence[Node],
        sources: Sequence[Sequence[Array]],
        uniforms: Sequence[float],
        hoisted: Sequence[Array],
        planes: Sequence[Sequence[Array]],
    ) -> list[Array]:
        values: dict[Node, Array] = {}
        for node in walk(outputs):
            values[node] = self._evaluate(node, values, sources, uniforms, hoisted, planes)
        return [values[o] for o in outputs]

    def _evaluate(
        self,
        node: Node,
        values: dict[Node, Array],
        sources: Sequence[Sequence[Array]],
        uniforms: Sequence[float],
        hoisted: Sequence[Array],
        planes: Sequence[Sequence[Array]],
    ) -> Array:
        if node.op == "hoisted":
            return hoisted[node.attr[1]]
        if node.op == "plane":
            return planes[node.attr[0]][node.attr[1]]
        if not node.args:
            return self.leaf(node, sources, uniforms)
        return self.operation(node, [values[a] for a in node.args])

    def leaf(
        self, node: Node, sources: Sequence[Sequence[Array]], uniforms: Sequence[float]
    ) -> Array:
        """The value of a constant, a uniform, a load or a coordinate."""
        if node.op == "const":
            return self.constant(node)
        type = node.attr[0]
        if node.op == "uniform":
            value = uniforms[node.attr[1]]
            if type == F32:
                return self._float(np.float32(value))
            return np.int32(value) if type.kind == "i32" else np.bool_(value)
        if node.op == "load":
            _, source, channel = node.attr
            raw = np.asarray(sources[source][channel])[..., None]
            return self._float(raw) if type == F32 else raw.astype(np.int32)
        assert node.op == "coordinate", node.op
        height, width = np.asarray(sources[0][0]).shape
        rows, columns = np.mgrid[0:height, 0:width]
        left, top = self.origin
        absolute = columns + left if node.attr[1] == "x" else rows + top
        return absolute.astype(np.int32)[..., None]

    def operation(self, node: Node, args: list[Array]) -> Array:
        """The value of an operation whose operands have these values."""
        special = getattr(self, f"_{node.op}", None)
        if special is not None:
            return special(node, *args)
        if node.op in FUNCTIONS:
            return self._float(FUNCTIONS[node.op].reference(*args))
        reference = PRIMITIVES[node.op].reference
        assert reference is not None, node.op
        result = reference(*args) if node.attr is None else reference(*args, node.attr)
        return self._float(result) if node.type.kind == "f32" else result

    def _float(self, value: Array) -> Array:
        return np.asarray(value, dtype=self.precision)

    def constant(self, node: Node) -> Array:
        """The value of a constant."""
        type, bits = node.attr
        if type == F32:
            return self._float(bits_float(bits))
        return np.bool_(bits) if type == BOOL else np.int32(bits)

    def _rgb(self, node: Node, *parts: Array) -> Array:
        return np.concatenate(np.broadcast_arrays(*map(np.atleast_1d, parts)), axis=-1)

    def _within(self, node: Node, value: Array) -> Array:
        low, high, nan = node.attr
        broken = ~((value >= low) & (value <= high) | (nan & np.isnan(value)))
        if self.precision is np.float32 and np.any(broken):
            raise AssertionError(f"{np.ravel(value[broken])[0]!r} breaks the promise {node.attr}")
        return value

    def _component(self, node: Node, color: Array) -> Array:
        return color[..., node.attr : node.attr + 1]

    def _matvec(self, node: Node, *args: Array) -> Array:
        *m, color = args
        r, g, b = (color[..., i : i + 1] for i in range(3))
        rows = [
            exact_fma(m[3 * i + 2], b, exact_fma(m[3 * i + 1], g, m[3 * i] * r)) for i in range(3)
        ]
        return np.concatenate(np.broadcast_arrays(*rows), axis=-1)

    def _fetch(self, node: Node, index: Array) -> Array:
        table, proved = node.attr
        if proved and self.precision is np.float32:
            wrong = (index < 0) | (index >= table.data.size)
            if np.any(wrong):
                raise AssertionError(f"{np.ravel(index[wrong])[0]} is no index of {table!r}")
        return self._float(table.entry(index))

    def _fetch3d(self, node: Node, color: Array) -> Array:
        table, interpolation = node.attr
        return self._float(table.lookup(color, interpolation))

    def _tetrahedron(self, node: Node, *args: Array) -> Array:
        first, second, third, *weights = args
        table: Table = node.attr
        data = self._float(table.data.reshape(-1))
        offsets = [first, second, third, first + table.diagonal]
        channels = []
        for c in range(3):
            total = data[offsets[0] + c] * weights[0]
            for offset, weight in zip(offsets[1:], weights[1:], strict=True):
                total = exact_fma(data[offset + c], weight, total)
            channels.append(np.atleast_1d(total))
        return np.concatenate(channels, axis=-1)

    def _iterate(self, node: Node, state: Array, *operands: Array) -> Array:
        return self.run_loop(node.attr, state, operands)

    def run_loop(self, loop: Loop, state: Array, operands: Sequence[Array]) -> Array:
        """The state, or the color, at which a loop arrives from each element of the operands.

        Elements that have arrived are left out of the further rounds, which would not move them.
        """
        arguments = [np.asarray(a) for a in np.broadcast_arrays(state, *operands)]
        shape = arguments[0].shape
        arguments = [a.reshape(-1, 1) for a in arguments]
        place, *others = arguments
        place, color = place.copy(), self._float(np.zeros((len(place), 3)))
        order, active = walk(loop.results), np.arange(len(place))
        with np.errstate(all="ignore"):
            for _ in range(loop.most):
                known: dict[Node, Array] = {}
                given = [place[active], *(other[active] for other in others)]
                for node in order:
                    if node.op == "argument":
                        known[node] = given[node.attr[1]]
                    elif node.op == "const":
                        known[node] = self.constant(node)
                    else:
                        known[node] = self.operation(node, [known[a] for a in node.args])
                following, *found = (
                    np.broadcast_to(known[r], (len(active), 1)) for r in loop.results
                )
                for channel, value in enumerate(found):
                    color[active, channel] = value[:, 0]
                moved = (following != place[active])[:, 0]
                place[active] = following
                active = active[moved]
                if not len(active):
                    break
        return color.reshape(*shape[:-1], 3) if loop.has_color else place.reshape(shape)

    def _at(self, node: Node, value: Array) -> Array:
        dx, dy = node.attr
        return _tap(value, dx, dy)

    def _ascending_sum(self, node: Node, value: Array, count: Array) -> Array:
        axis, start, step, table, most = node.attr
        total = self._float(np.zeros(np.shape(value)))
        for k in range(min(max(int(np.ravel(count)[0]), 0), most)):
            offset = start + k * step
            tap = _tap(value, offset, 0) if axis == "x" else _tap(value, 0, offset)
            total = exact_fma(self._float(table.data[k]), tap, total)
        return total


def _tap(value: Array, dx: int, dy: int) -> Array:
    if np.ndim(value) < 3:  # a value of uniforms alone is the same at every pixel
        return value
    height, width = value.shape[:2]
    rows = np.clip(np.arange(height) + dy, 0, height - 1)
    columns = np.clip(np.arange(width) + dx, 0, width - 1)
    return value[rows][:, columns]
