"""HueLumaCurve: change brightness, by hue."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.hue_chroma_hexagon import to_hexagon
from grade.ir.expression import fma, minimum
from grade.op import Op, other_words
from grade.op.formulas.above_black import mix_above_black
from grade.op.formulas.spline import evaluate_closed_curve
from grade.op.parameters.points import HuePointsParam

FULL = 0.2  # the saturation from which a color gets the full gain


class HueLumaCurve(Op):
    """Change brightness by a curve over hue: y is the gain, neutral at 1.

        y = x (1 + a (curve(h) - 1)),  a = t^2 (3 - 2 t),  t = min(s / 0.2, 1)

    All three channels are multiplied by one factor, so hue and saturation stay and luma changes by
    that factor. The op works in linear light, where this is an exposure. Hue h and saturation s are
    those of the hexagon model in linear RGB: s is chroma, largest less smallest channel, over the
    largest, and 1 where signs are mixed. A color of saturation 0.2 or more gets the full gain.
    Toward grey, which has no hue, the gain fades smoothly to none. Nothing is clipped.

    Points are ``[[x, y], ...]``: x in degrees, 0 = red, 60 = yellow, 120 = green, ascending, 1 to
    16 of them within a turn. The curve is closed: from the last point it goes on round the circle
    to the first, smooth across the seam. Slopes are those of PCHIP, so between two points the curve
    stays between their heights. Dragging a point recompiles nothing; adding or removing one does.

    In a log space a channel below black, the code of light 0, counts as black, and the rest of it
    is added back. NaN stays NaN and may reach the other channels; an infinity stays one or becomes
    NaN.

    Source: Smith 1978 for hue and saturation, Fritsch and Butland 1984 for the curve. Differs from
    OpenColorIO's hue_lum, which adds to log codes in style log.

    >>> HueLumaCurve([[180, 1], [240, 0.5], [300, 1]]).evaluate([0.0, 0.0, 1.0]).tolist()
    [0.0, 0.0, 0.5]
    """

    group = "curve"
    domain = "linear"
    known_as = (
        "hue_vs_lum", "hue_vs_luma", "hue_lum", "hue_lum_curve", "hue_luma", "hue_vs_luminance",
    )  # fmt: skip
    synonyms = other_words(points="curve keys")
    points = HuePointsParam(
        level=1.0, y=(0, 100), unit="degrees, factor", doc="Gain of brightness, by hue."
    )

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._curved)

    def _curved(self, x: Any) -> Any:
        color = to_hexagon(x)
        part = minimum(color.saturation * (1.0 / FULL), 1.0)
        amount = part * part * (3.0 - 2.0 * part)
        return fma(x, amount * (evaluate_closed_curve(color.hue, self.points) - 1.0), x)
