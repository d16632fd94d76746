"""LogWheels: shadow, mid-tone and highlight wheels on log codes."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma
from grade.op import Op, Param, ParameterError, RgbParam, other_words
from grade.op.formulas.ramps import smooth_ramp

WHEEL: dict[str, Any] = {"soft": (-0.1, 0.1), "hard": (-4, 4), "unit": "code value"}


class LogWheels(Op):
    """Add to the shadows, mid-tones and highlights of a log picture, per channel.

        L = ramp from 0 to 1 about low_range,  H = ramp from 0 to 1 about high_range
        y = x + offset + shadow (1 - L) + midtone (L - H) + highlight H

    Both ramps are 3 t**2 - 2 t**3 over ``softness`` code values, centered on ``low_range`` and
    ``high_range``. Below them all is shadow, above them highlight, between them mid-tone. In log an
    addition is a factor on light: +0.057 is a stop in ACEScct. While every wheel stays within a
    third of ``softness``, as the sliders do at the default softness, the result rises with the
    picture everywhere.

    Negative codes are shadows, codes above 1 highlights. Nothing is clipped. Infinities and NaN
    pass through.

    Source: the log wheels of film grading, with the ranges that DaVinci Resolve shows (0.333 and
    0.55); its formula is not published, so this one is ours. Differs from printer lights, which
    are ``offset`` in points. Outside a look the op works in ACEScct.

    >>> wheels = LogWheels(shadow=(0.010, 0.004, -0.012), highlight=(0.0, 0.002, 0.006))
    >>> wheels.evaluate([0.1, 0.1, 0.1]).round(6).tolist()
    [0.11, 0.104, 0.088]
    >>> wheels.evaluate([0.9, 0.9, 0.9]).round(6).tolist()
    [0.9, 0.902, 0.906]
    """

    domain = "log"
    known_as = ("log", "log_grade", "log_grading", "film_grade", "shadow_midtone_highlight")
    synonyms = other_words(
        shadow="shadows low lows",
        midtone="mid mids midtones",
        highlight="highlights high highs",
        offset="master",
    )
    shadow = RgbParam(0.0, **WHEEL, doc="Added to the shadows.")
    midtone = RgbParam(0.0, **WHEEL, doc="Added to the mid-tones.")
    highlight = RgbParam(0.0, **WHEEL, doc="Added to the highlights.")
    offset = RgbParam(0.0, **WHEEL, doc="Added to all.")
    low_range = Param(
        0.333,
        soft=(0, 0.45),
        hard=(-4, 4),
        unit="code value",
        doc="The border between shadows and mid-tones.",
    )
    high_range = Param(
        0.55,
        soft=(0.45, 1),
        hard=(-4, 4),
        unit="code value",
        doc="The border between mid-tones and highlights.",
    )
    softness = Param(
        0.4,
        soft=(0.35, 0.8),
        hard=(0.01, 4),
        unit="code value",
        doc="Width of the crossover, in code values.",
    )

    def validate(self) -> None:
        if self.low_range > self.high_range:
            raise ParameterError(
                f"{self.name or self.kind}.low_range = {self.low_range:g}: above high_range ="
                f" {self.high_range:g} code value"
            )

    def forward(self, x: Any) -> Any:
        half = self.softness * 0.5
        lit = smooth_ramp(x, self.low_range - half, self.low_range + half)
        bright = smooth_ramp(x, self.high_range - half, self.high_range + half)
        added = fma(lit, self.midtone - self.shadow, self.shadow + self.offset)
        return x + fma(bright, self.highlight - self.midtone, added)
