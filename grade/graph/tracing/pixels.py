"""Pixels from memory to the color that is graded, and back: decoding, alpha, encoding, dither."""

from __future__ import annotations

from grade.graph.errors import PixelsError
from grade.io.frame import Alpha
from grade.ir.dither import encode_dithered, reduces
from grade.ir.expression import (
    Node,
    absolute,
    channels,
    const,
    equal,
    make,
    maximum,
    rgb,
    select,
)
from grade.ir.storage import Layout, decode, encode

INFINITY = float("inf")
ALPHA: tuple[Alpha, ...] = ("straight", "premultiplied", "none")


def check_layouts(source: Layout, target: Layout, alpha: str) -> None:
    """Refuse layouts that are not pictures.

    Raises
    ------
    PixelsError
        If a layout has neither three nor four channels, or the kind of alpha is unknown.
    """
    for layout in (source, target):
        if layout.channels not in (3, 4):
            raise PixelsError(f"a picture has 3 or 4 channels, not {layout.channels}")
    if alpha not in ALPHA:
        raise PixelsError(f"alpha = {alpha!r}: takes {', '.join(ALPHA)}")


class Pixel:
    """One pixel of the source.

    Premultiplied color is divided by alpha before the grade and multiplied afterwards: the result
    is a f(C / a). At alpha 1, division and product cost no bit. Where alpha is 0, so is the limit
    of a f(C / a) for a color of 0: an empty pixel stays 0. A color that is not 0 there (a glow, or
    NaN) has no straight color; it is graded as it stands, as OpenImageIO's ``unpremult`` leaves it.
    So is a color that float32 cannot hold when it is divided. A zero may have either sign.
    """

    def __init__(self, source: Layout, alpha: Alpha) -> None:
        self.source = source
        loads = [make("load", (), (source.raw_type, 0, c)) for c in range(source.raw_channels)]
        self.raw = source.codes(loads)
        self.values = [decode(source.code, raw) for raw in self.raw]
        self.divides = alpha == "premultiplied" and source.channels == 4

    @property
    def _transparent(self) -> Node:
        """Whether there is no straight color: alpha is 0, or too small to divide by."""
        alpha = self.values[3]
        zero: Node = equal(alpha, 0.0)
        if self.source.code != "f32":  # 65504 divided by the smallest half is no problem
            return zero
        stored, straight = _largest(self.values[:3]), _largest([v / alpha for v in self.values[:3]])
        too_small: Node = equal(straight, INFINITY) & (stored < INFINITY)
        return zero | too_small

    @property
    def _black(self) -> Node:
        """Whether every channel of the stored color is 0."""
        red, green, blue = (equal(value, 0.0) for value in self.values[:3])
        return red & green & blue  # type: ignore[no-any-return]

    def color(self) -> Node:
        """Red, green and blue, straight."""
        stored: Node = rgb(*self.values[:3])
        if not self.divides:
            return stored
        return select(self._transparent, stored, stored / self.values[3])  # type: ignore[no-any-return]

    def store(
        self, color: Node, target: Layout, frame_number: Node | None = None
    ) -> tuple[Node, ...]:
        """The words that are stored for a graded color, one per channel of the target or packed.

        Alpha is never graded. With equal storage its bits are copied. A target with alpha gets 1
        where the source has none.

        Parameters
        ----------
        color
            Red, green and blue, straight.
        target
            How the result lies in memory.
        frame_number
            The number of the frame, to dither by. Color is dithered where the target has fewer bits
            than the source and at most twelve. None does not dither.
        """
        if self.divides:
            as_it_stands = select(self._black, 0.0, color)
            color = select(self._transparent, as_it_stands, color * self.values[3])
        if frame_number is not None and reduces(self.source.code, target.code):
            parts = enumerate(channels(color))
            result = [encode_dithered(target.code, value, c, frame_number) for c, value in parts]
        else:
            result = [encode(target.code, channel) for channel in channels(color)]
        if target.channels == 4:
            if self.source.channels == 3:
                result.append(encode(target.code, const(1.0)))
            elif self.source.code == target.code:
                result.append(self.raw[3])
            else:
                result.append(encode(target.code, self.values[3]))
        return tuple(target.words(result))


def _largest(values: list[Node]) -> Node:
    """The largest magnitude."""
    red, green, blue = map(absolute, values)
    return maximum(maximum(red, green), blue)  # type: ignore[no-any-return]
