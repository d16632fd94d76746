"""Invert: a negative of the picture."""

from __future__ import annotations

from typing import Any

from grade.op import Op


class Invert(Op):
    """Turn the channels round: black becomes white.

        y = 1 - x

    Not the identity: it has no parameters, and standing in a look it inverts. ``channels`` says
    which channels, ``amount`` how far. Values beyond 0..1 come out beyond 1..0, nothing is
    clipped; an infinity changes its sign, NaN stays NaN. Twice is nothing at all, but for rounding.

    Source: Nuke's Invert. Differs from inverting a scanned negative, which divides by the film's
    base first.

    >>> Invert().evaluate([0.0, 0.25, 2.0]).tolist()
    [1.0, 0.75, -1.0]
    >>> Invert(channels="g").evaluate([0.0, 0.25, 2.0]).tolist()
    [0.0, 0.75, 2.0]
    """

    def neutral(self) -> bool:
        return False

    def forward(self, x: Any) -> Any:
        return 1.0 - x

    def inverse(self, y: Any) -> Any:
        """The same again."""
        return 1.0 - y
