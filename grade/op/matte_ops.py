"""Mattes: the ops that make them, and the algebra that combines them.

A matte is one number per pixel: 0 where a node leaves the picture alone, 1 where it has its full
effect.

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
from grade.op.formulas.hexcone import to_hexcone
from grade.op.formulas.saturation import luma
from grade.op.naming import other_words
from grade.op.position import Position
from grade.op.working_space import ACES, Working

OPERATORS = ("&", "|", "-", "~")


class MatteError(RequestError):
    """Mattes were combined in a way that has no meaning; the message has the remedy."""


def combine_mattes(operator: str, values: Any) -> Any:
    """Apply an operator to mattes: nodes or arrays."""
    if operator == "~":
        return 1.0 - values[0]
    a, b = values
    if operator == "&":
        return minimum(a, b)
    if operator == "|":
        return maximum(a, b)
    return a * (1.0 - b)


class MatteAlgebra:
    """The operators ``& | - ~`` of windows, qualifiers and mattes."""

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
    """A combination of mattes, or a matte that goes through an op, not yet bound to a look.

    Parameters
    ----------
    step
        An operator, or an op that takes a matte.
    operands
        Windows, qualifiers, expressions, or mattes of a look.
    label
        The name that it has in a look; None for one without.
    """

    __slots__ = ("label", "operands", "step")

    def __init__(self, step: str | Op, operands: tuple[Any, ...], label: str | None = None) -> None:
        self.step, self.operands, self.label = step, operands, label

    def named(self, name: str) -> MatteExpression:
        """The same expression under a name, as an entry of ``mattes`` in a look file has one."""
        return MatteExpression(self.step, self.operands, name)

    def __rshift__(self, op: Any) -> MatteExpression:
        return apply_to_matte(self, op)

    def __bool__(self) -> NoReturn:
        raise MatteError("a matte has no truth value; combine mattes by & | - ~")

    def __repr__(self) -> str:
        if isinstance(self.step, Op):
            return f"{self.operands[0]!r} >> {self.step!r}"
        if self.step == "~":
            return f"~({self.operands[0]!r})"
        return f"({self.operands[0]!r} {self.step} {self.operands[1]!r})"


def apply_to_matte(matte: Any, op: Any) -> MatteExpression:
    """The expression ``matte >> op``.

    Raises
    ------
    MatteError
        If the op takes a picture, or is no op; with the remedy.
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
    """An op that takes and gives a matte, such as levels: ``forward(self, m)``, m in 0..1."""

    group = "matte"
    takes = "matte"
    makes = "matte"

    def trace_matte(self, given: Any, uniform: Uniforms, working: Working = ACES) -> Any:
        """The matte as an expression: the formula, the identity at defaults, ``amount``."""
        bound, leaves = self._bind_uniforms(uniform, working)
        amount = leaves["amount"]
        made = bound.forward(given)
        made = select(equal(amount, 1.0), made, fma(amount, made - given, given))
        return select(self._is_off(bound, leaves), given, made)

    def evaluate(self, x: Any, *others: Any, inverse: bool = False, working: Working = ACES) -> Any:
        """The formula in NumPy float64, on a number or an array of mattes."""
        given = np.asarray(x, dtype=np.float64)
        bound = self.bind(self._assemble(lambda name, value: np.float64(value)), working)
        if self.neutral() and np.all(self._is_identity(bound)):
            return _drop_axis(given)
        with np.errstate(all="ignore"):
            made = bound.forward(given)
            return _drop_axis(given + self.values["amount"] * (made - given))


class _MatteSource(MatteAlgebra, Op, abstract=True):
    """An op that makes a matte from something other than a matte."""

    group = "matte"
    makes = "matte"

    def neutral(self) -> bool:
        return False

    def trace_matte(self, given: Any, uniform: Uniforms, working: Working = ACES) -> Any:
        """The matte as an expression, times ``amount``."""
        bound, leaves = self._bind_uniforms(uniform, working)
        return bound.forward(given) * leaves["amount"]

    def _evaluate_at(self, given: Any, working: Working) -> Any:
        bound = self.bind(self._assemble(lambda name, value: np.float64(value)), working)
        with np.errstate(all="ignore"):
            return _drop_axis(np.asarray(bound.forward(given)) * self.values["amount"])


class Window(_MatteSource, abstract=True):
    """A shape in the picture: ``forward(self, position)`` gives the part of a pixel that it covers.

    Lengths and positions are in heights of the display window after pixel aspect. The origin is its
    center, x goes right and y up. Angles are degrees counter-clockwise. A window is a matte by
    itself.
    """

    group = "window"
    pictures = ()
    synonyms = other_words(
        soft="feather softness blur",
        center="position centre origin translate",
        size="scale width",
        angle="rotation rotate",
        unit="units",
    )

    @property
    def in_pixels(self) -> bool:
        """Whether the center of the window is given in pixels."""
        return self.values.get("unit") == "pixels"

    def __rshift__(self, op: Any) -> Any:
        return apply_to_matte(self, op)

    def evaluate(  # type: ignore[override]
        self,
        x: Any,
        y: Any = 0.0,
        *,
        pixel: float | tuple[float, float] = 0.0,
        picture_width: float = 16 / 9,
    ) -> Any:
        """The matte in NumPy float64 at places ``x``, ``y`` for pixels of this size (0: points).

        ``picture_width``, in heights, counts where the center is given in pixels.
        """
        width, height = pixel if isinstance(pixel, tuple) else (pixel, pixel)
        x, y = np.broadcast_arrays(np.float64(x), np.float64(y))
        place = Position(x, y, np.float64(width), np.float64(height), np.float64(picture_width))
        return self._evaluate_at(place, ACES)


class Qualifier(_MatteSource, abstract=True):
    """A selection by color: ``forward(self, x)`` gives a matte, in the space the node works in."""

    group = "key"

    def __sub__(self, other: Any) -> Any:
        raise MatteError(
            f"Python reads p >> {self.kind} - b as p >> ({self.kind} - b); put brackets around the"
            f" qualifier: (p >> {self.kind}) - b"
        )

    def __rshift__(self, following: Any) -> Any:
        if isinstance(following, Op) and following.takes == "matte":
            return MatteExpression(following, (self,))
        return super().__rshift__(following)

    def coordinates(self, x: Any) -> tuple[Any, Any, Any]:
        """Hue in degrees, saturation and luma of a color, as the key sees them.

        The hue is ``NO_HUE`` where there is none. Saturation is that of hsv and luma that of
        BT.709, unless the key has its own.
        """
        cone = to_hexcone(x)
        return cone.hue_or_none(), cone.saturation("hsv"), luma(x, "rec709")

    def evaluate(self, x: Any, *others: Any, inverse: bool = False, working: Working = ACES) -> Any:
        """The matte in NumPy float64 of a color ``(..., 3)``; a number is a grey."""
        color = np.asarray(x, dtype=np.float64)
        wide = np.broadcast_to(color, (3,)) if color.ndim == 0 else color
        return self._evaluate_at(wide, working)


def _drop_axis(value: Any) -> Any:
    """A matte without an axis of one channel; a float where there is one number."""
    array = np.asarray(value)
    if array.ndim and array.shape[-1] == 1:
        array = array[..., 0]
    return float(array) if array.ndim == 0 else np.array(array)
