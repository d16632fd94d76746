"""SaturationLumaCurve: brightness by saturation."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import to_hexagon
from grade.ir.expression import fma
from grade.op import Op
from grade.op.formulas.spline import leveled
from grade.op.parameters.level_points import LevelPointsParam


class SaturationLumaCurve(Op):
    """Gain the brightness, by a curve over saturation: y is the gain, neutral at 1.

        y = curve(s) x,  s = c / max(max, -min, c),  c = max - min

    All three channels by one factor, so hue and saturation stay and luma is multiplied by it; in
    light that is an exposure, in log code values ask for ``space`` if you mean one. The saturation
    s is that of HSV in the RGB worked in, from 0 for grey to 1 for a pure colour, and 1 where signs
    are mixed. A grey takes the value at 0. Nothing is clipped.

    Points are ``[[x, y], ...]``, x ascending, 1 to 16 of them. Slopes are those of PCHIP, so
    between two points the curve never leaves their heights; at the end points it is level, and
    beyond them holds their values. Dragging a point recompiles nothing; adding or removing one
    does.

    NaN stays NaN and may reach the other channels; an infinity stays one or becomes NaN.

    Source: Smith 1978 for s, Fritsch and Butland 1984 for the curve. Differs from OpenColorIO's
    sat_lum, which in style log adds.

    >>> SaturationLumaCurve([[0.5, 1], [1, 0.5]]).evaluate([0.0, 0.0, 1.0]).tolist()
    [0.0, 0.0, 0.5]
    """

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
        gain = leveled(to_hexagon(x).saturation, self.points)
        return fma(x, gain - 1.0, x)
