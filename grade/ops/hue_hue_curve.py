"""HueHueCurve: rotate hues, by hue."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import rotate_hue, to_hexagon
from grade.op import Choice, Op, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.spline import evaluate_closed_curve
from grade.op.parameters.points import HuePointsParam
from grade.science.luma import LUMA_WEIGHTS


class HueHueCurve(Op):
    """Rotate hues by a curve over hue: y is the rotation in degrees, neutral at 0.

        h, c of x;  d = c (wheel(h + curve(h)) - wheel(h));  y = x + d - w.d

    A positive y turns red toward yellow. Hue h and chroma c are those of the hexagon model in the
    working RGB, with c the largest less the smallest channel, defined for negative values too;
    wheel(h) is the pure color of a hue, from 0 to 1. Chroma and the luma w.x are kept. Nothing is
    clipped. A grey stays, and colors near it move little.

    Points are ``[[x, y], ...]``: x in degrees, 0 = red, 60 = yellow, 120 = green, ascending, 1 to
    16 of them within a turn. The curve is closed: from the last point it goes on round the circle
    to the first, smooth across the seam. Slopes are those of PCHIP, so between two points the curve
    stays between their heights. Dragging a point recompiles nothing; adding or removing one does.

    In a log space a channel below black, the code of light 0, counts as black, and the rest of it
    is added back. NaN in one channel reaches all three; an infinity gives infinities or NaN.

    Source: A. R. Smith 1978 for the model: pure red, turned by 120 degrees, is pure green.
    Differs from OpenColorIO's hue_hue, whose curve is the new hue, in a model of its own.

    >>> HueHueCurve([[0, 120]], weights="equal").evaluate([1.0, 0.0, 0.0]).round(6).tolist()
    [0.0, 1.0, 0.0]
    """

    group = "curve"
    known_as = ("hue_vs_hue", "hue_hue")
    synonyms = other_words(points="curve keys")
    points = HuePointsParam(level=0.0, y=(-180, 180), unit="degrees", doc="Rotation, by hue.")
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._curved)

    def _curved(self, x: Any) -> Any:
        color = to_hexagon(x)
        return rotate_hue(
            x, color, evaluate_closed_curve(color.hue, self.points), LUMA_WEIGHTS[self.weights]
        )
