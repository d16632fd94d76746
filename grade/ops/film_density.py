"""FilmDensity: saturation as dyes make it, by absorbing light."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, fma, maximum, rgb
from grade.op import Op, Param, RgbParam, other_words
from grade.op.formulas.above_black import mix_above_black


class FilmDensity(Op):
    """Saturate by density: more dye makes a color deeper and darker, never brighter.

        top = max(x.r, x.g, x.b)
        d = saturation * dyes * (top - x)                          the dyes beyond the grey
        y = top - d - absorption * (the sum of the other two d)

    Log codes are negative densities, so top - x is how much more cyan, magenta and yellow dye a
    pixel has than a grey of its brightest channel. ``saturation`` scales all dyes, ``dyes`` each of
    them: red is the cyan dye, which absorbs red light, green the magenta, blue the yellow dye.
    ``absorption`` is the part that every dye unwantedly absorbs in the other two channels, which
    darkens strong colors as a whole; real dyes have 0.05 to 0.2.

    In light this is a power on the ratio of a channel to the largest. Greys keep their bits.
    A channel below black, the code of light 0, counts as black, and the rest of it is added back:
    no layer of a film holds more dye than black has. Nothing is clipped. NaN in one channel reaches
    all three; an infinity gives infinities or NaN.

    Source: subtractive mixture, densities add (Beer and Lambert), as in R. W. G. Hunt, The
    Reproduction of Colour, on the unwanted absorptions of dyes. The formula is ours, as no grading
    system publishes one. Differs from ``saturation``, which makes the strongest channel brighter.
    Outside a look the op works in ACEScct.

    >>> FilmDensity(1.5).evaluate([0.5, 0.4, 0.3]).round(6).tolist()
    [0.5, 0.35, 0.2]
    >>> FilmDensity(absorption=0.1).evaluate([0.5, 0.4, 0.3]).round(6).tolist()
    [0.47, 0.38, 0.29]
    """

    group = "creative"
    domain = "log"
    known_as = ("density", "subtractive_saturation", "color_density")
    synonyms = other_words(saturation="density sat strength")
    saturation = Param(
        1.0,
        soft=(0, 2),
        hard=(0, 10),
        unit="factor",
        doc="Amount of all dyes; 0 makes grey of the brightest channel.",
    )
    dyes = RgbParam(
        1.0,
        soft=(0.5, 2),
        hard=(0, 10),
        unit="factor",
        doc="Amount of the cyan, magenta and yellow dye.",
    )
    absorption = Param(
        0.0,
        soft=(0, 0.3),
        hard=(0, 1),
        unit="fraction",
        doc="Light that a dye absorbs in the other channels.",
    )

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._dyed)

    def _dyed(self, x: Any) -> Any:
        red, green, blue = channels(x)
        top = maximum(red, maximum(green, blue))
        # A NaN that max ignores is in top - x again, so it reaches all channels through the sum.
        cyan, magenta, yellow = channels((top - x) * (self.dyes * self.saturation))
        others = rgb(magenta + yellow, cyan + yellow, cyan + magenta)
        return top - fma(self.absorption, others, rgb(cyan, magenta, yellow))
