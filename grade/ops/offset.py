"""Offset: a constant added to each channel."""

from __future__ import annotations

from typing import Any

from grade.op import Op, RgbParam, other_words


class Offset(Op):
    """Add a constant to each channel.

        y = x + offset

    On log codes this is exposure, in linear light it is flare. Nothing is clipped. Infinities and
    NaN pass through.

    Source: the offset of the ASC CDL, v1.2. Differs from lift, which keeps white.

    >>> Offset((0.02, 0.0, -0.05)).evaluate([0.5, 0.4, 0.25]).tolist()
    [0.52, 0.4, 0.2]
    """

    known_as = ("add", "offset_wheel")
    synonyms = other_words(offset="add value")
    offset = RgbParam(
        0.0,
        soft=(-0.2, 0.2),
        hard=(-1000, 1000),
        unit="code value",
        doc="The constant that is added.",
    )

    def forward(self, x: Any) -> Any:
        return x + self.offset

    def inverse(self, y: Any) -> Any:
        """Subtract the offset."""
        return y - self.offset
