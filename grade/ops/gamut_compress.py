"""GamutCompress: out-of-gamut colors compressed, as in the reference of ACES 1.3."""

from __future__ import annotations

from typing import Any

from grade.color.formulas.aces1_gamut_compression import compress, find_scale, uncompress
from grade.op import Op, Param, other_words


def _limit(default: float, color: str) -> Param:
    return Param(
        default, soft=(1.01, 1.5), hard=(1.001, 65504), unit="distance",
        doc=f"The distance on the {color} side that is mapped to the edge of the gamut.",
    )  # fmt: skip


def _threshold(default: float, color: str) -> Param:
    return Param(
        default, soft=(0.5, 0.95), hard=(0, 0.999), unit="distance",
        doc=f"Colors up to this distance on the {color} side stay.",
    )  # fmt: skip


class GamutCompress(Op):
    """Compress out-of-gamut colors toward grey.

    Each channel moves by its distance from the largest. With a = max(x.r, x.g, x.b), per channel:

        d = (a - x) / |a|
        n = (d - threshold) / scale
        y = a - |a| * (threshold + scale * n / (1 + n ** power) ** (1 / power))

    where d is beyond the threshold; nearer colors keep their bits. The scale is chosen so that the
    distance ``limit`` maps to 1, the edge of the gamut; so negative light down to the limit becomes
    positive. Cyan is the distance of red, magenta that of green, yellow that of blue. The defaults
    are those of the reference, made for ACEScg; they are not the identity. Do not select colors
    with a qualifier behind it: it moves them.

    A pixel whose largest channel is 0 becomes black. Distances far beyond the limits approach
    threshold + scale, where the inverse has a pole. An infinity or NaN gives NaN.

    Source: A.M.P.A.S. ACES 1.3, LMT.Academy.ReferenceGamutCompress; OpenColorIO
    ACES_GAMUT_COMP_13. Differs from the ACES transform, which converts from and to ACES2065-1.

    >>> GamutCompress().evaluate([1, 0.5, -0.2]).round(5).tolist()
    [1.0, 0.5, 0.00859]
    """

    group = "color"
    domain = "linear"
    known_as = (
        "gamut", "rgc", "gamut_compression", "gamut_mapping", "reference_gamut_compression",
        "aces_gamut_compress",
    )  # fmt: skip
    synonyms = other_words(power="exponent")
    cyan = _limit(1.147, "cyan")
    magenta = _limit(1.264, "magenta")
    yellow = _limit(1.312, "yellow")
    threshold_cyan = _threshold(0.815, "cyan")
    threshold_magenta = _threshold(0.803, "magenta")
    threshold_yellow = _threshold(0.88, "yellow")
    power = Param(
        1.2, soft=(1, 3), hard=(1, 10), unit="exponent", doc="Above 1 the knee is sharper."
    )

    def neutral(self) -> bool:
        return False

    def forward(self, x: Any) -> Any:
        return compress(x, *self._shape())

    def inverse(self, y: Any) -> Any:
        """Expand again; distances of threshold + scale and more stay as they are."""
        return uncompress(y, *self._shape())

    def _shape(self) -> tuple[Any, Any, Any]:
        limits = (self.cyan, self.magenta, self.yellow)
        thresholds = (self.threshold_cyan, self.threshold_magenta, self.threshold_yellow)
        scales = tuple(
            find_scale(limit, threshold, self.power)
            for limit, threshold in zip(limits, thresholds, strict=True)
        )
        return thresholds, scales, self.power
