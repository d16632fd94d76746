"""BT1886: from video signal to the light of a reference monitor, with its black level."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import maximum, power
from grade.op import Choice, Op, Param, ParameterError, other_words

GAMMA = 2.4


class BT1886(Op):
    """The electro-optical transfer of ITU-R BT.1886, or its inverse.

        L = a max(V + b, 0) ** 2.4
        a = (white ** (1/2.4) - black ** (1/2.4)) ** 2.4
        b = black ** (1/2.4) / (white ** (1/2.4) - black ** (1/2.4))

    V is the video signal, 0 for black and 1 for white. L is light, 1.0 for 100 cd/m2, so white
    becomes ``white / 100``. The inverse direction turns light into the signal that a monitor with
    these levels needs. It is not the identity at its defaults.

    Values above 1 follow the same curve. Signals below -b give no light; in the inverse direction
    negative light counts as none. NaN stays NaN.

    Source: ITU-R BT.1886 Annex 1. Differs from the Rec.1886 displays of OpenColorIO configs, which
    are a pure power of 2.4, as if the monitor's black gave no light.

    >>> round(BT1886(white=100, black=0.1).evaluate(0.5) * 100, 6)     # cd/m2
    21.604911
    """

    group = "display"
    known_as = ("rec1886", "eotf")
    synonyms = other_words(white="peak")
    white = Param(
        100.0, soft=(48, 300), hard=(1, 10000), unit="cd/m2", doc="Light of the signal 1."
    )
    black = Param(0.0, soft=(0, 1), hard=(0, 100), unit="cd/m2", doc="Light of the signal 0.")
    direction = Choice("forward", "inverse", doc="From signal to light, or from light to signal.")

    def neutral(self) -> bool:
        return False

    def validate(self) -> None:
        if self.black >= self.white:
            raise ParameterError(
                f"{self.name or self.kind}.black = {self.black:g}: not below white,"
                f" {self.white:g} cd/m2"
            )

    def forward(self, x: Any) -> Any:
        return self._to_light(x) if self.direction == "forward" else self._to_signal(x)

    def _levels(self) -> tuple[Any, Any]:
        """Scale and offset of the signal, in roots of light; scale 1 is white 100 and black 0."""
        bright, dark = (power(v * 0.01, 1 / GAMMA) for v in (self.white, self.black))
        return bright - dark, dark

    def _to_light(self, signal: Any) -> Any:
        scale, dark = self._levels()
        return power(maximum(0.0, signal * scale + dark), GAMMA)

    def _to_signal(self, light: Any) -> Any:
        scale, dark = self._levels()
        root = power(maximum(0.0, light), 1 / GAMMA)
        return (root - dark) * (1 / scale)
