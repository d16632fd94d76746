"""OpenColorIO's primary grade: a line, a power about it, saturation, two bounds.

Parameters are numbers (an OpenColorIO transform) or expressions (the op); what they give that does
not depend on pixels is a constant of the kernel, or computed once per frame.

Source: OpenColorIO ops/gradingprimary/GradingPrimary.cpp and GradingPrimaryOpCPU.cpp. Differs:
there the power is a polynomial of about 15 bits at every optimisation level, and NaN becomes the
lower bound, -inf where there is none; here NaN stays NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from grade.color.formulas.plain import all_equal, choose
from grade.ir.expression import channels, equal, fma, maximum, minimum, rgb, signed_power
from grade.science.luma import REC709

Style = Literal["log", "linear", "video"]
Four = tuple[Any, Any, Any, Any]
"""Red, green, blue, and what goes for all three."""

INFINITY = float("inf")
BRIGHTNESS_UNIT = 6.25 / 1023.0
PIVOTS: dict[Style, float] = {"log": -0.2, "linear": 0.18, "video": 0.18}
NOUGHT: Four = (0.0, 0.0, 0.0, 0.0)
ONE: Four = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Primary:
    """The controls; those that a style does not know are left alone.

    ``log``: brightness, contrast, gamma, pivot. ``linear``: offset, exposure, contrast, pivot.
    ``video``: lift, gain, offset, gamma. All: saturation, bounds; the black and white pivots are
    those of gamma, lift and gain.
    """

    style: Style
    brightness: Four = NOUGHT
    contrast: Four = ONE
    gamma: Four = ONE
    offset: Four = NOUGHT
    exposure: Four = NOUGHT
    lift: Four = NOUGHT
    gain: Four = ONE
    pivot: Any = -0.2
    saturation: Any = 1.0
    clamp_black: Any = -INFINITY
    clamp_white: Any = INFINITY
    pivot_black: Any = 0.0
    pivot_white: Any = 1.0

    def neutral(self) -> Any:
        """Whether nothing is changed, wherever the pivots are."""
        bounds = equal(self.clamp_black, -INFINITY) & equal(self.clamp_white, INFINITY)
        rest = equal(self.saturation, 1.0) & bounds
        if self.style == "log":
            moved = all_equal(self.brightness, 0.0) & all_equal(self.contrast + self.gamma, 1.0)
        elif self.style == "linear":
            moved = all_equal(self.offset + self.exposure, 0.0) & all_equal(self.contrast, 1.0)
        else:
            moved = all_equal(self.offset + self.lift, 0.0) & all_equal(self.gain + self.gamma, 1.0)
        return moved & rest


def forward(x: Any, controls: Primary, exp2: Callable[[Any], Any]) -> Any:
    """Graded colour. ``exp2`` is that of numbers or that of expressions, as the controls are."""
    base, span = _anchor(controls, exp2)
    exponents = _exponents(controls)
    graded = []
    for channel, exponent, value in zip(range(3), exponents, channels(x), strict=True):
        slope, offset = _line(controls, channel, exp2)
        line = fma(value, slope, offset)
        if not _is_one(exponents):
            part = fma(value, slope / span, (offset - base) / span)
            # An exponent of 1 leaves no trace: a stop doubles to the bit.
            bent = fma(signed_power(part, exponent), span, base)
            line = choose(equal(exponent, 1.0), line, bent)
        graded.append(line)
    return _held(_saturated(rgb(*graded), controls.saturation), controls)


def inverse(y: Any, controls: Primary, exp2: Callable[[Any], Any]) -> Any:
    """What was graded to ``y``, within the bounds; a 0 that has no inverse counts as 1."""
    saturation = controls.saturation
    y = _saturated(_held(y, controls), 1.0 / choose(equal(saturation, 0.0), 1.0, saturation))
    base, span = _anchor(controls, exp2)
    exponents = _exponents(controls)
    before = []
    for channel, exponent, value in zip(range(3), exponents, channels(y), strict=True):
        slope, offset = _line_back(controls, channel, exp2)
        line = fma(value, slope, offset)
        if not _is_one(exponents):
            part = signed_power(fma(value, 1.0 / span, -base / span), 1.0 / exponent)
            bent = fma(part, span * slope, fma(base, slope, offset))
            line = choose(equal(exponent, 1.0), line, bent)
        before.append(line)
    return rgb(*before)


def _anchor(controls: Primary, exp2: Callable[[Any], Any]) -> tuple[Any, Any]:
    """The value that the power leaves alone, and how far above it is the other one."""
    if controls.style == "linear":
        return 0.0, 0.18 * exp2(controls.pivot)
    return controls.pivot_black, controls.pivot_white - controls.pivot_black


def _exponents(controls: Primary) -> list[Any]:
    if controls.style == "linear":
        *own, master = controls.contrast
        return [master * c for c in own]
    *own, master = controls.gamma
    return [1.0 / (master * g) for g in own]


def _is_one(exponents: list[Any]) -> bool:
    return all(isinstance(e, int | float) and e == 1.0 for e in exponents)


def _line(controls: Primary, channel: int, exp2: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Slope and offset of the line that comes before the power."""
    if controls.style == "log":
        raised, contrast, pivot = _log(controls, channel)
        return contrast, (raised - pivot) * contrast + pivot
    if controls.style == "linear":
        offset, exposure = _linear(controls, channel)
        rate = exp2(exposure)
        return rate, offset * rate
    offset, span, reach = _video(controls, channel)
    slope = span / choose(equal(reach, 0.0), 1.0, reach)
    black = controls.pivot_black
    return slope, (offset - black) * slope + black


def _line_back(controls: Primary, channel: int, exp2: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Slope and offset of its opposite."""
    if controls.style == "log":
        raised, contrast, pivot = _log(controls, channel)
        rate = 1.0 / choose(equal(contrast, 0.0), 1.0, contrast)
        return rate, pivot - raised - pivot * rate
    if controls.style == "linear":
        offset, exposure = _linear(controls, channel)
        return exp2(-exposure), -offset
    offset, span, reach = _video(controls, channel)
    rate = reach / span
    return rate, controls.pivot_black - offset - controls.pivot_black * rate


def _log(controls: Primary, channel: int) -> tuple[Any, Any, Any]:
    raised = (controls.brightness[3] + controls.brightness[channel]) * BRIGHTNESS_UNIT
    contrast = controls.contrast[3] * controls.contrast[channel]
    return raised, contrast, 0.5 + 0.5 * controls.pivot


def _linear(controls: Primary, channel: int) -> tuple[Any, Any]:
    offset = controls.offset[3] + controls.offset[channel]
    return offset, controls.exposure[3] + controls.exposure[channel]


def _video(controls: Primary, channel: int) -> tuple[Any, Any, Any]:
    """Offset with lift, from pivot to pivot, and the same before lift and gain."""
    lift = controls.lift[3] + controls.lift[channel]
    gain = controls.gain[3] * controls.gain[channel]
    offset = controls.offset[3] + controls.offset[channel] + lift
    black, white = controls.pivot_black, controls.pivot_white
    reach = white / choose(equal(gain, 0.0), 1.0, gain) + lift - black
    return offset, white - black, reach


def _saturated(x: Any, saturation: Any) -> Any:
    """``Y + saturation * (x - Y)``; at 1 Y is left out, so an infinity stays in its channel."""
    if isinstance(saturation, int | float) and saturation == 1.0:
        return x
    red, green, blue = channels(x)
    weights = [weight * (1.0 - saturation) for weight in REC709]
    grey = fma(blue, weights[2], fma(green, weights[1], red * weights[0]))
    return fma(x, saturation, choose(equal(saturation, 1.0), 0.0, grey))


def _held(x: Any, controls: Primary) -> Any:
    """Between the bounds; NaN stays NaN, an infinite constant bound costs nothing."""
    black, white = controls.clamp_black, controls.clamp_white
    if not (isinstance(black, float) and black == -INFINITY):
        x = maximum(black, x)
    return x if isinstance(white, float) and white == INFINITY else minimum(white, x)
