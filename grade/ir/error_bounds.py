"""Error bounds of float32: the float64 oracle with a first-order bound at every node.

A budget in ULP alone is too tight where a formula loses digits (a difference of near numbers, a
steep curve) and too loose where it does not. So the program is run in float64, and each value
carries the error that float32 can have made up to there: the effect of the operands' errors on the
result, found by moving each operand both ways, plus the rounding of the operation itself: half an
ULP for a primitive, the stated accuracy for a named function. A comparison whose operands are
nearer to each other than their errors is undecided, and a select by it may take either side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grade.ir.expression import Node, walk
from grade.ir.functions import FUNCTIONS
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program
from grade.ir.types import F32

Array = Any
TOP_BINADE = 2.0**127
ROUNDS_TO_INFINITY = 3.4028235677973366e38
ROUNDING = frozenset({"add", "sub", "mul", "div", "sqrt", "fma", "to_float", "iterate"})
NOT_BELOW_ZERO = frozenset({"sqrt", "log", "log2", "log10", "pow"})


@dataclass(frozen=True, slots=True)
class Bounded:
    """A float64 value, and how far a float32 computation may be from it.

    ``error`` is infinite where nothing can be promised. For a condition it is 1 where undecided.
    """

    value: Array
    error: Array

    def holds(self, actual: Array, slack: float = 1.0) -> Array:
        """Where a float32 result is within the bound; NaN and infinities must be the same."""
        wide = np.asarray(actual, dtype=np.float64)
        with np.errstate(invalid="ignore"):
            near = np.abs(wide - self.value) <= slack * self.error
        same = (wide == self.value) | (np.isnan(wide) & np.isnan(self.value))
        return same | near | np.isinf(self.error)


def error_bound(
    program: Program,
    sources: Sequence[Sequence[Array]],
    uniforms: Sequence[float] = (),
    *,
    constants: bool = False,
) -> list[Bounded]:
    """Run a program of one stage, before its functions are expanded.

    Parameters
    ----------
    program
        As traced, or after the relaxed rules, which run before both backends.
    sources, uniforms
        As for :class:`grade.ir.interpreter.Interpreter`.
    constants
        Also allow for the rounding of constants to float32: to compare with a formula that was
        computed in float64 from the start.

    Returns
    -------
    list of Bounded
        One per target channel, arrays ``(H, W)``.
    """
    if len(program.stages) != 1 or program.prologue:
        raise ValueError("error bounds are for a program as traced: one stage, no prologue")
    run = _Run(program, sources, uniforms, constants)
    shape = np.asarray(sources[0][0]).shape
    with np.errstate(all="ignore"):
        results = run.block(program.stages[0].outputs)
    return [Bounded(_plane(r.value, shape), _plane(r.error, shape)) for r in results]


def _plane(array: Array, shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(array, (*shape, 1))[..., 0]


class _Run:
    def __init__(
        self, program: Program, sources: Any, uniforms: Sequence[float], constants: bool
    ) -> None:
        self.interpreter = Interpreter(program, np.float64)
        self.sources, self.uniforms, self.constants = sources, uniforms, constants

    def block(self, outputs: Sequence[Node]) -> list[Bounded]:
        known: dict[Node, Bounded] = {}
        for node in walk(outputs):
            known[node] = self._bound(node, [known[a] for a in node.args])
        return [known[o] for o in outputs]

    def _bound(self, node: Node, args: list[Bounded]) -> Bounded:
        if not node.args:
            return self._leaf(node)
        value = self._evaluate(node, [a.value for a in args])
        special = getattr(self, f"_error_{node.op}", self._error)
        error = special(node, args, value)
        if node.type.kind == "f32":
            error = _round(value, error, self._accuracy(node, args))
        return Bounded(value, error)

    def _leaf(self, node: Node) -> Bounded:
        value = self.interpreter.leaf(node, self.sources, self.uniforms)
        error = np.zeros(np.shape(value))
        if self.constants and node.op == "const" and node.type == F32:
            whole = np.asarray(value) * 1024
            error = np.where(whole == np.floor(whole), 0.0, 0.5 * _ulp(value))
        return Bounded(value, error)

    def _evaluate(self, node: Node, args: list[Array]) -> Array:
        return self.interpreter.operation(node, args)

    def _accuracy(self, node: Node, args: list[Bounded]) -> float:
        if node.op in FUNCTIONS:
            return FUNCTIONS[node.op].ulp
        return 0.5 if node.op in ROUNDING else 0.0

    def _error(self, node: Node, args: list[Bounded], value: Array) -> Array:
        """The effect of the operands' errors: each is moved both ways, the larger change counts."""
        total = np.zeros(np.shape(value))
        values = [a.value for a in args]
        for i, arg in enumerate(args):
            if not np.any(arg.error):
                continue
            changes = []
            for sign in (-1, 1):
                moved = self._move(node, i, arg, sign)
                result = self._evaluate(node, [*values[:i], moved, *values[i + 1 :]])
                changes.append(_difference(result, value))
            total = total + np.maximum(*changes)
        return total

    def _move(self, node: Node, index: int, arg: Bounded, sign: int) -> Array:
        if node.args[index].type.kind == "bool":
            return arg.value ^ (arg.error > 0)
        if node.args[index].type.kind == "i32":
            step = np.minimum(np.ceil(arg.error), 2.0**31)
            wide = np.clip(np.asarray(arg.value, np.float64) + sign * step, -(2.0**31), 2**31 - 1)
            return wide.astype(np.int64).astype(np.int32)
        moved = arg.value + sign * arg.error
        if node.op in NOT_BELOW_ZERO and index == 0:
            moved = np.where(arg.value >= 0, np.maximum(moved, 0.0), moved)
        return moved

    def _error_comparison(self, node: Node, args: list[Bounded], value: Array) -> Array:
        if node.args[0] is node.args[1]:  # tests for NaN, which rounding does not make
            return np.zeros(np.shape(value))
        a, b = args
        reach = a.error + b.error
        undecided = (np.abs(a.value - b.value) <= reach) & (reach > 0)
        return np.where(undecided | np.isinf(reach), 1.0, 0.0)

    _error_lt = _error_le = _error_eq = _error_comparison

    def _error_select(self, node: Node, args: list[Bounded], value: Array) -> Array:
        condition, yes, no = args
        decided = np.where(condition.value, yes.error, no.error)
        either = _difference(yes.value, no.value) + np.maximum(yes.error, no.error)
        return np.where(condition.error > 0, either, decided)

    def _error_rgb(self, node: Node, args: list[Bounded], value: Array) -> Array:
        parts = np.broadcast_arrays(*(np.atleast_1d(a.error) for a in args))
        return np.concatenate(parts, axis=-1)

    def _error_component(self, node: Node, args: list[Bounded], value: Array) -> Array:
        color = np.broadcast_to(args[0].error, np.shape(args[0].value))
        return color[..., node.attr : node.attr + 1]

    def _error_matvec(self, node: Node, args: list[Bounded], value: Array) -> Array:
        """Three products and two sums; their rounding goes by the size of the terms."""
        *cells, color = args
        parts = [color.value[..., i : i + 1] for i in range(3)]
        errors = np.broadcast_to(color.error, np.shape(color.value))
        rows = []
        for row in range(3):
            total: Array = 0.0
            size: Array = 0.0
            for i in range(3):
                cell, error = cells[3 * row + i], errors[..., i : i + 1]
                total = total + _product(cell.value, error) + _product(parts[i], cell.error)
                total = total + _product(cell.error, error)
                size = size + np.abs(cell.value * parts[i])
            # An intermediate sum may overflow although the last does not.
            fits = ~np.isfinite(size) | (size < ROUNDS_TO_INFINITY)
            rows.append(np.where(fits, total + 1.5 * _ulp(size), np.inf))
        return np.concatenate(np.broadcast_arrays(*rows), axis=-1)

    def _error_fetch3d(self, node: Node, args: list[Bounded], value: Array) -> Array:
        """Each channel is moved by its error and by the rounding of its position in the cube."""
        color = args[0].value
        reach = np.broadcast_to(args[0].error, np.shape(color)) + _ulp(np.clip(color, 0.0, 1.0))
        total = np.zeros(np.shape(value))
        for i in range(3):
            changes = []
            for sign in (-1, 1):
                moved = np.array(color)
                moved[..., i] += sign * reach[..., i]
                changes.append(_difference(self._evaluate(node, [moved]), value))
            total = total + np.maximum(*changes)
        return total + 4 * _ulp(np.float64(np.abs(node.attr[0].data).max()))

    def _error_at(self, node: Node, args: list[Bounded], value: Array) -> Array:
        spread = np.broadcast_to(args[0].error, np.shape(args[0].value))
        return self._evaluate(node, [spread])

    def _error_ascending_sum(self, node: Node, args: list[Bounded], value: Array) -> Array:
        *_, table, most = node.attr
        if np.any(args[1].error):
            return np.full(np.shape(value), np.inf)
        weights = np.abs(table.data.astype(np.float64))
        size = weights.sum() * np.abs(args[0].value).max()
        largest = weights.sum() * np.max(args[0].error)
        return np.full(np.shape(value), largest + most * _ulp(size))


def _product(a: Array, error: Array) -> Array:
    return np.where((error == 0) | (a == 0), 0.0, np.abs(a * error))


def _difference(a: Array, b: Array) -> Array:
    """``|a - b|``; 0 where both are the same infinity or NaN, infinite where only one is."""
    same = (a == b) | ((a != a) & (b != b))
    apart = np.abs(np.asarray(a, np.float64) - np.asarray(b, np.float64))
    return np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))


def _ulp(value: Array) -> Array:
    """The spacing of float32 at a value: 2**-149 near zero, at most that of the top binade."""
    size = np.minimum(np.abs(np.nan_to_num(value, nan=0.0)), TOP_BINADE)
    return np.spacing(np.asarray(size, dtype=np.float32)).astype(np.float64)


def _round(value: Array, error: Array, accuracy: float) -> Array:
    """The error after rounding to float32; infinite where the result may overflow."""
    if accuracy:
        error = error + accuracy * _ulp(np.abs(value) + error)
    error = np.where(np.isnan(error), np.inf, error)
    overflow = np.isfinite(value) & (np.abs(value) + error >= ROUNDS_TO_INFINITY)
    error = np.where(np.isfinite(value) | np.isinf(error), error, 0.0)
    return np.where(overflow, np.inf, error)
