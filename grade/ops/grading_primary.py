"""GradingPrimary: OpenColorIO's primary grade, in its three styles."""

from __future__ import annotations

from typing import Any

from grade.color.formulas import grading_primary as formula
from grade.color.formulas.parameter_math import choose, join_master, to_scalar
from grade.ir.expression import exp2
from grade.op import Choice, Op, Param, ParameterError, RgbParam, other_words
from grade.op.base import DomainBy

INFINITY = float("inf")
LEAST = 0.01  # the least exponent, and the least distance between the pivots
STYLE_PIVOT = -1000.0


def _zero(unit: str, doc: str, reach: float = 1.0) -> dict[str, Any]:
    return {"soft": (-reach, reach), "hard": (-1000, 1000), "unit": unit, "doc": doc}


def _one(unit: str, doc: str, least: float) -> dict[str, Any]:
    return {"soft": (0.5, 2), "hard": (least, 1000), "unit": unit, "doc": doc}


class GradingPrimary(Op):
    """The primary grade of OpenColorIO: the same numbers give the same picture.

    ``log``, with p = 0.5 + pivot / 2:

        y = (x + brightness * 6.25 / 1023 - p) * contrast + p;  y = power(y, 1 / gamma)

    ``linear``, with p = 0.18 * 2**pivot:

        y = (x + offset) * 2**exposure;  y = p * sign(y) * |y / p| ** contrast

    ``video``, with B and W the black and white pivots:

        y = (x + lift + offset - B) * (W - B) / (W / gain + lift - B) + B
        y = power(y, 1 / gamma)

    where power(y, e) is B + (W - B) * n**e with n = (y - B) / (W - B), mirrored below B. Then
    follow saturation about the Rec.709 luma and the bounds, if set. A style ignores the controls
    that it does not name. Each control is a color and a ``_master``: they add, or multiply where 1
    is neutral.

    Negative values are mirrored by the power. Nothing is clipped unless a bound is set. NaN stays
    NaN. An infinity stays one; if saturation is not 1 it reaches all three channels. A gain of 0
    counts as 1. In the inverse a contrast (log) or saturation of 0 counts as 1.

    A brighter grey stays brighter, with two exceptions. A ``saturation`` other than 1 mixes
    channels that the colors of the controls have parted, and one of them may fall. In ``video`` W /
    gain + lift has to stay above B; at and below it black and white change places.

    Lift, gamma and gain belong to ``video``: lift moves black and keeps white, as ``video`` of
    ``lift_gamma_gain`` does, and unlike its ``classic``, (gain (x + lift (1 - x))) ** (1 / gamma),
    where gain scales what lift has raised.

    Source: OpenColorIO GradingPrimary. Differs from it: the power is exact here, within 5e-4
    there; NaN becomes the lower bound there, -inf where none is set.

    >>> video = GradingPrimary("video", lift=0.05, gain=1.1, gamma=1.2)
    >>> round(video.evaluate(0.5), 6)
    0.629147
    >>> GradingPrimary("linear", exposure=1).evaluate([0.18, 0.5, -0.1]).tolist()
    [0.36, 1.0, -0.2]
    """

    domain = DomainBy("style", log="log", linear="linear", video="display")
    known_as = ("ocio_grading_primary", "ocio_primary")
    synonyms = other_words(saturation="sat", exposure="stops")
    style = Choice("log", "linear", "video", doc="The encoding that the controls are made for.")
    brightness = RgbParam(0.0, **_zero("6.25/1023 of code", "Log: added light.", 50))
    brightness_master = Param(0.0, **_zero("6.25/1023 of code", "Log: the same for all.", 50))
    contrast = RgbParam(1.0, **_one("factor", "Log, linear: slope about the pivot.", 0))
    contrast_master = Param(1.0, **_one("factor", "Log, linear: the same for all.", 0))
    gamma = RgbParam(1.0, **_one("exponent", "Log, video: above 1 lightens mid-tones.", LEAST))
    gamma_master = Param(1.0, **_one("exponent", "Log, video: the same for all.", LEAST))
    offset = RgbParam(0.0, **_zero("value", "Linear, video: added.", 0.2))
    offset_master = Param(0.0, **_zero("value", "Linear, video: the same for all.", 0.2))
    exposure = RgbParam(
        0.0, soft=(-4, 4), hard=(-24, 24), unit="stops", doc="Linear: gain on light."
    )
    exposure_master = Param(
        0.0, soft=(-4, 4), hard=(-24, 24), unit="stops", doc="Linear: the same for all."
    )
    lift = RgbParam(0.0, **_zero("value", "Video: raises black, keeps white.", 0.2))
    lift_master = Param(0.0, **_zero("value", "Video: the same for all.", 0.2))
    gain = RgbParam(1.0, **_one("factor", "Video: scales white, keeps black.", 0))
    gain_master = Param(1.0, **_one("factor", "Video: the same for all.", 0))
    pivot = Param(
        None, unset=STYLE_PIVOT, soft=(-1, 1), hard=(STYLE_PIVOT, 100), unit="see above",
        doc="The pivot of contrast; unset it is -0.2 in log, 0.18 in linear.",
    )  # fmt: skip
    saturation = Param(
        1.0, soft=(0, 2), hard=(0, 100), unit="factor", doc="0 is monochrome, Rec.709 weights."
    )
    clamp_black = Param(
        None, unset=-INFINITY, soft=(-0.1, 0.1), hard=(-INFINITY, INFINITY), unit="value",
        doc="Lower bound of the result; unset there is none.",
    )  # fmt: skip
    clamp_white = Param(
        None, unset=INFINITY, soft=(0.9, 1.1), hard=(-INFINITY, INFINITY), unit="value",
        doc="Upper bound of the result; unset there is none.",
    )  # fmt: skip
    pivot_black = Param(
        0.0, **_zero("value", "Log, video: the black that gamma and gain keep.", 0.1)
    )
    pivot_white = Param(
        1.0, soft=(0.8, 1.2), hard=(-1000, 1000), unit="value",
        doc="Log, video: the white that gamma and lift keep.",
    )  # fmt: skip

    def validate(self) -> None:
        label = self.name or self.kind
        if self.pivot_white - self.pivot_black < LEAST:
            raise ParameterError(
                f"{label}.pivot_white = {self.pivot_white:g}: not {LEAST:g} above pivot_black ="
                f" {self.pivot_black:g} value"
            )
        if None not in (self.clamp_black, self.clamp_white) and self.clamp_black > self.clamp_white:
            raise ParameterError(
                f"{label}.clamp_black = {self.clamp_black:g}: above clamp_white ="
                f" {self.clamp_white:g} value"
            )
        if self.style == "linear" and min(*self.contrast, self.contrast_master) < LEAST:
            raise ParameterError(
                f"{label}.contrast: in linear it is an exponent; it takes {LEAST:g} and above"
            )

    def forward(self, x: Any) -> Any:
        controls = self._controls()
        return choose(controls.neutral(), x, formula.forward(x, controls, exp2))

    def inverse(self, y: Any) -> Any:
        """The color that was graded to ``y``, within the bounds."""
        controls = self._controls()
        return choose(controls.neutral(), y, formula.inverse(y, controls, exp2))

    def _controls(self) -> formula.Primary:
        pivot = to_scalar(self.pivot)
        pivot = choose(pivot <= STYLE_PIVOT, formula.PIVOTS[self.style], pivot)
        names = ("brightness", "contrast", "gamma", "offset", "exposure", "lift", "gain")
        single = ("saturation", "clamp_black", "clamp_white", "pivot_black", "pivot_white")
        return formula.Primary(
            self.style,
            **{n: join_master(self.values[n], self.values[f"{n}_master"]) for n in names},
            **{n: to_scalar(self.values[n]) for n in single},
            pivot=pivot,
        )
