"""Windows that are turned about their center."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grade.ir.expression import cos, fma, sin
from grade.op.position import Position

RADIANS = 0.017453292519943295  # of one degree


@dataclass(frozen=True, slots=True)
class Turned:
    """A place in the axes of a window.

    Attributes
    ----------
    u, v
        How far it is from the center, to the window's right and to its top.
    """

    u: Any
    v: Any
    cosine: Any
    sine: Any

    def outward(self, u: Any, v: Any) -> tuple[Any, Any]:
        """A direction of the window's axes in those of the picture."""
        return self.cosine * u - self.sine * v, fma(self.sine, u, self.cosine * v)


def turned(position: Position, center: Sequence[Any], angle: Any) -> Turned:
    """A pixel in the axes of a window that is turned by degrees counter-clockwise.

    >>> from grade.op.position import Position
    >>> place = turned(Position(0.0, 2.0, 0.0, 0.0), (0.0, 0.0), 90.0)
    >>> round(float(place.u), 12), round(abs(float(place.v)), 12)
    (2.0, 0.0)
    """
    cosine, sine = cos(angle * RADIANS), sin(angle * RADIANS)
    x, y = position.x - center[0], position.y - center[1]
    return Turned(fma(y, sine, x * cosine), fma(y, cosine, -(x * sine)), cosine, sine)
