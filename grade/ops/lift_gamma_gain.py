"""LiftGammaGain: the three wheels of a video primary."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import fma, signed_power
from grade.op import Choice, Op, ParameterError, RgbParam, other_words


class LiftGammaGain(Op):
    """The three wheels of a video primary, in either of its two common definitions.

    ``classic``, as in Colorista and Blender:

        y = (gain * (x + lift * (1 - x))) ** (1 / gamma)

    ``video``, as in OpenColorIO's GradingPrimary VIDEO with pivots 0 and 1, where gain moves white
    to ``1 / gain`` of where it was and lift moves black to ``-lift``; each keeps the other end:

        y = ((x + lift) / (1 / gain + lift)) ** (1 / gamma)

    The same numbers give different looks in the two. ``grading_primary`` in its style ``video`` is
    the second, with pivots, an offset and a saturation in addition.

    The op acts on the code values that it receives, and 0 and 1 are its black and its white. On a
    display's values the wheels have the weight that a video desk gives them. On a log working space
    they are stronger: in ACEScct 0.05 of lift is half a stop at 18 % grey and 0.2 two stops, gain
    1.1 is 0.7 stops. The soft ranges are those of log. There is no other pivot for log, because 1
    is no white there that two log curves share, and a pivot would change the numbers that are
    pasted from other systems: for a log primary use ``log_wheels``.

    For negative values the power is mirrored about zero. Nothing is clipped. Infinities and NaN
    pass through. Each wheel has three channels; one number sets all three.

    Source: Blender manual, Color Balance (classic); OpenColorIO GradingPrimary (video). Differs
    from ASC CDL: lift keeps white, the offset of a CDL does not. Differs from DaVinci Resolve,
    whose formula is not published.

    >>> round(LiftGammaGain(0.05, 1.2, 1.1, convention="video").evaluate(0.5), 6)
    0.629147
    >>> LiftGammaGain(gamma=2.0).evaluate(0.25)
    0.5
    """

    known_as = (
        "lgg", "lift", "gamma", "gain", "wheels", "color_wheels", "primary_wheels", "primaries",
        "three_way", "three_way_color", "color_balance",
    )  # fmt: skip
    synonyms = other_words(
        lift="shadow shadows black blacks",
        gamma="mid mids midtone midtones",
        gain="highlight highlights white whites",
    )
    lift = RgbParam(
        0.0,
        soft=(-0.05, 0.05),
        hard=(-1, 0.99),
        unit="code value",
        doc="Raises black.",
    )
    gamma = RgbParam(
        1.0, soft=(0.8, 1.25), hard=(0.01, 100), unit="exponent", doc="Above 1 lightens mid-tones."
    )
    gain = RgbParam(
        1.0, soft=(0.8, 1.25), hard=(0.001, 100), unit="factor", doc="Scales white, keeps black."
    )
    convention = Choice("classic", "video", doc="The definition of lift and gain; see above.")

    def validate(self) -> None:
        if self.convention == "video":
            for lift, gain in zip(self.lift, self.gain, strict=True):
                if 1 / gain + lift <= 0:
                    raise ParameterError(
                        f"{self.name or self.kind}.lift = {lift:g}: with gain {gain:g} black would"
                        f" pass white; convention video takes it above {-1 / gain:g} code value"
                    )

    def forward(self, x: Any) -> Any:
        scale, base = self._line()
        return signed_power(fma(x, scale, base), 1 / self.gamma)

    def inverse(self, y: Any) -> Any:
        """Undo the power, then the straight line."""
        scale, base = self._line()
        return (signed_power(y, self.gamma) - base) * (1 / scale)

    def _line(self) -> tuple[Any, Any]:
        """Slope and offset of the straight line, from uniforms alone."""
        if self.convention == "video":
            slope = 1 / (1 / self.gain + self.lift)
            return slope, self.lift * slope
        return self.gain * (1 - self.lift), self.gain * self.lift
