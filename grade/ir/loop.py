"""A loop: a small program that runs until its state repeats itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grade.ir.types import F32, I32

if TYPE_CHECKING:
    from grade.ir.expression import Node


@dataclass(frozen=True)
class Loop:
    """What ``iterate`` runs: the next state from the state, until it is the state or time is up.

    Because the next state depends on nothing else, a lane that has arrived stays where it is while
    the others of its vector go on: no mask is needed, and the result depends on no lane count.

    Attributes
    ----------
    results
        The next state, an i32; and nothing else, or three f32 that are the result at the last
        state. They are expressions of ``argument`` leaves: number 0 is the state, the others are
        the operands of ``iterate``. f64 is allowed inside.
    most
        How often the body runs at most.
    """

    results: tuple[Node, ...]
    most: int

    def __post_init__(self) -> None:
        kinds = [result.type for result in self.results]
        if kinds not in ([I32], [I32, F32, F32, F32]) or not 0 < self.most < 2**31:
            raise ValueError(f"a loop has a state, or a state and a color: {kinds}, {self.most}")

    @property
    def has_color(self) -> bool:
        """Whether the result is a color, and not the state."""
        return len(self.results) > 1
