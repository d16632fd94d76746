"""Parallel: several branches of one picture, together."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, select
from grade.op import Choice, Op


class Parallel(Op):
    """Join what several branches make of one picture, none of them seeing another.

        sum       y = a + (b1 - a) + (b2 - a) + ...
        average   y = a + ((b1 - a) + (b2 - a) + ...) / n

    ``sum`` keeps the whole of every branch: where each changes other pixels, the result has all the
    changes. ``average`` is the mean of the branches. A branch that left a pixel alone adds nothing,
    to the bit. ``amount`` and ``matte`` mix the result with a. Not the identity at its defaults, as
    the branches are not. Negative values and values above 1 are numbers like others; NaN or an
    infinity in a branch reaches the result where the branch differs from a.

    Source: the parallel mixer of node based grading systems, whose formula is not published; this
    one is written down here.

    >>> Parallel().evaluate(0.5, 0.6, 0.4)
    0.5
    >>> round(Parallel("average").evaluate(0.5, 0.7, 0.6), 6)
    0.65
    """

    group = "layer"
    more = "branches"
    mode = Choice("sum", "average", doc="Whether changes add up or are averaged.")

    def neutral(self) -> bool:
        return False

    def forward(self, a: Any, *branches: Any) -> Any:
        share = 1.0 / len(branches) if self.mode == "average" and branches else 1.0
        y = a
        for branch in branches:
            change = branch - a if share == 1.0 else (branch - a) * share
            y = select(equal(branch, a), y, y + change)
        return y
