"""SaturationLumaCurve: change brightness, by saturation."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import to_hexagon
from grade.ir.expression import fma
from grade.op import Op, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.spline import evaluate_level_curve
from grade.op.parameters.points import LevelPointsParam


class SaturationLumaCurve(Op):
    """Change brightness by a curve over saturation: y is the gain, neutral at 1.

        y = curve(s) x,  s = c / max(max, -min, c),  c = max - min

    All three channels are multiplied by one factor, so hue and saturation stay and luma changes by
    that factor. The op works in linear light, where this is an exposure. The saturation s is that
    of HSV in linear RGB, from 0 for grey to 1 for a pure color, and 1 where signs are mixed. A grey
    gets the value at 0. Nothing is clipped.

    Points are ``[[x, y], ...]``, x ascending, 1 to 16 of them. Slopes are those of PCHIP, so
    between two points the curve stays between their heights. At the end points it is level, and
    beyond them it keeps their values. Dragging a point recompiles nothing; adding or removing one
    does.

    In a log space a channel below black, the code of light 0, counts as black, and the rest of it
    is added back. NaN stays NaN and may reach the other channels; an infinity stays one or becomes
    NaN.

    Source: Smith 1978 for s, Fritsch and Butland 1984 for the curve. Differs from OpenColorIO's
    sat_lum, which adds in style log.

    >>> SaturationLumaCurve([[0.5, 1], [1, 0.5]]).evaluate([0.0, 0.0, 1.0]).tolist()
    [0.0, 0.0, 0.5]
    """

    group = "curve"
    domain = "linear"
    known_as = (
        "sat_vs_lum", "sat_vs_luma", "sat_lum", "saturation_luma", "saturation_vs_luminance",
    )  # fmt: skip
    synonyms = other_words(points="curve keys")
    points = LevelPointsParam(
        (0, 0.5, 1),
        level=1.0,
        x=(-65504, 65504),
        y=(0, 100),
        soft=(0, 1),
        unit="saturation, factor",
        doc="Gain of brightness, by saturation.",
    )

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._curved)

    def _curved(self, x: Any) -> Any:
        gain = evaluate_level_curve(to_hexagon(x).saturation, self.points)
        return fma(x, gain - 1.0, x)
