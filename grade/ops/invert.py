"""Invert: a negative of the picture."""

from __future__ import annotations

from typing import Any

from grade.op import Op


class Invert(Op):
    """Invert the channels: black becomes white.

        y = 1 - x

    It is not the identity: it has no parameters, and in a look it always inverts. ``channels``
    selects the channels, ``amount`` the strength. Nothing is clipped: a value above 1 becomes
    negative and a negative one goes above 1. An infinity changes its sign; NaN stays NaN. Inverting
    twice gives the picture back, except for rounding.

    Source: Nuke's Invert. Differs from the inversion of a scanned negative, which divides by
    the film's base first.

    >>> Invert().evaluate([0.0, 0.25, 2.0]).tolist()
    [1.0, 0.75, -1.0]
    >>> Invert(channels="g").evaluate([0.0, 0.25, 2.0]).tolist()
    [0.0, 0.75, 2.0]
    """

    known_as = ("negative", "negate", "inverse")

    def neutral(self) -> bool:
        return False

    def forward(self, x: Any) -> Any:
        return 1.0 - x

    def inverse(self, y: Any) -> Any:
        """The same formula."""
        return 1.0 - y
