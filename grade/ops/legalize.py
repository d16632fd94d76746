"""Legalize: colors brought within the limits of a broadcast signal."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, maximum, minimum, select
from grade.op import Choice, Op, other_words
from grade.op.formulas.saturation import luma
from grade.science.signal_limits import SIGNAL_LIMITS


class Legalize(Op):
    """Bring each color within the limits of a broadcast signal; luma and hue stay.

        Y = luma(x),  Y' = Y limited to low..high
        k = min(1, (high - Y') / (max(x) - Y), (low - Y') / (min(x) - Y))
        y = Y' + k (x - Y)        where a channel or Y is outside; else x, to the bit

    A color loses as much of its color as takes its channels in, and keeps its luma. Only a luma
    that is outside by itself is moved, to the limit. The op works on the values of a display, so it
    stands behind a Display; limits count from 0, black, to 1, white:

        ebu_r103   -5.02 % .. 105.02 %   EBU R 103: codes 20..984 of 10 bits, 5..246 of 8
        nominal    0 .. 100 %            codes 64..940, 16..235
        sdi        -6.85 % .. 109.02 %   codes 4..1019: what an interface carries

    ``weights`` is the luma: ``rec709`` or, for BT.2020 and BT.2100, ``rec2020``. The op is not the
    identity at its defaults. NaN stays NaN and reaches the other channels; an infinity becomes NaN
    or a limit.

    A codec with subsampled chroma may leave the limits again: movie presets have a limiter behind
    it (``limit: ebu_r103``). Source: EBU R 103 v3; BT.709 and BT.2020 for the luma. Differs from a
    clamp, which changes hue and luma.

    >>> y = Legalize("nominal").evaluate([1.2, 0.5, -0.1])
    >>> y.round(4).tolist(), [round(float(v @ [0.2126, 0.7152, 0.0722]), 4) for v in (y,)]
    ([1.0, 0.5355, 0.1373], [0.6055])
    """

    domain = "display"
    group = "display"
    known_as = (
        "legalise", "legal", "broadcast_safe", "broadcast_legal", "video_legal", "safe_colors",
    )  # fmt: skip
    synonyms = other_words(standard="limits", weights="luma")
    standard = Choice(*SIGNAL_LIMITS, doc="The limits, by the name of the standard.")
    weights = Choice("rec709", "rec2020", doc="The luma that is kept.")

    def neutral(self) -> bool:
        return False

    def forward(self, x: Any) -> Any:
        low, high = SIGNAL_LIMITS[self.standard]
        red, green, blue = channels(x)
        most, least = maximum(red, maximum(green, blue)), minimum(red, minimum(green, blue))
        grey = luma(x, self.weights)
        kept = minimum(high, maximum(low, grey))
        above = select(most - grey > high - kept, (high - kept) / (most - grey), 1.0)
        below = select(grey - least > kept - low, (kept - low) / (grey - least), 1.0)
        color = kept + minimum(above, below) * (x - grey)
        # Rounding may leave a channel a last bit outside.
        color = minimum(high, maximum(low, color))
        return select((most <= high) & (least >= low), x, color)
