"""HueSaturationCurve: change saturation, by hue."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import scale_saturation, to_hexagon
from grade.op import Choice, Op, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.spline import evaluate_closed_curve
from grade.op.parameters.points import HuePointsParam
from grade.science.luma import LUMA_WEIGHTS


class HueSaturationCurve(Op):
    """Change saturation by a curve over hue: y is the gain, neutral at 1.

        y = Y + curve(h) (x - Y),  Y = w.x

    The hue h is that of the hexagon model in the working RGB, defined for negative values too. Luma
    Y is kept. Nothing is clipped. A grey stays, and colors near it move little. Where the curve is
    1 a color keeps its value exactly.

    Points are ``[[x, y], ...]``: x in degrees, 0 = red, 60 = yellow, 120 = green, ascending, 1 to
    16 of them within a turn. The curve is closed: from the last point it goes on round the circle
    to the first, smooth across the seam. Slopes are those of PCHIP, so between two points the curve
    stays between their heights. Dragging a point recompiles nothing; adding or removing one does.

    In a log space a channel below black, the code of light 0, counts as black, and the rest of it
    is added back. NaN in one channel reaches all three; an infinity gives infinities or NaN.

    Source: ASC CDL v1.2 for the saturation, Smith 1978 for the hue, Fritsch and Butland 1984 for
    the curve. Differs from OpenColorIO's hue_sat, which has a hue of its own.

    >>> HueSaturationCurve([[350, 1], [360, 0], [370, 1]]).evaluate([1.0, 0.0, 0.0]).tolist()
    [0.2126, 0.2126, 0.2126]
    """

    group = "curve"
    known_as = ("hue_vs_sat", "hue_vs_saturation", "hue_sat", "hue_sat_curve", "hue_saturation")
    synonyms = other_words(points="curve keys")
    points = HuePointsParam(
        level=1.0, y=(0, 100), unit="degrees, factor", doc="Gain of saturation, by hue."
    )
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._curved)

    def _curved(self, x: Any) -> Any:
        color = to_hexagon(x)
        gain = evaluate_closed_curve(color.hue, self.points)
        return scale_saturation(x, color, gain, LUMA_WEIGHTS[self.weights])
