"""The working space of an op, as the op sees it: primaries and encoding."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from grade.color.errors import NoLinearSpace
from grade.ir.expression import Node, channels, const, rgb
from grade.science.adaptation import adapt_white
from grade.science.matrices import Matrix, multiply
from grade.science.primaries import AP0, Primaries
from grade.science.white_points import ACES_WHITE, D65

# By CAT02 the primaries that ARRI, Sony and Blackmagic publish come back from OpenColorIO's
# matrices to 1e-14; by Bradford only to 5e-3.
FROM_ACES_WHITE = adapt_white("CAT02", ACES_WHITE, D65)


class WorkingIn:
    """Primaries and encoding of a space, looked up when an op asks for them."""

    def __init__(self, config: Any, space: str) -> None:
        self.config, self.space = config, space

    @cached_property
    def linear(self) -> str:
        """The linear space of the same primaries."""
        return str(self.config.linear_space(self.space))

    @cached_property
    def logarithmic(self) -> bool:
        """Whether the space is a log curve on the light of a space of the config."""
        if not self.config.space(self.space).is_log:
            return False
        try:
            return self.linear != self.space
        except NoLinearSpace:
            return False

    @cached_property
    def to_xyz(self) -> Matrix:
        """Linear RGB to CIE XYZ.

        From the chromaticities of the space. A config does not state those of cameras, only their
        way to ACES2065-1, so they are taken back from there to D65, the white of every camera's
        primaries, by the adaptation of CAT02.
        """
        known = self.config.interop(self.linear).get("chromaticities")
        if known is not None:
            return Primaries.from_numbers([float(number) for number in known]).to_xyz
        from_camera = self.config.convert(self.linear, "ACES2065-1")
        columns = [from_camera([float(i == j) for j in range(3)]) for i in range(3)]
        to_aces = tuple(float(column[row]) for row in range(3) for column in columns)
        adapted = multiply(FROM_ACES_WHITE, AP0.to_xyz)
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
