"""LinearGradient: a window that falls from 1 to 0 across the picture."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma, select, sqrt
from grade.op import Choice, LabelledParam, ParameterError, Window, other_words
from grade.op.formulas.windows import cover_edge
from grade.op.position import Position


class LinearGradient(Window):
    """A matte that falls from 1 at ``start`` to 0 at ``end``, constant across that direction.

        t = 1 - clamp((p - start) . (end - start) / |end - start|^2, 0, 1)
        m = 3 t^2 - 2 t^3,  with falloff linear t

    Behind ``start`` it is 1, beyond ``end`` 0. The two may lie as near to each other as one likes:
    the matte is filtered over the pixel and becomes an anti-aliased half of the picture. A place
    that is NaN has 0.

    Source: CSS Images 3, linear gradients. The worked example is its ``to top`` with
    the color stops 1 and 0, eased; the center is half way.

    >>> LinearGradient(start=(0, -0.5), end=(0, 0.5)).evaluate(0.0, [-0.5, 0.0, 0.25]).tolist()
    [1.0, 0.5, 0.15625]
    """

    known_as = ("gradient", "grad", "graduated_filter", "ramp", "linear_window")
    synonyms = other_words(start="from_point", end="to")
    start = LabelledParam(
        (0.0, 0.5), labels=("x", "y"), one=False, soft=(-0.5, 0.5), hard=(-100, 100),
        unit="height", doc="Where the matte is still 1.",
    )  # fmt: skip
    end = LabelledParam(
        (0.0, 0.0), labels=("x", "y"), one=False, soft=(-0.5, 0.5), hard=(-100, 100),
        unit="height", doc="Where the matte has fallen to 0.",
    )  # fmt: skip
    falloff = Choice("smooth", "linear", doc="Shape of the ramp: eased, or straight.")

    def validate(self) -> None:
        if self.start == self.end:
            raise ParameterError(
                f"{self.name or self.kind}.end = {list(self.end)}: the same place as start, so the"
                " gradient has no direction; move one of them"
            )

    def forward(self, position: Position) -> Any:
        ex, ey = (b - a for a, b in zip(self.start, self.end, strict=True))
        length = sqrt(fma(ey, ey, ex * ex))
        scale = 1.0 / length
        # Keyframes may bring both ends to one place; then the edge there faces right.
        normal = select(length > 0.0, ex * scale, 1.0), select(length > 0.0, ey * scale, 0.0)
        x, y = position.x - self.start[0], position.y - self.start[1]
        distance = fma(y, normal[1], x * normal[0])
        return cover_edge(distance, normal, position, length, self.falloff)
