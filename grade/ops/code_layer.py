"""CodeLayer: one picture over another in a blend mode on code values, as in format 1."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma, maximum, minimum, select, sqrt
from grade.op import Choice, DomainBy, Op, other_words
from grade.op.formulas.saturation import luma
from grade.science.luma import LUMA_WEIGHTS


class CodeLayer(Op):
    """Put a second picture over the first in a blend mode, on the code values of the picture.

    This is what ``layer`` was in looks of format 1, which keep it. New looks take ``layer``, whose
    modes do not depend on the working space.

    With a the picture below, b the one over it, Y their luma:

        normal      b
        add         a + b                                      (in linear light)
        multiply    a b
        screen      a + b - a b
        soft_light  a + (2 b - 1) (a - a a)          b <= 1/2, or a beyond 0..1
                    a + (2 b - 1) (sqrt(a) - a)      b above
        darken      min(a, b)        lighten    max(a, b)
        luminosity  a + Y(b) - Y(a)      the color differences of a, the luma of b
        color       b + Y(a) - Y(b)      the color differences of b, the luma of a

    ``amount`` and ``matte`` mix the result with a; at 0 it has the bits of a. The op is not the
    identity at its defaults. All modes but soft light are polynomials that work for every number,
    negative or above 1. Soft light leaves a where a is outside 0..1, and limits b to 0..1, so it is
    continuous everywhere. NaN stays NaN.

    Source: W3C Compositing and Blending Level 1; its soft light has a third piece for dark a, and
    its luminosity and color clip, which these do not.

    >>> CodeLayer("screen").evaluate(0.5, 0.5)
    0.75
    >>> CodeLayer("luminosity").evaluate([0.2, 0.4, 0.6], [0.5, 0.5, 0.5]).round(4).tolist()
    [0.3281, 0.5281, 0.7281]
    """

    group = "layer"
    pictures = ("from", "over")
    domain = DomainBy(
        "mode", normal="any", add="linear", multiply="any", screen="any", soft_light="any",
        darken="any", lighten="any", luminosity="any", color="any",
    )  # fmt: skip
    synonyms = other_words(mode="blend blend_mode operation")
    mode = Choice(
        "normal", "add", "multiply", "screen", "soft_light", "darken", "lighten", "luminosity",
        "color", doc="The blend mode.",
    )  # fmt: skip
    weights = Choice(*LUMA_WEIGHTS, doc="The luma of the modes luminosity and color.")

    def neutral(self) -> bool:
        return False

    def forward(self, a: Any, b: Any) -> Any:
        if self.mode == "normal":
            return b
        if self.mode == "add":
            return a + b
        if self.mode == "multiply":
            return a * b
        if self.mode == "screen":
            return fma(-a, b, a + b)
        if self.mode == "soft_light":
            return _soft_light(a, b)
        if self.mode == "darken":
            return minimum(a, b)
        if self.mode == "lighten":
            return maximum(a, b)
        moved = luma(b, self.weights) - luma(a, self.weights)
        return a + moved if self.mode == "luminosity" else b - moved


def _soft_light(a: Any, b: Any) -> Any:
    side = fma(minimum(1.0, maximum(0.0, b)), 2.0, -1.0)
    root = sqrt(maximum(0.0, a))
    moved = select(side > 0.0, root - a, fma(-a, a, a))
    return select((a > 0.0) & (a < 1.0), fma(side, moved, a), a)
