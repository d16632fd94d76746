"""KelvinBalance: the white balance of look format 1."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, select
from grade.op import Choice, Op, Param, other_words
from grade.op.formulas.light_locus import (
    TEMPERATURE,
    TINT,
    adapt_to_white,
    check_light,
    light,
    uv_to_xyz,
    xyz_to_uv,
)
from grade.science.adaptation import ADAPTATIONS
from grade.science.matrices import transform
from grade.science.primaries import PRIMARIES

USUAL = 6000.0  # kelvins, near which every working white lies


class KelvinBalance(Op):
    """Make the light that was on set the white, as look format 1 did.

        M = RGB<-XYZ  CAT^-1  diag(cone(working white) / cone(light))  CAT  XYZ<-RGB
        y = M x

    ``white_balance`` has taken its place; nodes of old files whose temperature has keys, or which
    have a tint alone, become this op and keep their bits. It differs in two ways. Keys of
    ``temperature`` blend in kelvin. Without a temperature ``tint`` moves the working white in the
    direction that green has at 6000 K.

    The op works in linear light. Nothing is clipped. NaN or an infinity in one channel reaches all
    three.

    Source: as for ``white_balance``.

    >>> from grade.ops import WhiteBalance
    >>> here = KelvinBalance(3200, 0.002).evaluate([0.2, 0.3, 0.4])
    >>> there = WhiteBalance(3200, 0.002, locus="blackbody").evaluate([0.2, 0.3, 0.4])
    >>> (here == there).all().item()
    True
    """

    domain = "linear"
    synonyms = other_words(temperature="temp kelvin")
    temperature = Param(None, **TEMPERATURE)
    tint = Param(0.0, **TINT)
    adaptation = Choice(*ADAPTATIONS, doc="The model of chromatic adaptation.")
    locus = Choice("blackbody", "daylight", doc="The curve of lights with tint 0.")
    primaries = Choice(
        "working", *PRIMARIES, doc="Primaries of the pixels; working: those of the look."
    )

    def validate(self) -> None:
        check_light(self, self.temperature or USUAL, self.tint)

    def forward(self, x: Any) -> Any:
        return self._adapted(x, False)

    def inverse(self, y: Any) -> Any:
        """From the working white back to the light on set."""
        return self._adapted(y, True)

    def _adapted(self, x: Any, back: bool) -> Any:
        named = self.primaries
        to_xyz = self.working.to_xyz if named == "working" else PRIMARIES[named].to_xyz
        x_white, _, z_white = transform(to_xyz, (1.0, 1.0, 1.0))
        white_u, white_v = xyz_to_uv(x_white, 1.0, z_white)
        unset = equal(self.temperature, 0.0)
        u, v = light(select(unset, USUAL, self.temperature), self.tint, self.locus)
        u0, v0 = light(USUAL, 0.0, self.locus)
        u, v = select(unset, white_u + (u - u0), u), select(unset, white_v + (v - v0), v)
        return adapt_to_white(self.adaptation, to_xyz, uv_to_xyz(u, v), x, back)
