"""The working space of an op: its primaries and its encoding, as far as a formula may ask.

Most ops do not ask: their numbers mean the same in every space. A few speak of light (a pivot at
18 % grey, a printer point, the white of the primaries) and receive the working space when they are
traced. An op alone, in a doctest or at the prompt, works in ACES: AP1 primaries, and ACEScct where
its domain is ``log``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grade.ir.expression import Node, const, log2, select
from grade.science.matrices import Matrix
from grade.science.primaries import AP1


@dataclass(frozen=True, slots=True)
class Working:
    """Primaries and encoding of the space that an op's ``forward`` sees.

    Parameters
    ----------
    to_xyz
        Nine numbers row by row: linear RGB of these primaries to CIE XYZ, white at Y = 1.
    encode
        Scene light (0.18 is grey) to the code values that ``x`` holds; the identity in a linear
        space. Takes and gives one number: a node or float64.
    logarithmic
        Whether the codes are those of a log curve on light; None where the space is not known.
    """

    to_xyz: Matrix
    encode: Callable[[Any], Any]
    logarithmic: bool | None = None


class InProgram:
    """A working space that makes constants of the program from plain numbers.

    The logarithm of 0.18 in NumPy differs between hosts in the last bit; in the program it does
    not.
    """

    def __init__(self, working: Working) -> None:
        self.working = working

    def __getattr__(self, name: str) -> Any:
        return getattr(self.working, name)

    def encode(self, light: Any) -> Any:
        """Scene light to code values, as an expression."""
        return self.working.encode(light if isinstance(light, Node) else const(light))


def acescct(light: Any) -> Any:
    """The ACEScct code of scene light: a straight toe up to 0.0078125, then 17.52 stops per unit.

    Source: S-2016-001, ACEScct.

    >>> round(float(acescct(0.18)), 7)
    0.4135884
    """
    toe = light * 10.5402377416545 + 0.0729055341958355
    return select(light <= 0.0078125, toe, (log2(light) + 9.72) * (1 / 17.52))


AS_IS = "as_is"
"""The value of ``space`` that takes a picture in the space that it is in, unconverted."""

ACES = Working(AP1.to_xyz, acescct)
