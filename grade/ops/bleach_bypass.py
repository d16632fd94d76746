"""BleachBypass: the silver that stays in the print."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma
from grade.op import Choice, Op, Param
from grade.op.formulas.saturation import luma
from grade.science.luma import LUMA_WEIGHTS

GREY = 0.18


class BleachBypass(Op):
    """Leave part of the silver in the film: a black-and-white image on top of the dyes.

        Y = luma(x),  p = the code of 18 % grey
        y = p + (1 + silver * density) * (Y - p) + (1 - silver * fade) * (x - Y)

    In a print without bleach each layer has its dye and, where there is dye, silver. Densities
    add, and log codes are densities, so the silver is the luma layer added once more: contrast
    grows by ``density`` about grey, which stays, as after the printer's correction. The dyes are
    a smaller part of the whole: color fades by ``fade``. ``silver`` 1 skips the bleach, 0.5 is
    half of it.

    A straight line on log codes, so it holds beyond 0..1, below as above; nothing is clipped. NaN
    or an infinity in one channel reaches all three.

    Source: the process (bleach bypass, silver retention, ENR) as the American Cinematographer
    Manual describes it; densities add by Beer and Lambert. No formula is published: this one is
    stated here. Differs from the overlay of luma on the picture that compositors use, which has
    no meaning beyond 0..1. Standing alone the op works in ACEScct.

    >>> BleachBypass(1.0).evaluate([0.5135884, 0.5135884, 0.5135884]).round(6).tolist()
    [0.563588, 0.563588, 0.563588]
    >>> BleachBypass(1.0).evaluate([0.5, 0.4, 0.3]).round(6).tolist()
    [0.457246, 0.407246, 0.357246]
    """

    domain = "log"
    silver = Param(
        0.0, soft=(0, 1), hard=(0, 1), unit="fraction", doc="The share of silver that stays."
    )
    density = Param(
        0.5, soft=(0, 1), hard=(0, 4), unit="factor", doc="Contrast that all of the silver adds."
    )
    fade = Param(
        0.5, soft=(0, 0.9), hard=(0, 1), unit="fraction", doc="Color lost to all of the silver."
    )
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that the silver is sensitive to.")

    def forward(self, x: Any) -> Any:
        contrast, color = self._factors()
        return self._turned(x, contrast, color)

    def inverse(self, y: Any) -> Any:
        """The silver taken out; none where all of the color is gone."""
        contrast, color = self._factors()
        return self._turned(y, 1 / contrast, 1 / color)

    def _factors(self) -> tuple[Any, Any]:
        return 1.0 + self.silver * self.density, 1.0 - self.silver * self.fade

    def _turned(self, x: Any, contrast: Any, color: Any) -> Any:
        pivot = self.working.encode(GREY)
        grey = luma(x, self.weights)
        return fma(color, x, fma(contrast - color, grey, pivot - contrast * pivot))
