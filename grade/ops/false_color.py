"""FalseColor: exposure shown as bands of color."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import exp2, maximum, rgb, select
from grade.op import Op, other_words
from grade.op.formulas.saturation import luminance
from grade.op.parameters.rows import Column, RowsParam, Triple

GREY = 0.18
INFINITY = float("inf")
COLORS: dict[str, Triple] = {
    "black": (0.0, 0.0, 0.0),
    "grey": (0.18, 0.18, 0.18),
    "white": (1.0, 1.0, 1.0),
    "purple": (0.12, 0.01, 0.25),
    "violet": (0.3, 0.05, 0.6),
    "navy": (0.0, 0.0, 0.12),
    "blue": (0.0, 0.05, 0.7),
    "azure": (0.02, 0.25, 0.9),
    "cyan": (0.05, 0.6, 0.8),
    "teal": (0.0, 0.2, 0.18),
    "green": (0.02, 0.4, 0.03),
    "lime": (0.3, 0.7, 0.03),
    "yellow": (0.9, 0.75, 0.02),
    "amber": (0.9, 0.4, 0.01),
    "orange": (0.9, 0.18, 0.01),
    "red": (0.7, 0.01, 0.01),
    "pink": (0.9, 0.3, 0.4),
    "magenta": (0.7, 0.02, 0.4),
}
# One band per stop, half stops about grey, in the order of the rainbow.
STOPS = (
    (-INFINITY, -5.5, "black"), (-5.5, -4.5, "purple"), (-4.5, -3.5, "violet"),
    (-3.5, -2.5, "blue"), (-2.5, -1.5, "azure"), (-1.5, -0.75, "cyan"), (-0.75, -0.25, "teal"),
    (-0.25, 0.25, "grey"), (0.25, 0.75, "green"), (0.75, 1.5, "lime"), (1.5, 2.5, "yellow"),
    (2.5, 3.5, "amber"), (3.5, 4.5, "orange"), (4.5, 5.5, "red"), (5.5, INFINITY, "white"),
)  # fmt: skip


class FalseColor(Op):
    """Paint each pixel in the color of its exposure band.

        Y = the luminance, not below 0
        out = color        where 0.18 * 2**low <= Y <= 0.18 * 2**high
        out = Y            outside all bands: monochrome

    ``bands`` are rows of ``low`` and ``high``, in stops about 18 % grey, infinite for an open end,
    and ``color``, a name or three numbers of linear light. Where bands overlap the later one is on
    top. By default there is a band per stop from 6 below to 6 above, with black and white at the
    ends and half stops on both sides of grey. The names are black, grey, white, purple, violet,
    navy, blue, azure, cyan, teal, green, lime, yellow, amber, orange, red, pink, magenta.

    It is not the identity: false color is for viewing. Negative light is black. NaN in one channel
    gives NaN in all three.

    Source: the idea of E. Lachman's EL Zone System, stops about 18 % grey instead of percent of a
    signal. Differs from it in its colors, and from the false color of cameras and monitors, whose
    bands are in percent: give those as ``bands``.

    >>> scope = FalseColor(bands=[[-0.5, 0.5, "green"], {"low": 5, "high": 8, "color": (1, 0, 0)}])
    >>> scope.evaluate([[0.2, 0.17, 0.18], [20, 20, 20], [0.75, 0.75, 0.75]]).round(6).tolist()
    [[0.02, 0.4, 0.03], [1.0, 0.0, 0.0], [0.75, 0.75, 0.75]]
    """

    group = "display"
    domain = "linear"
    known_as = ("false_colour", "heat_map", "heatmap")
    synonyms = other_words(bands="zones ranges")
    bands = RowsParam(
        Column("low", default=-INFINITY, soft=(-6, 6), hard=(-INFINITY, INFINITY), unit="stops"),
        Column("high", default=INFINITY, soft=(-6, 6), hard=(-INFINITY, INFINITY), unit="stops"),
        Column("color", default=None, soft=(0, 1), hard=(0, 100), unit="scene light", rgb=True,
               words=COLORS),
        default=STOPS, most=64, doc="Ranges of stops, each with its color.",
    )  # fmt: skip

    def neutral(self) -> bool:
        return False

    def forward(self, x: Any) -> Any:
        light = maximum(0.0, luminance(x, self.working.to_xyz))
        shown = rgb(light, light, light)
        for band in self.bands:
            within = (light >= exp2(band.low) * GREY) & (light <= exp2(band.high) * GREY)
            shown = select(within, band.color, shown)
        return shown
