"""SoftClip: a shoulder below a ceiling, a toe above a floor."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import select
from grade.op import Op, Param, ParameterError, other_words

INFINITY = float("inf")
OPEN = 1e30  # a threshold beyond every picture


class SoftClip(Op):
    """Roll values off toward a ceiling and a floor instead of clipping them.

        above the shoulder:  y = ceiling - (ceiling - shoulder) / (1 + n),
                             n = (x - shoulder) / (ceiling - shoulder)
        below the toe:       y = floor + (toe - floor) / (1 + n),  n = (toe - x) / (toe - floor)
        between:             y = x, to the bit

    Both join the straight part with slope 1, so there is no corner. They approach their end without
    reaching it, so different values stay different. Either side is off while its threshold is
    unset, which is the default. Ceiling and floor may be any number, above 1 for HDR. The toe also
    takes negative values. An infinity becomes the ceiling or the floor. NaN stays NaN.

    Source: the rational shoulder of E. Reinhard et al. 2002, x / (1 + x), beyond a threshold.
    Differs from Nuke's SoftClip, which is a logarithm, and from a clamp, which makes a corner.

    >>> SoftClip(shoulder=0.8).evaluate([0.5, 1.0, 100.0]).round(6).tolist()
    [0.5, 0.9, 0.999598]
    >>> SoftClip(toe=0.1).evaluate([0.1, 0.0, -0.3]).round(6).tolist()
    [0.1, 0.05, 0.02]
    """

    known_as = ("softclip", "roll_off", "rolloff", "knee", "highlight_rolloff")
    synonyms = other_words(ceiling="high", floor="low", shoulder="highlights", toe="shadows")
    shoulder = Param(
        None, unset=OPEN, soft=(0.5, 0.95), hard=(-OPEN, OPEN), unit="value",
        doc="Values above it are rolled off; unset there is no shoulder.",
    )  # fmt: skip
    ceiling = Param(
        1.0,
        soft=(1, 10),
        hard=(-1e6, 1e6),
        unit="value",
        doc="The limit that the brightest values approach.",
    )
    toe = Param(
        None, unset=-OPEN, soft=(0.02, 0.3), hard=(-OPEN, OPEN), unit="value",
        doc="Values below it are rolled off; unset there is no toe.",
    )  # fmt: skip
    floor = Param(
        0.0,
        soft=(-0.1, 0.01),
        hard=(-1e6, 1e6),
        unit="value",
        doc="The limit that the darkest values approach.",
    )

    def validate(self) -> None:
        label = self.name or self.kind
        if self.shoulder is not None and self.shoulder >= self.ceiling:
            raise ParameterError(
                f"{label}.shoulder = {self.shoulder:g}: not below ceiling = {self.ceiling:g} value"
            )
        if self.toe is not None and self.toe <= self.floor:
            raise ParameterError(
                f"{label}.toe = {self.toe:g}: not above floor = {self.floor:g} value"
            )
        if None not in (self.shoulder, self.toe) and self.toe > self.shoulder:
            raise ParameterError(
                f"{label}.toe = {self.toe:g}: above shoulder = {self.shoulder:g} value"
            )

    def forward(self, x: Any) -> Any:
        high, low = self.ceiling - self.shoulder, self.toe - self.floor
        bright = self.ceiling - high / ((x - self.shoulder) * (1 / high) + 1.0)
        dark = self.floor + low / ((self.toe - x) * (1 / low) + 1.0)
        return select(x > self.shoulder, bright, select(x < self.toe, dark, x))

    def inverse(self, y: Any) -> Any:
        """Undo the roll-off; values at or beyond the ceiling or the floor become infinities."""
        high, low = self.ceiling - self.shoulder, self.toe - self.floor
        bright = self.shoulder + (high / (self.ceiling - y) - 1.0) * high
        bright = select(y < self.ceiling, bright, INFINITY)
        dark = self.toe - (low / (y - self.floor) - 1.0) * low
        dark = select(y > self.floor, dark, -INFINITY)
        return select(y > self.shoulder, bright, select(y < self.toe, dark, y))
