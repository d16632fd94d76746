"""Layer: one picture over another in a blend mode."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import (
    absolute,
    fma,
    maximum,
    minimum,
    select,
    signed_power,
    sqrt,
)
from grade.op import Choice, Domain, DomainBy, Op, other_words
from grade.op.formulas.saturation import luma
from grade.science.luma import LUMA_WEIGHTS

EXPONENT = 2.4  # of the display of BT.1886, for the modes that are made for a display's values
LIGHT = ("add", "subtract", "difference", "multiply", "divide", "darken", "lighten")
PERCEPTUAL = ("screen", "overlay", "hard_light", "soft_light", "luminosity", "color")
_DOMAINS: dict[str, Domain] = {"normal": "any", **dict.fromkeys((*LIGHT, *PERCEPTUAL), "linear")}


class Layer(Op):
    """Put a second picture over the first in a blend mode.

    With a the picture below and b the one over it, in linear light:

        normal      b
        add         a + b
        subtract    a - b
        difference  |a - b|
        multiply    a b
        divide      a / b,  0 where b is 0 or less
        darken      min(a, b)        lighten    max(a, b)

    The modes that are made for the values of a display act on an odd power of light,
    sign(x) |x|^(1/2.4), and go back to light behind it. There, with Y a luma:

        screen      a + b - a b              max(a, b) where a or b is beyond 0..1
        overlay     2 a b                    a <= 1/2
                    1 - 2 (1 - a) (1 - b)    a above
        hard_light  overlay with a and b exchanged
        soft_light  a - (1 - 2 b) a (1 - a)  b <= 1/2
                    a + (2 b - 1) (D - a)    b above, D = ((16 a - 12) a + 4) a up to a = 1/4,
                                             then sqrt(a)
        luminosity  a + Y(b) - Y(a)      the color differences of a, the luma of b
        color       b + Y(a) - Y(b)      the color differences of b, the luma of a

    So a mode gives the same picture in every working space; only normal, with an amount or a matte
    between 0 and 1, mixes the values of the working space. Beyond 0..1: overlay and soft light
    leave an a there as it is and limit b to 0..1. Hard light gives a b there as it is; what an a
    has beyond 0..1 is added, less where b darkens. Every mode but divide is continuous for all
    numbers, and a b of 1/2 (on the odd power) is neutral in overlay, hard and soft light.

    ``amount`` and ``matte`` mix the result with a; at 0 it has the bits of a. The op is not the
    identity at its defaults. NaN stays NaN.

    Source: W3C Compositing and Blending Level 1, whose luminosity and color clip, which these do
    not; openfx-misc Merge for the modes in light. Differs from screen in code values, as
    ``code_layer`` has it, in that light above 1 does not fold back.

    >>> Layer("multiply").evaluate(0.5, 0.5), Layer("add").evaluate(0.5, 0.75)
    (0.25, 1.25)
    >>> round(Layer("screen").evaluate(0.5 ** 2.4, 0.5 ** 2.4) ** (1 / 2.4), 9)
    0.75
    >>> Layer("screen").evaluate(4.0, 0.5)
    4.0
    """

    group = "layer"
    pictures = ("from", "over")
    domain = DomainBy("mode", **_DOMAINS)
    known_as = (
        "blend", "merge", "over", "composite", "comp", "overlay", "blend_mode", "layer_mixer",
    )  # fmt: skip
    synonyms = other_words(mode="blend blend_mode operation")
    mode = Choice("normal", *LIGHT, *PERCEPTUAL, doc="The blend mode.")
    weights = Choice(*LUMA_WEIGHTS, doc="The luma of the modes luminosity and color.")

    def neutral(self) -> bool:
        return False

    def forward(self, a: Any, b: Any) -> Any:
        if self.mode == "normal":
            return b
        if self.mode in LIGHT:
            return _blend_light(self.mode, a, b)
        below, over = (signed_power(x, 1 / EXPONENT) for x in (a, b))
        if self.mode in ("luminosity", "color"):
            moved = luma(over, self.weights) - luma(below, self.weights)
            return signed_power(
                below + moved if self.mode == "luminosity" else over - moved, EXPONENT
            )
        blend = {"screen": _screen, "hard_light": _hard_light}.get(self.mode)
        if blend is not None:
            return blend(a, b, below, over)
        form = _overlay if self.mode == "overlay" else _soft_light
        made = signed_power(form(below, _limit(over)), EXPONENT)
        return select((a <= 0.0) | (a >= 1.0), a, made)


def _blend_light(mode: str, a: Any, b: Any) -> Any:
    if mode == "add":
        return a + b
    if mode == "subtract":
        return a - b
    if mode == "difference":
        return absolute(a - b)
    if mode == "multiply":
        return a * b
    if mode == "divide":
        return select(b <= 0.0, 0.0, a / b)
    return minimum(a, b) if mode == "darken" else maximum(a, b)


def _screen(a: Any, b: Any, below: Any, over: Any) -> Any:
    made = signed_power(fma(-below, over, below + over), EXPONENT)
    inside = (a > 0.0) & (a < 1.0) & (b > 0.0) & (b < 1.0)
    larger = select(a > b, a, select(a <= b, b, a + b))  # the sum carries NaN
    return select(inside, made, larger)


def _hard_light(a: Any, b: Any, below: Any, over: Any) -> Any:
    inside, part = _limit(below), _limit(2.0 * over)
    made = select((over >= 0.0) & (over <= 1.0), _overlay(over, inside), over)
    return signed_power(fma(part, below - inside, made), EXPONENT)


def _limit(x: Any) -> Any:
    """The number within 0..1; NaN stays."""
    return minimum(1.0, maximum(0.0, x))


def _overlay(a: Any, b: Any) -> Any:
    light = fma(2.0 * (1.0 - a), b - 1.0, 1.0)
    return select(a <= 0.5, 2.0 * a * b, light)


def _soft_light(a: Any, b: Any) -> Any:
    side = fma(b, 2.0, -1.0)
    root = sqrt(maximum(0.0, a))
    eased = select(a <= 0.25, fma(fma(16.0, a, -12.0), a, 4.0) * a, root)
    return fma(side, select(side > 0.0, eased - a, fma(-a, a, a)), a)
