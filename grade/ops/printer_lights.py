"""PrinterLights: exposure in printer points."""

from __future__ import annotations

from typing import Any

from grade.op import Op, Param, RgbParam, other_words

GREY = 0.18


class PrinterLights(Op):
    """Change exposure in printer points, as a lab times a print.

        y = x + (points + master) * u

    One point is 0.025 of log10 exposure: a gain of 1.059254, and 12.0412 points are a stop. ``u``
    is the size of a point in the codes of the log working space, measured over two stops about 18 %
    grey: +0.004740 in ACEScct. Positive points make the picture lighter, like a trim of the
    negative. A printer's lamp works the other way: more light makes a darker print.

    The same amount is added everywhere, so in the toe of a log curve it lifts black, which exposure
    does not. Nothing is clipped. Infinities and NaN pass through.

    Source: SMPTE and Kodak, 0.025 log E per printer point. Outside a look the op works in ACEScct.

    >>> round(PrinterLights(master=1).evaluate(0.4135884) - 0.4135884, 6)
    0.00474
    """

    domain = "log"
    known_as = ("printer_points", "printer", "lights", "points")
    synonyms = other_words(points="lights printer")
    points = RgbParam(
        0.0,
        soft=(-12, 12),
        hard=(-100, 100),
        unit="printer points",
        doc="The red, green and blue light.",
    )
    master = Param(
        0.0, soft=(-12, 12), hard=(-100, 100), unit="printer points", doc="All three lights."
    )

    def forward(self, x: Any) -> Any:
        return x + self._moved()

    def inverse(self, y: Any) -> Any:
        """The same number of points, subtracted."""
        return y - self._moved()

    def _moved(self) -> Any:
        # 12 points each way are 10 ** +-0.3, written out because power differs between hosts.
        lighter = self.working.encode(GREY * 1.9952623149688795)
        darker = self.working.encode(GREY / 1.9952623149688795)
        return (self.points + self.master) * ((lighter - darker) * (1 / 24))
