"""SaturationSaturationCurve: saturation by saturation."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import scale_saturation, to_hexagon
from grade.op import Choice, Op
from grade.op.formulas.spline import leveled
from grade.op.formulas.tone import LUMA_WEIGHTS
from grade.op.parameters.level_points import LevelPointsParam


class SaturationSaturationCurve(Op):
    """Gain saturation, by a curve over saturation: y is the gain, neutral at 1.

        y = Y + curve(s) (x - Y),  Y = w.x,  s = c / max(max, -min, c),  c = max - min

    The saturation s is that of HSV in the RGB worked in, from 0 for grey to 1 for a pure colour,
    and 1 where signs are mixed. Luma Y is kept, nothing is clipped, a grey stays what it is; where
    the curve is 1 a colour keeps its value exactly.

    Points are ``[[x, y], ...]``, x ascending, 1 to 16 of them. Slopes are those of PCHIP, so
    between two points the curve never leaves their heights; at the end points it is level, and
    beyond them holds their values. Dragging a point recompiles nothing; adding or removing one
    does.

    NaN in a channel is NaN in all; what an infinity reaches is infinite or NaN.

    Source: ASC CDL v1.2 for the gain, Smith 1978 for s, Fritsch and Butland 1984 for the curve.
    Differs from OpenColorIO's sat_sat, which draws the new saturation.

    >>> SaturationSaturationCurve([[0.5, 1], [1, 0]]).evaluate([0.0, 1.0, 0.0]).tolist()
    [0.7152, 0.7152, 0.7152]
    """

    points = LevelPointsParam(
        (0, 0.5, 1),
        level=1.0,
        x=(-65504, 65504),
        y=(0, 100),
        soft=(0, 1),
        unit="saturation, factor",
        doc="Gain of saturation, by saturation.",
    )
    weights = Choice(*LUMA_WEIGHTS, doc="Whose luma is kept.")

    def forward(self, x: Any) -> Any:
        colour = to_hexagon(x)
        gain = leveled(colour.saturation, self.points)
        return scale_saturation(x, colour, gain, LUMA_WEIGHTS[self.weights])
