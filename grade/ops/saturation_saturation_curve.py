"""SaturationSaturationCurve: change saturation, by saturation."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import scale_saturation, to_hexagon
from grade.op import Choice, Op, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.spline import evaluate_level_curve
from grade.op.parameters.points import LevelPointsParam
from grade.science.luma import LUMA_WEIGHTS


class SaturationSaturationCurve(Op):
    """Change saturation by a curve over saturation: y is the gain, neutral at 1.

        y = Y + curve(s) (x - Y),  Y = w.x,  s = c / max(max, -min, c),  c = max - min

    The saturation s is that of HSV in the working RGB, from 0 for grey to 1 for a pure color, and 1
    where signs are mixed. Luma Y is kept. Nothing is clipped. A grey stays, and where the curve is
    1 a color keeps its value exactly.

    Points are ``[[x, y], ...]``, x ascending, 1 to 16 of them. Slopes are those of PCHIP, so
    between two points the curve stays between their heights. At the end points it is level, and
    beyond them it keeps their values. Dragging a point recompiles nothing; adding or removing one
    does.

    In a log space a channel below black, the code of light 0, counts as black, and the rest of it
    is added back. NaN in one channel reaches all three; an infinity gives infinities or NaN.

    Source: ASC CDL v1.2 for the gain, Smith 1978 for s, Fritsch and Butland 1984 for the curve.
    Differs from OpenColorIO's sat_sat, whose curve is the new saturation.

    >>> SaturationSaturationCurve([[0.5, 1], [1, 0]]).evaluate([0.0, 1.0, 0.0]).tolist()
    [0.7152, 0.7152, 0.7152]
    """

    group = "curve"
    known_as = ("sat_vs_sat", "sat_sat", "saturation_vs_saturation", "saturation_saturation")
    synonyms = other_words(points="curve keys")
    points = LevelPointsParam(
        (0, 0.5, 1),
        level=1.0,
        x=(-65504, 65504),
        y=(0, 100),
        soft=(0, 1),
        unit="saturation, factor",
        doc="Gain of saturation, by saturation.",
    )
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._curved)

    def _curved(self, x: Any) -> Any:
        color = to_hexagon(x)
        gain = evaluate_level_curve(color.saturation, self.points)
        return scale_saturation(x, color, gain, LUMA_WEIGHTS[self.weights])
