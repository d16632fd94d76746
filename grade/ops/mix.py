"""Mix: a dissolve between two pictures."""

from __future__ import annotations

from typing import Any

from grade.op import Op


class Mix(Op):
    """Mix the second picture into the first, by ``amount``.

        y = a + amount * (b - a)

    ``amount`` and ``matte`` are the fields that every node has. At 0 the result has the bits of
    ``a``, at 1 those of ``b``: the ends are selected, not computed, so an infinity or NaN in one
    picture does not reach the other. It is not the identity at its defaults: ``amount`` is 1.

    Source: the dissolve of every compositor. Differs from ``over``: alpha takes no part.

    >>> Mix(amount=0.25).evaluate(0.2, 0.6)
    0.3
    """

    group = "layer"
    pictures = ("from", "over")
    known_as = ("dissolve", "crossfade")

    def neutral(self) -> bool:
        return False

    def forward(self, a: Any, b: Any) -> Any:
        return b
