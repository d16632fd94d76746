"""Mattes: ops that give one, and the algebra by which mattes combine.

A matte is one number per pixel, 0 where a node leaves the picture, 1 where it has its effect.

    a & b   both       min(a, b)
    a | b   either     max(a, b)
    a - b   but not    a * (1 - b)
    ~a      outside    1 - a
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from grade.errors import RequestError
from grade.ir.expression import equal, fma, maximum, minimum, select
from grade.op.base import Op, Uniforms
from grade.op.position import Position
from grade.op.working import ACES, Working

OPERATORS = ("&", "|", "-", "~")


class MatteError(RequestError):
    """Mattes were joined in a way that has no meaning; the message has the remedy."""


def combined(operator: str, values: Any) -> Any:
    """What an operator makes of mattes: nodes or arrays."""
    if operator == "~":
        return 1.0 - values[0]
    a, b = values
    if operator == "&":
        return minimum(a, b)
    if operator == "|":
        return maximum(a, b)
    return a * (1.0 - b)


class MatteAlgebra:
    """``& | - ~`` between windows, keys and mattes."""

    __slots__ = ()

    def __and__(self, other: Any) -> Any:
        return self._join("&", self, other)

    def __rand__(self, other: Any) -> Any:
        return self._join("&", other, self)

    def __or__(self, other: Any) -> Any:
        return self._join("|", self, other)

    def __ror__(self, other: Any) -> Any:
        return self._join("|", other, self)

    def __sub__(self, other: Any) -> Any:
        return self._join("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._join("-", other, self)

    def __invert__(self) -> Any:
        return self._join("~", self)

    def _join(self, operator: str, *operands: Any) -> Any:
        for operand in operands:
            if not isinstance(operand, MatteAlgebra):
                raise MatteError(f"{operand!r} {operator} ...: mattes combine with mattes only")
        return MatteExpression(operator, operands)


class MatteExpression(MatteAlgebra):
    """Mattes that are combined, or go through an op, and are bound to no look yet.

    Parameters
    ----------
    step
        An operator, or an op of mattes.
    operands
        Windows, keys, expressions, or mattes of a look.
    """

    __slots__ = ("label", "operands", "step")

    def __init__(self, step: str | Op, operands: tuple[Any, ...], label: str | None = None) -> None:
        self.step, self.operands, self.label = step, operands, label

    def named(self, name: str) -> MatteExpression:
        """The same under a name of its own, as a look file has under ``mattes``."""
        return MatteExpression(self.step, self.operands, name)

    def __rshift__(self, op: Any) -> MatteExpression:
        return through(self, op)

    def __bool__(self) -> NoReturn:
        raise MatteError("a matte has no truth value; combine mattes by & | - ~")

    def __repr__(self) -> str:
        if isinstance(self.step, Op):
            return f"{self.operands[0]!r} >> {self.step!r}"
        if self.step == "~":
            return f"~({self.operands[0]!r})"
        return f"({self.operands[0]!r} {self.step} {self.operands[1]!r})"


def through(matte: Any, op: Any) -> MatteExpression:
    """``matte >> op``; refuses what takes a picture.

    Raises
    ------
    MatteError
        With the remedy.
    """
    if isinstance(op, Op) and op.takes == "matte":
        return MatteExpression(op, (matte,))
    if isinstance(op, Op):
        raise MatteError(
            f"a matte cannot go through {op.kind}, which takes a picture; to limit the node to the"
            f" matte write {type(op).__name__}(..., matte=...)"
        )
    raise MatteError(f"a matte goes through ops of mattes only; {op!r} is none")


class MatteOp(Op, abstract=True):
    """An op of mattes, such as levels: ``forward(self, m)`` on one channel, 0..1 in and out."""

    group = "matte"
    takes = "matte"
    gives = "matte"

    def trace_matte(self, given: Any, uniform: Uniforms, working: Working = ACES) -> Any:
        """The matte as an expression: the formula, the identity at defaults, ``amount``."""
        bound, leaves = self._bound(uniform, working)
        amount = leaves["amount"]
        made = bound.forward(given)
        made = select(equal(amount, 1.0), made, fma(amount, made - given, given))
        return select(self._off(bound, leaves), given, made)

    def evaluate(self, x: Any, *others: Any, inverse: bool = False, working: Working = ACES) -> Any:
        """The formula in NumPy float64, of a number or an array of mattes."""
        given = np.asarray(x, dtype=np.float64)
        bound = self.bind(self._assembled(lambda name, value: np.float64(value)), working)
        if self.neutral() and np.all(self._identity(bound)):
            return _number(given)
        with np.errstate(all="ignore"):
            made = bound.forward(given)
            return _number(given + self.values["amount"] * (made - given))


class _Source(MatteAlgebra, Op, abstract=True):
    """What gives a matte of something other than a matte."""

    group = "matte"
    gives = "matte"

    def neutral(self) -> bool:
        return False

    def trace_matte(self, given: Any, uniform: Uniforms, working: Working = ACES) -> Any:
        """The matte as an expression, ``amount`` of it."""
        bound, leaves = self._bound(uniform, working)
        return bound.forward(given) * leaves["amount"]

    def _evaluated(self, given: Any, working: Working) -> Any:
        bound = self.bind(self._assembled(lambda name, value: np.float64(value)), working)
        with np.errstate(all="ignore"):
            return _number(np.asarray(bound.forward(given)) * self.values["amount"])


class Window(_Source, abstract=True):
    """A shape in the picture: ``forward(self, position)`` gives how much of a pixel it covers.

    Lengths and positions are heights of the display window after pixel aspect, from its center, x
    right and y up; angles are degrees counter-clockwise. A window is a matte by itself.
    """

    pictures = ()

    def __rshift__(self, op: Any) -> Any:
        return through(self, op)

    def evaluate(  # type: ignore[override]
        self, x: Any, y: Any = 0.0, *, pixel: float | tuple[float, float] = 0.0
    ) -> Any:
        """The matte in NumPy float64 at places ``x``, ``y`` for pixels of a size (0: points)."""
        width, height = pixel if isinstance(pixel, tuple) else (pixel, pixel)
        x, y = np.broadcast_arrays(np.float64(x), np.float64(y))
        return self._evaluated(Position(x, y, np.float64(width), np.float64(height)), ACES)


class Qualifier(_Source, abstract=True):
    """A key: ``forward(self, x)`` gives a matte of a colour, in the space the node works in."""

    def __sub__(self, other: Any) -> Any:
        raise MatteError(
            f"Python reads p >> {self.kind} - b as p >> ({self.kind} - b); put brackets around the"
            " key: (p >> key) - b"
        )

    def __rshift__(self, following: Any) -> Any:
        if isinstance(following, Op) and following.takes == "matte":
            return MatteExpression(following, (self,))
        return super().__rshift__(following)

    def evaluate(self, x: Any, *others: Any, inverse: bool = False, working: Working = ACES) -> Any:
        """The matte in NumPy float64 of a colour ``(..., 3)``; of a number, that of a grey."""
        colour = np.asarray(x, dtype=np.float64)
        wide = np.broadcast_to(colour, (3,)) if colour.ndim == 0 else colour
        return self._evaluated(wide, working)


def _number(value: Any) -> Any:
    array = np.asarray(value)
    if array.ndim and array.shape[-1] == 1:
        array = array[..., 0]
    return float(array) if array.ndim == 0 else np.array(array)
