"""The types of the IR: a scalar, or three of one kind as a color.

Only the body of a loop has f64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["f32", "i32", "bool", "f64"]
KINDS = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Type:
    """A scalar kind, and how many of it: 1, or 3 for a color."""

    kind: Kind
    width: Literal[1, 3] = 1

    @property
    def scalar(self) -> Type:
        """The type of one component."""
        return Type(self.kind)

    def widened(self, width: Literal[1, 3]) -> Type:
        """The same kind at another width."""
        return Type(self.kind, width)

    def __str__(self) -> str:
        return self.kind if self.width == 1 else f"{self.kind}x3"

    @staticmethod
    def parse(text: str) -> Type:
        """Read back what ``str`` printed.

        Raises
        ------
        ValueError
            If ``text`` names no type of the IR.
        """
        kind, times, width = text.partition("x")
        if kind not in KINDS or (times and width != "3"):
            raise ValueError(
                f"{text!r} is no type of the IR: {', '.join(KINDS)}, or one of them x3"
            )
        return Type(kind, 3 if times else 1)  # type: ignore[arg-type]


F32 = Type("f32")
I32 = Type("i32")
BOOL = Type("bool")
F64 = Type("f64")
VEC3 = Type("f32", 3)
