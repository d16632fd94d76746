"""ColorCorrect: the ColorCorrect node of Nuke, knob for knob."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import equal, fma, power, select
from grade.op import Op, Param, ParameterError, RgbParam, other_words
from grade.op.formulas.ramps import smooth_ramp
from grade.op.formulas.saturation import luma, saturate

GREY = 0.18
KNOBS = ("saturation", "contrast", "gamma", "gain", "offset")


def _saturation(where: str) -> RgbParam:
    return RgbParam(
        1.0, soft=(0, 2), hard=(0, 100), unit="factor", doc=f"{where}: 0 is monochrome."
    )


def _contrast(where: str) -> RgbParam:
    return RgbParam(
        1.0, soft=(0.5, 2), hard=(0, 20), unit="exponent", doc=f"{where}: slope in stops at 0.18."
    )


def _gamma(where: str) -> RgbParam:
    return RgbParam(
        1.0, soft=(0.5, 2), hard=(0.05, 20), unit="exponent",
        doc=f"{where}: above 1 lightens mid-tones.",
    )  # fmt: skip


def _gain(where: str) -> RgbParam:
    return RgbParam(
        1.0, soft=(0.5, 2), hard=(-1000, 1000), unit="factor", doc=f"{where}: multiplies."
    )


def _offset(where: str) -> RgbParam:
    return RgbParam(0.0, soft=(-0.2, 0.2), hard=(-1000, 1000), unit="value", doc=f"{where}: added.")


def _edge(default: float, doc: str) -> Param:
    return Param(default, soft=(0, 1), hard=(-100, 100), unit="luma", doc=doc)


class ColorCorrect(Op):
    """The ColorCorrect node of Nuke: five knobs each for all, shadows, mid-tones and highlights.

        group(x):  x = Y + saturation * (x - Y)           Y the Rec.709 luma
                   x = (x / 0.18) ** contrast * 0.18      where x > 0
                   x = x ** (1 / gamma)                   where x > 0
                   x = x * gain + offset

        y = shadows(x) * S + midtones(x) * (1 - S - H) + highlights(x) * H
        out = master(y)

    S falls smoothly, as 3 t**2 - 2 t**3, from 1 at luma ``shadows_full`` to 0 at ``shadows_none``;
    H rises from 0 at ``highlights_none`` to 1 at ``highlights_full``. All three groups read
    the source. The knobs without a prefix are the master.

    The op works in linear light, as the node does in a Nuke script, so knobs that are pasted give
    Nuke's picture in any working space. Negative values pass contrast and gamma unchanged. Nothing
    is clipped. NaN in one channel reaches all three; an infinity gives infinities or NaN.

    Source: openfx-misc ColorCorrect and Nuke's documentation, whose contrast is the power about
    0.18. Differs from Nuke in names: ``shadows.gain`` is ``shadows_gain`` here. Differs from
    openfx-misc, which keeps the ramps in a table of 101 entries and bends contrast about 0.5.

    >>> round(ColorCorrect(contrast=1.5, gain=2.0).evaluate(0.72), 6)   # 2 stops become 3, times 2
    2.88
    >>> ColorCorrect(shadows_offset=0.1).evaluate([0.045, 0.045, 0.045]).round(6).tolist()
    [0.095, 0.095, 0.095]
    """

    domain = "linear"
    known_as = ("colour_correct",)
    synonyms = other_words(saturation="master_saturation", offset="lift")
    saturation = _saturation("All")
    contrast = _contrast("All")
    gamma = _gamma("All")
    gain = _gain("All")
    offset = _offset("All")
    shadows_saturation = _saturation("Shadows")
    shadows_contrast = _contrast("Shadows")
    shadows_gamma = _gamma("Shadows")
    shadows_gain = _gain("Shadows")
    shadows_offset = _offset("Shadows")
    midtones_saturation = _saturation("Mid-tones")
    midtones_contrast = _contrast("Mid-tones")
    midtones_gamma = _gamma("Mid-tones")
    midtones_gain = _gain("Mid-tones")
    midtones_offset = _offset("Mid-tones")
    highlights_saturation = _saturation("Highlights")
    highlights_contrast = _contrast("Highlights")
    highlights_gamma = _gamma("Highlights")
    highlights_gain = _gain("Highlights")
    highlights_offset = _offset("Highlights")
    shadows_full = _edge(0.0, "At and below this luma a pixel is all shadow.")
    shadows_none = _edge(0.09, "At and above this luma a pixel has no shadow part.")
    highlights_none = _edge(0.5, "At and below this luma a pixel has no highlight part.")
    highlights_full = _edge(1.0, "At and above this luma a pixel is all highlight.")

    def validate(self) -> None:
        for low, high in (
            ("shadows_full", "shadows_none"), ("highlights_none", "highlights_full"),
        ):  # fmt: skip
            if not self.values[high] - self.values[low] >= 1e-6:
                raise ParameterError(
                    f"{self.name or self.kind}.{high} = {self.values[high]:g}: not above {low} ="
                    f" {self.values[low]:g} luma"
                )

    def forward(self, x: Any) -> Any:
        light = luma(x, "rec709")
        shadow = 1.0 - smooth_ramp(light, self.shadows_full, self.shadows_none)
        highlight = smooth_ramp(light, self.highlights_none, self.highlights_full)
        low, middle, high = (
            self._group(x, f"{name}_") for name in ("shadows", "midtones", "highlights")
        )
        # The same sum, in a form that is exact where the groups are equal.
        y = middle + fma(shadow, low - middle, highlight * (high - middle))
        return self._group(y, "")

    def _group(self, x: Any, prefix: str) -> Any:
        saturation, contrast, gamma, gain, offset = (self.values[prefix + knob] for knob in KNOBS)
        x = saturate(x, saturation, "rec709")
        # Both powers are one: ((x/g)**c * g)**(1/gamma) = (x/g)**(c/gamma) * g**(1/gamma).
        over = 1 / gamma
        bent = power(x * (1 / GREY), contrast * over) * power(GREY, over)
        straight = equal(contrast, 1.0) & equal(gamma, 1.0)
        x = select(straight, x, select(x > 0.0, bent, x))
        return fma(x, gain, offset)
