"""MatteLevels: clean up the black and the white of a matte."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import clamp, power
from grade.op import MatteOp, Param, ParameterError, other_words


class MatteLevels(MatteOp):
    """Stretch a matte between two levels, and bend its mid values.

        y = clamp((m - black) / (white - black), 0, 1)^(1 / gamma)

    Values up to ``black`` become 0, values from ``white`` on 1; ``gamma`` above 1 lifts those
    between. At the defaults the result has the bits of the input. A matte holds no NaN; the formula
    would give 0 for it. To invert a matte write ``~``.

    Source: Nuke Grade with blackpoint, whitepoint, gamma and both clamps.

    >>> MatteLevels(black=0.2, white=0.6, gamma=2.0).evaluate([0.1, 0.3, 0.9]).round(12).tolist()
    [0.0, 0.5, 1.0]
    """

    known_as = ("levels", "matte_finesse", "finesse", "clean_black", "clean_white")
    synonyms = other_words(black="low black_clip", white="high white_clip", gamma="mid")
    black = Param(0.0, soft=(0, 1), hard=(0, 1), unit="matte", doc="The level that becomes 0.")
    white = Param(1.0, soft=(0, 1), hard=(0, 1), unit="matte", doc="The level that becomes 1.")
    gamma = Param(
        1.0,
        soft=(0.2, 5),
        hard=(0.01, 100),
        unit="gamma",
        doc="Above 1 lifts the matte's mid values.",
    )

    def validate(self) -> None:
        if self.black >= self.white:
            raise ParameterError(
                f"{self.name or self.kind}.black = {self.black:g}: not below white ="
                f" {self.white:g} matte; to invert a matte write ~matte"
            )

    def forward(self, m: Any) -> Any:
        scale = 1.0 / (self.white - self.black)
        return power(clamp((m - self.black) * scale, 0.0, 1.0), 1.0 / self.gamma)
