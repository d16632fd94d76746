"""CombineChannels: red, green and blue from three pictures."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, rgb
from grade.op import Op


class CombineChannels(Op):
    """Take red from the first picture, green from the second, blue from the third.

        y = a.r, b.g, c.b

    To split a picture, use the node field ``channels``: a branch that works on red alone writes
    ``channels: r``. It is not the identity at its defaults: the result differs from its first
    picture as the others do. Every value keeps its bits, NaN included.

    Source: the splitter and combiner of node-based grading systems.

    >>> CombineChannels().evaluate([1, 2, 3], [4, 5, 6], [7, 8, 9]).tolist()
    [1.0, 5.0, 9.0]
    """

    group = "layer"
    pictures = ("from", "green", "blue")
    known_as = ("shuffle", "shuffle_copy", "splitter_combiner", "channel_combiner")

    def neutral(self) -> bool:
        return False

    def forward(self, a: Any, b: Any, c: Any) -> Any:
        return rgb(channels(a)[0], channels(b)[1], channels(c)[2])
