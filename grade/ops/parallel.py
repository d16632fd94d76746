"""Parallel: several branches of one picture, combined."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, select
from grade.op import Choice, Op


class Parallel(Op):
    """Combine several branches that grade the same picture independently.

        sum       y = a + (b1 - a) + (b2 - a) + ...
        average   y = a + ((b1 - a) + (b2 - a) + ...) / n

    ``sum`` adds the changes of all branches: where they change different pixels, the result has all
    changes. ``average`` is the mean of the branches. A branch that leaves a pixel alone adds
    nothing, to the bit. ``amount`` and ``matte`` mix the result with a. It is not the identity at
    its defaults, since the branches are not. Negative values and values above 1 are treated like
    others. NaN or an infinity in a branch reaches the result where the branch differs from a.

    Source: the parallel mixer of node-based grading systems. Its formula is not published, so this
    one is ours.

    >>> Parallel().evaluate(0.5, 0.6, 0.4)
    0.5
    >>> round(Parallel("average").evaluate(0.5, 0.7, 0.6), 6)
    0.65
    """

    group = "layer"
    more = "branches"
    known_as = ("parallel_mixer",)
    mode = Choice("sum", "average", doc="Whether the changes are added or averaged.")

    def neutral(self) -> bool:
        return False

    def forward(self, a: Any, *branches: Any) -> Any:
        share = 1.0 / len(branches) if self.mode == "average" and branches else 1.0
        y = a
        for branch in branches:
            change = branch - a if share == 1.0 else (branch - a) * share
            y = select(equal(branch, a), y, y + change)
        return y
