"""HueSaturationCurve: saturation by hue."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import scale_saturation, to_hexagon
from grade.op import Choice, Op
from grade.op.formulas.spline import around
from grade.op.formulas.tone import LUMA_WEIGHTS
from grade.op.parameters.level_points import HuePointsParam


class HueSaturationCurve(Op):
    """Gain saturation, by a curve over the hue: y is the gain, neutral at 1.

        y = Y + curve(h) (x - Y),  Y = w.x

    The hue h is that of the hexagon model in the RGB worked in, defined for negatives too. Luma Y
    is kept, nothing is clipped, a grey stays what it is and colours near it move little; where the
    curve is 1 a colour keeps its value exactly.

    Points are ``[[x, y], ...]``: x in degrees, 0 = red, 60 = yellow, 120 = green, ascending, 1 to
    16 of them within a turn. The curve is closed: between the last point and the first it runs on
    round the circle, smooth across the seam. Slopes are those of PCHIP, so between two points it
    never leaves their heights. Dragging a point recompiles nothing; adding or removing one does.

    NaN in a channel is NaN in all; what an infinity reaches is infinite or NaN.

    Source: ASC CDL v1.2 for the saturation, Smith 1978 for the hue, Fritsch and Butland 1984 for
    the curve. Differs from OpenColorIO's hue_sat, which has a hue of its own.

    >>> HueSaturationCurve([[350, 1], [360, 0], [370, 1]]).evaluate([1.0, 0.0, 0.0]).tolist()
    [0.2126, 0.2126, 0.2126]
    """

    points = HuePointsParam(
        level=1.0, y=(0, 100), unit="degrees, factor", doc="Gain of saturation, by hue."
    )
    weights = Choice(*LUMA_WEIGHTS, doc="Whose luma is kept.")

    def forward(self, x: Any) -> Any:
        colour = to_hexagon(x)
        gain = around(colour.hue, self.points)
        return scale_saturation(x, colour, gain, LUMA_WEIGHTS[self.weights])
