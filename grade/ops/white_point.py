"""WhitePoint: adapt a chosen white to the working white, or the reverse."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, matvec, select
from grade.op import Choice, Op, Param, ParameterError, other_words
from grade.science.adaptation import ADAPTATIONS, cone_responses, scale_cones
from grade.science.matrices import Matrix, transform
from grade.science.primaries import PRIMARIES
from grade.science.white_points import to_xyz


class WhitePoint(Op):
    """Adapt the picture from a chosen white to the working white, or the reverse.

        M = RGB<-XYZ  CAT^-1  diag(cone(working white) / cone(chosen))  CAT  XYZ<-RGB
        y = M x

    ``x``, ``y`` are the CIE 1931 chromaticity of the chosen white; unset, nothing happens.
    ``toward`` is the direction: ``working`` makes the chosen chromaticity the working white;
    ``chosen`` inverts the division, so that the working white gets the chosen chromaticity, like a
    print on tinted stock. ``white_balance`` takes the same white in kelvin.

    The op works in linear light. Luminance Y = 1 stays Y = 1. Nothing is clipped. NaN or an
    infinity in one channel reaches all three.

    Source: von Kries scaling in the responses of CAT16 (C. Li et al. 2017), CAT02 (CIE 159:2004)
    or Bradford (ICC.1). Differs from a gain per channel, which is von Kries in the primaries.

    >>> lamp = WhitePoint(0.44758, 0.40745, "chosen", primaries="rec709")
    >>> lamp.evaluate([1.0, 1.0, 1.0]).round(3).tolist()     # illuminant A in linear sRGB
    [1.845, 0.826, 0.233]
    """

    domain = "linear"
    known_as = ("whitepoint", "chromatic_adaptation", "adaptation")
    synonyms = other_words(x="white")
    x = Param(None, soft=(0.25, 0.5), hard=(0.05, 0.75), unit="CIE x", doc="x of the chosen white.")
    y = Param(
        None, soft=(0.25, 0.45), hard=(0.05, 0.85), unit="CIE y", doc="y of the chosen white."
    )
    toward = Choice("working", "chosen", doc="The white that the picture gets.")
    adaptation = Choice(*ADAPTATIONS, doc="The model of chromatic adaptation.")
    primaries = Choice(
        "working", *PRIMARIES, doc="Primaries of the pixels; working: those of the look."
    )

    def validate(self) -> None:
        label = self.name or self.kind
        if (self.x is None) != (self.y is None):
            given, missing = ("x", "y") if self.y is None else ("y", "x")
            raise ParameterError(
                f"{label}.{missing}: unset while {given} = {self.values[given]:g}; a white has both"
            )
        if self.x is not None and min(self._cones(to_xyz(self.x, self.y))) <= 0.0:
            raise ParameterError(
                f"{label}.x, y = {self.x:g}, {self.y:g}: no light has this chromaticity; whites lie"
                " about 0.31, 0.33"
            )

    def forward(self, x: Any) -> Any:
        return matvec(self._matrix(self.toward == "working"), x)

    def inverse(self, y: Any) -> Any:
        """The adaptation in the other direction."""
        return matvec(self._matrix(self.toward != "working"), y)

    def _matrix(self, to_working: bool) -> Matrix:
        x, y = self.values["x"], self.values["y"]
        unset = equal(x, 0.0) | equal(y, 0.0)
        # While unset any white serves: the gains must be numbers, and the result is not used.
        chosen = self._cones(to_xyz(select(unset, 1 / 3, x), select(unset, 1 / 3, y)))
        white = self._cones(transform(self._to_xyz(), (1.0, 1.0, 1.0)))
        gains = [w / c if to_working else c / w for w, c in zip(white, chosen, strict=True)]
        return scale_cones(self.adaptation, self._to_xyz(), gains)

    def _cones(self, xyz: Any) -> Any:
        return cone_responses(self.adaptation, xyz)

    def _to_xyz(self) -> Matrix:
        named = self.primaries
        return self.working.to_xyz if named == "working" else PRIMARIES[named].to_xyz
