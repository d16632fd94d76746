"""OpenColorIO's GradingPrimary: a line, a power, saturation and two clamps.

Parameters are numbers in an OpenColorIO transform and expressions in the op. What does not depend
on the pixel is a constant of the kernel, or is computed once per frame.

Source: OpenColorIO ops/gradingprimary/GradingPrimary.cpp and GradingPrimaryOpCPU.cpp. Differs:
the power there is a polynomial of about 15 bits at every optimization level, and NaN becomes the
lower clamp, or -inf where there is none; here NaN stays NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from grade.color.formulas.parameter_math import all_equal, choose
from grade.ir.expression import channels, equal, fma, maximum, minimum, rgb, signed_power
from grade.science.luma import REC709

Style = Literal["log", "linear", "video"]
Four = tuple[Any, Any, Any, Any]
"""Red, green, blue, and the master for all three."""

INFINITY = float("inf")
BRIGHTNESS_UNIT = 6.25 / 1023.0
PIVOTS: dict[Style, float] = {"log": -0.2, "linear": 0.18, "video": 0.18}
ZERO: Four = (0.0, 0.0, 0.0, 0.0)
ONE: Four = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Primary:
    """The controls. Each style uses some of them and ignores the others.

    ``log``: brightness, contrast, gamma, pivot. ``linear``: offset, exposure, contrast, pivot.
    ``video``: lift, gain, offset, gamma. All styles: saturation and clamps. The black and white
    pivots belong to gamma, lift and gain.
    """

    style: Style
    brightness: Four = ZERO
    contrast: Four = ONE
    gamma: Four = ONE
    offset: Four = ZERO
    exposure: Four = ZERO
    lift: Four = ZERO
    gain: Four = ONE
    pivot: Any = -0.2
    saturation: Any = 1.0
    clamp_black: Any = -INFINITY
    clamp_white: Any = INFINITY
    pivot_black: Any = 0.0
    pivot_white: Any = 1.0

    def neutral(self) -> Any:
        """Whether the grade changes nothing, whatever the pivots are."""
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
    """Grade a color. ``exp2`` takes numbers or expressions, as the controls are."""
    base, span = _find_anchor(controls, exp2)
    exponents = _find_exponents(controls)
    graded = []
    for channel, exponent, value in zip(range(3), exponents, channels(x), strict=True):
        slope, offset = _find_line(controls, channel, exp2)
        line = fma(value, slope, offset)
        if not _is_one(exponents):
            part = fma(value, slope / span, (offset - base) / span)
            # An exponent of 1 must leave no rounding: one stop doubles exactly.
            bent = fma(signed_power(part, exponent), span, base)
            line = choose(equal(exponent, 1.0), line, bent)
        graded.append(line)
    return _clamp(_saturate(rgb(*graded), controls.saturation), controls)


def inverse(y: Any, controls: Primary, exp2: Callable[[Any], Any]) -> Any:
    """Find the color that is graded to ``y``, within the clamps.

    A control of 0 that has no inverse counts as 1.
    """
    saturation = controls.saturation
    y = _saturate(_clamp(y, controls), 1.0 / choose(equal(saturation, 0.0), 1.0, saturation))
    base, span = _find_anchor(controls, exp2)
    exponents = _find_exponents(controls)
    before = []
    for channel, exponent, value in zip(range(3), exponents, channels(y), strict=True):
        slope, offset = _invert_line(controls, channel, exp2)
        line = fma(value, slope, offset)
        if not _is_one(exponents):
            part = signed_power(fma(value, 1.0 / span, -base / span), 1.0 / exponent)
            bent = fma(part, span * slope, fma(base, slope, offset))
            line = choose(equal(exponent, 1.0), line, bent)
        before.append(line)
    return rgb(*before)


def _find_anchor(controls: Primary, exp2: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Find the two values that the power leaves unchanged: the lower, and how far the other is."""
    if controls.style == "linear":
        return 0.0, 0.18 * exp2(controls.pivot)
    return controls.pivot_black, controls.pivot_white - controls.pivot_black


def _find_exponents(controls: Primary) -> list[Any]:
    if controls.style == "linear":
        *own, master = controls.contrast
        return [master * c for c in own]
    *own, master = controls.gamma
    return [1.0 / (master * g) for g in own]


def _is_one(exponents: list[Any]) -> bool:
    return all(isinstance(e, int | float) and e == 1.0 for e in exponents)


def _find_line(controls: Primary, channel: int, exp2: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Find slope and offset of the line that is applied before the power."""
    if controls.style == "log":
        raised, contrast, pivot = _read_log(controls, channel)
        return contrast, (raised - pivot) * contrast + pivot
    if controls.style == "linear":
        offset, exposure = _read_linear(controls, channel)
        rate = exp2(exposure)
        return rate, offset * rate
    offset, span, reach = _read_video(controls, channel)
    slope = span / choose(equal(reach, 0.0), 1.0, reach)
    black = controls.pivot_black
    return slope, (offset - black) * slope + black


def _invert_line(controls: Primary, channel: int, exp2: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Find slope and offset of the inverse line."""
    if controls.style == "log":
        raised, contrast, pivot = _read_log(controls, channel)
        rate = 1.0 / choose(equal(contrast, 0.0), 1.0, contrast)
        return rate, pivot - raised - pivot * rate
    if controls.style == "linear":
        offset, exposure = _read_linear(controls, channel)
        return exp2(-exposure), -offset
    offset, span, reach = _read_video(controls, channel)
    rate = reach / span
    return rate, controls.pivot_black - offset - controls.pivot_black * rate


def _read_log(controls: Primary, channel: int) -> tuple[Any, Any, Any]:
    raised = (controls.brightness[3] + controls.brightness[channel]) * BRIGHTNESS_UNIT
    contrast = controls.contrast[3] * controls.contrast[channel]
    return raised, contrast, 0.5 + 0.5 * controls.pivot


def _read_linear(controls: Primary, channel: int) -> tuple[Any, Any]:
    offset = controls.offset[3] + controls.offset[channel]
    return offset, controls.exposure[3] + controls.exposure[channel]


def _read_video(controls: Primary, channel: int) -> tuple[Any, Any, Any]:
    """Read the offset with lift, the distance of the pivots, and that before lift and gain."""
    lift = controls.lift[3] + controls.lift[channel]
    gain = controls.gain[3] * controls.gain[channel]
    offset = controls.offset[3] + controls.offset[channel] + lift
    black, white = controls.pivot_black, controls.pivot_white
    reach = white / choose(equal(gain, 0.0), 1.0, gain) + lift - black
    return offset, white - black, reach


def _saturate(x: Any, saturation: Any) -> Any:
    """Apply ``Y + saturation * (x - Y)``.

    A saturation of 1 leaves Y out, so that an infinity stays in its channel.
    """
    if isinstance(saturation, int | float) and saturation == 1.0:
        return x
    red, green, blue = channels(x)
    weights = [weight * (1.0 - saturation) for weight in REC709]
    grey = fma(blue, weights[2], fma(green, weights[1], red * weights[0]))
    return fma(x, saturation, choose(equal(saturation, 1.0), 0.0, grey))


def _clamp(x: Any, controls: Primary) -> Any:
    """Clamp to the bounds. NaN stays NaN; a constant infinite bound costs nothing."""
    black, white = controls.clamp_black, controls.clamp_white
    if not (isinstance(black, float) and black == -INFINITY):
        x = maximum(black, x)
    return x if isinstance(white, float) and white == INFINITY else minimum(white, x)
