"""The working space of an op, as the op sees it: primaries and encoding."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from grade.ir.expression import Node, channels, const, rgb
from grade.science.primaries import (
    D60,
    D65,
    PRIMARIES,
    Chromaticity,
    Matrix,
    Primaries,
    invert,
    multiply,
    transform,
)

# Source: CIE 159:2004. With it the primaries that ARRI, Sony and Blackmagic publish come back from
# OpenColorIO's matrices to 1e-14; with Bradford's only to 5e-3.
CAT02: Matrix = (0.7328, 0.4296, -0.1624, -0.7036, 1.6975, 0.0061, 0.0030, 0.0136, 0.9834)


def adaptation(source: Chromaticity, target: Chromaticity) -> Matrix:
    """XYZ under one white to XYZ under another, by CAT02."""
    (before, after) = (transform(CAT02, (x / y, 1.0, (1 - x - y) / y)) for x, y in (source, target))
    scaled = tuple(cell * after[i // 3] / before[i // 3] for i, cell in enumerate(CAT02))
    return multiply(invert(CAT02), cast(Matrix, scaled))


FROM_ACES_WHITE = adaptation(D60, D65)


class WorkingIn:
    """Primaries and encoding of a space, looked up when an op asks for them."""

    def __init__(self, config: Any, space: str) -> None:
        self.config, self.space = config, space

    @cached_property
    def linear(self) -> str:
        """The linear space of the same primaries."""
        return str(self.config.linear_sibling(self.space))

    @cached_property
    def to_xyz(self) -> Matrix:
        """Linear RGB to CIE XYZ.

        From the chromaticities of the space. A config does not state those of cameras, only their
        way to ACES2065-1, so they are taken back from there to D65, the white of every camera's
        primaries, by the adaptation of Bradford.
        """
        known = self.config.interop(self.linear).get("chromaticities")
        if known is not None:
            red_x, red_y, green_x, green_y, blue_x, blue_y, white_x, white_y = map(float, known)
            stated = Primaries(
                (red_x, red_y), (green_x, green_y), (blue_x, blue_y), (white_x, white_y)
            )
            return stated.to_xyz
        from_camera = self.config.convert(self.linear, "ACES2065-1")
        columns = [from_camera([float(i == j) for j in range(3)]) for i in range(3)]
        to_aces = tuple(float(column[row]) for row in range(3) for column in columns)
        adapted = multiply(FROM_ACES_WHITE, PRIMARIES["ap0"].to_xyz)
        return multiply(adapted, cast(Matrix, to_aces))

    def encode(self, light: Any) -> Any:
        """Scene light to the code values of the space: one number, a node or float64.

        A plain number becomes a constant of the program, because NumPy's logarithms differ in
        their last bit between hosts, and those of the program do not.
        """
        if self.linear == self.space:
            return light
        if type(light) in (int, float):
            light = const(light)
        color = self.config.convert(self.linear, self.space)(rgb(light, light, light))
        code = channels(color)[0]
        return code if isinstance(code, Node) else code[..., 0]
