"""HueHueCurve: turn hues by hue."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import rotate_hue, to_hexagon
from grade.op import Choice, Op
from grade.op.formulas.spline import around
from grade.op.formulas.tone import LUMA_WEIGHTS
from grade.op.parameters.level_points import HuePointsParam


class HueHueCurve(Op):
    """Turn hues, by a curve over the hue: y is degrees of rotation, neutral at 0.

        h, c of x;  d = c (wheel(h + curve(h)) - wheel(h));  y = x + d - w.d

    Positive turns red toward yellow. Hue h and chroma c are those of the hexagon model in the RGB
    worked in, largest less smallest channel, defined for negatives too; wheel(h) is the pure colour
    of a hue, from 0 to 1. Chroma and the luma w.x are kept, nothing is clipped, a grey stays what
    it is and colours near it move little.

    Points are ``[[x, y], ...]``: x in degrees, 0 = red, 60 = yellow, 120 = green, ascending, 1 to
    16 of them within a turn. The curve is closed: between the last point and the first it runs on
    round the circle, smooth across the seam. Slopes are those of PCHIP, so between two points it
    never leaves their heights. Dragging a point recompiles nothing; adding or removing one does.

    NaN in a channel is NaN in all; what an infinity reaches is infinite or NaN.

    Source: A. R. Smith 1978 for the model: pure red, turned by 120 degrees, is pure green.
    Differs from OpenColorIO's hue_hue, which draws the new hue, in a model of its own.

    >>> HueHueCurve([[0, 120]], weights="equal").evaluate([1.0, 0.0, 0.0]).round(6).tolist()
    [0.0, 1.0, 0.0]
    """

    points = HuePointsParam(level=0.0, y=(-180, 180), unit="degrees", doc="Rotation, by hue.")
    weights = Choice(*LUMA_WEIGHTS, doc="Whose luma is kept.")

    def forward(self, x: Any) -> Any:
        colour = to_hexagon(x)
        return rotate_hue(x, colour, around(colour.hue, self.points), LUMA_WEIGHTS[self.weights])
