"""LumaSaturationCurve: change saturation, by luma."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import scale_saturation, to_hexagon
from grade.ir.expression import dot
from grade.op import Choice, Op, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.spline import evaluate_level_curve
from grade.op.parameters.points import LevelPointsParam
from grade.science.luma import LUMA_WEIGHTS


class LumaSaturationCurve(Op):
    """Change saturation by a curve over luma: y is the gain, neutral at 1.

        y = Y + curve(Y) (x - Y),  Y = w.x

    The x of a point is luma in the working space. Luma is kept. Nothing is clipped. A grey stays,
    and where the curve is 1 a color keeps its value exactly.

    Points are ``[[x, y], ...]``, x ascending, 1 to 16 of them. Slopes are those of PCHIP, so
    between two points the curve stays between their heights. At the end points it is level, and
    beyond them it keeps their values. Dragging a point recompiles nothing; adding or removing one
    does.

    In a log space a channel below black, the code of light 0, counts as black, and the rest of it
    is added back. NaN in one channel reaches all three; an infinity gives infinities or NaN.

    Source: ASC CDL v1.2 for the saturation, Fritsch and Butland 1984 for the curve. Differs from
    OpenColorIO's lum_sat, whose luma is in stops in style linear.

    >>> LumaSaturationCurve([[0.2126, 0], [1, 1]]).evaluate([1.0, 0.0, 0.0]).round(6).tolist()
    [0.2126, 0.2126, 0.2126]
    """

    group = "curve"
    known_as = (
        "lum_vs_sat", "luma_vs_sat", "lum_sat", "luma_saturation", "luminance_vs_saturation",
    )  # fmt: skip
    synonyms = other_words(points="curve keys")
    points = LevelPointsParam(
        (0, 0.5, 1),
        level=1.0,
        x=(-65504, 65504),
        y=(0, 100),
        soft=(0, 1),
        unit="luma, factor",
        doc="Gain of saturation, by luma.",
    )
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._curved)

    def _curved(self, x: Any) -> Any:
        weights = LUMA_WEIGHTS[self.weights]
        return scale_saturation(
            x, to_hexagon(x), evaluate_level_curve(dot(weights, x), self.points), weights
        )
