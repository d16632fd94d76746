"""Exposure: a gain on light, in stops."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import exp2
from grade.op import Op, Param, other_words


class Exposure(Op):
    """Multiply scene light by a power of two, as opening the lens does.

        y = x * 2 ** stops

    One stop doubles exactly. The op works in linear light, whatever the working space of the look:
    a gain on log codes would be something else. Negative values keep their sign; infinities and NaN
    pass through.

    Source: definition of the stop; 2 ** stops as in OpenColorIO ExposureContrast (linear style).
    Differs from printer lights, which add in log and also lift the toe of the log curve.

    >>> Exposure(1.0).evaluate(0.18)
    0.36
    """

    domain = "linear"
    known_as = ("ev", "stops", "stop", "fstop", "brightness", "printer_stops")
    synonyms = other_words(stops="exposure ev stop value gain")
    stops = Param(
        0.0, soft=(-4, 4), hard=(-24, 24), unit="stops", doc="Stops of light; above 0 is brighter."
    )

    def forward(self, x: Any) -> Any:
        return x * exp2(self.stops)

    def inverse(self, y: Any) -> Any:
        """The same number of stops, subtracted."""
        return y * exp2(-self.stops)
