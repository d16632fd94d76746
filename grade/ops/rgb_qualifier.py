"""RGBQualifier: select colors by their three channels."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels
from grade.op import BandParam, Choice, Qualifier, other_words
from grade.op.formulas.falloff import FALLOFFS, apply_falloff

ABOUT: dict[str, Any] = {"soft": (0, 1), "hard": (-65504, 65504), "unit": "code value"}


class RGBQualifier(Qualifier):
    """Select a range of each channel, with soft edges.

        m = red_band(r) * green_band(g) * blue_band(b)

    A band selects its range in full and falls to 0 over ``soft`` beyond it. A band that is not
    given selects everything, negative values and infinities too. NaN in any channel gives 0. The
    numbers are those of the working space.

    Source: the trapezoidal membership function, MATLAB ``trapmf``; the worked example is that of
    its page, [1 5 7 8], at 3, 6 and 7.5.

    >>> from grade.op import Band
    >>> middle = RGBQualifier(green=Band(5, 7, soft=(4, 1)))
    >>> middle.evaluate([[0, 3, 0], [0, 6, 0], [0, 7.5, 0]]).tolist()
    [0.5, 1.0, 0.5]
    """

    known_as = ("rgb_key", "rgb_keyer")
    synonyms = other_words(red="r", green="g", blue="b")
    red = BandParam(**ABOUT, doc="The values of red to select.")
    green = BandParam(**ABOUT, doc="The values of green to select.")
    blue = BandParam(**ABOUT, doc="The values of blue to select.")
    falloff = Choice(*FALLOFFS, doc="Shape of the soft edges: a straight ramp, or eased.")

    def forward(self, x: Any) -> Any:
        bands = zip(channels(x), (self.red, self.green, self.blue), strict=True)
        r, g, b = (apply_falloff(band.select_value(value), self.falloff) for value, band in bands)
        return r * g * b
