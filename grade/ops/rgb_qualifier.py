"""RGBQualifier: a key by the three channels."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels
from grade.op import BandParam, Choice, Qualifier
from grade.op.formulas.falloff import FALLOFFS, apply_falloff

ABOUT: dict[str, Any] = {"soft": (0, 1), "hard": (-65504, 65504), "unit": "code value"}


class RGBQualifier(Qualifier):
    """Key a range of each channel, with soft edges.

        m = red_band(r) * green_band(g) * blue_band(b)

    A band takes its range whole and falls to 0 over ``soft`` beyond; one that is not given takes
    everything, negative values and infinities too. NaN in any channel gives 0. The numbers are
    those of the space the node works in.

    Source: the trapezoidal membership function, MATLAB ``trapmf``; the worked example is that of
    its page, [1 5 7 8], at 3, 6 and 7.5.

    >>> from grade.op import Band
    >>> key = RGBQualifier(green=Band(5, 7, soft=(4, 1)))
    >>> key.evaluate([[0, 3, 0], [0, 6, 0], [0, 7.5, 0]]).tolist()
    [0.5, 1.0, 0.5]
    """

    red = BandParam(**ABOUT, doc="The values of red.")
    green = BandParam(**ABOUT, doc="The values of green.")
    blue = BandParam(**ABOUT, doc="The values of blue.")
    falloff = Choice(*FALLOFFS, doc="Whether soft edges fall straight or eased.")

    def forward(self, x: Any) -> Any:
        bands = zip(channels(x), (self.red, self.green, self.blue), strict=True)
        r, g, b = (apply_falloff(band.select_value(value), self.falloff) for value, band in bands)
        return r * g * b
