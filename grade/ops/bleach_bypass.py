"""BleachBypass: silver that is left in the print."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma
from grade.op import Choice, Op, Param, other_words
from grade.op.formulas.above_black import mix_above_black, unmix_above_black
from grade.op.formulas.saturation import luma, saturation_matrix
from grade.science.luma import LUMA_WEIGHTS

GREY = 0.18


class BleachBypass(Op):
    """Leave part of the silver in the film: a black-and-white image on top of the dyes.

        Y = luma(x),  p = the code of 18 % grey
        y = p + (1 + silver * density) * (Y - p) + (1 - silver * fade) * (x - Y)

    Without bleach each layer of a print has its dye and, where there is dye, silver. Densities
    add, and log codes are densities, so the silver is the luma added once more: contrast grows by
    ``density`` about grey, which stays, as after the printer's correction. The dyes are a smaller
    part of the whole, so color fades by ``fade``. ``silver`` 1 skips the bleach, 0.5 is half of
    it.

    It is a straight line on log codes, so it also holds above 1. A channel below black, the code
    of light 0, counts as black, and the rest of it is added back: a lamp beyond the gamut keeps its
    light. Nothing is clipped. NaN or an infinity in one channel reaches all three; a negative
    infinity stays in its own.

    Source: the process (bleach bypass, silver retention, ENR) as the American Cinematographer
    Manual describes it; densities add by Beer and Lambert. No formula is published, so this one is
    ours. Differs from the overlay of luma on the picture that compositors use, which has no meaning
    beyond 0..1. Outside a look the op works in ACEScct.

    >>> BleachBypass(1.0).evaluate([0.5135884, 0.5135884, 0.5135884]).round(6).tolist()
    [0.563588, 0.563588, 0.563588]
    >>> BleachBypass(1.0).evaluate([0.5, 0.4, 0.3]).round(6).tolist()
    [0.457246, 0.407246, 0.357246]
    """

    group = "creative"
    domain = "log"
    known_as = ("bleach", "skip_bleach", "silver_retention", "enr")
    synonyms = other_words(silver="strength", density="contrast", fade="desaturation")
    silver = Param(
        0.0, soft=(0, 1), hard=(0, 1), unit="fraction", doc="The share of silver that stays."
    )
    density = Param(0.5, soft=(0, 1), hard=(0, 4), unit="factor", doc="Contrast added at silver 1.")
    fade = Param(0.5, soft=(0, 0.9), hard=(0, 1), unit="fraction", doc="Color lost at silver 1.")
    weights = Choice(*LUMA_WEIGHTS, doc="The luma weights of the silver.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._kept)

    def inverse(self, y: Any) -> Any:
        """Take the silver out; there is no inverse where all of the color is gone."""
        contrast, color = self._factors()
        cells: Any = saturation_matrix(color / contrast, self.weights)
        matrix: Any = tuple(cell * contrast for cell in cells)
        return unmix_above_black(self, y, self._kept, self._bleached, matrix)

    def _kept(self, x: Any) -> Any:
        contrast, color = self._factors()
        return self._turned(x, contrast, color)

    def _bleached(self, y: Any) -> Any:
        contrast, color = self._factors()
        return self._turned(y, 1 / contrast, 1 / color)

    def _factors(self) -> tuple[Any, Any]:
        return 1.0 + self.silver * self.density, 1.0 - self.silver * self.fade

    def _turned(self, x: Any, contrast: Any, color: Any) -> Any:
        pivot = self.working.encode(GREY)
        grey = luma(x, self.weights)
        return fma(color, x, fma(contrast - color, grey, pivot - contrast * pivot))
