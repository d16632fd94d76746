"""The glow of the ACES 1 reference rendering: dark saturated colors become brighter.

Source: A.M.P.A.S. ACES 1 CTL (``glow_fwd``, ``glow_inv``, RRT 0.3 and 1.0), OpenColorIO
``FixedFunctionTransform`` ACES_GLOW_03 and ACES_GLOW_10; ops/fixedfunction/FixedFunctionOpCPU.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grade.color.formulas.aces1_saturation import saturation_parts
from grade.color.transforms.ocio_translation import is_inverse, name_primitive, reads
from grade.color.transforms.transform import Step
from grade.ir.expression import absolute, channels, fma, maximum, minimum, sqrt

CONSTANTS = {"FixedFunction ACES_GLOW_03": (0.075, 0.1), "FixedFunction ACES_GLOW_10": (0.05, 0.08)}
RADIUS = 1.75  # the weight of chroma in the luminance that the glow depends on
BRIGHTEST = 1e18  # no product of it overflows here, and the glow ends far below


@dataclass(frozen=True)
class Glow(Step):
    """``y = x * (1 + gain * s * w)``.

    s rises with the saturation from 0 to 1. w falls with the luminance: it is 1 up to 2/3 of
    ``middle`` and 0 from twice ``middle``. NaN and most infinities give NaN in all channels.
    """

    name: str  # type: ignore[misc]
    gain: float
    middle: float
    inverse: bool = False

    def __call__(self, x: Any) -> Any:
        red, green, blue = channels(x)
        luminance = _luminance(red, green, blue)
        numerator, denominator = saturation_parts(red, green, blue)
        if self.inverse:
            gain = self.gain * _sigmoid(numerator / denominator)
            # The gain is the middle line between the bounds, and constant beyond each.
            held = _hold_between(fma(gain, self.middle / 1.5, self.middle / 1.5), luminance, self)
            top = gain * fma(held, -0.5, self.middle)
            return x * (1.0 + top / (held * fma(gain, 0.5, -1.0)))
        held = _hold_between(self.middle / 1.5, luminance, self)
        # One division serves two quotients.
        denominator = minimum(denominator, BRIGHTEST)
        over = 1.0 / (denominator * held)
        gain = self.gain * _sigmoid(numerator * (held * over))
        # From twice the middle on w is 0 up to a rounding, far below a bit of 1.
        return x * fma(gain, fma(denominator * over, self.middle, -0.5), 1.0)


def _luminance(red: Any, green: Any, blue: Any) -> Any:
    """Compute the mean of the channels plus the weighted chroma."""
    square = fma(red, red - blue, fma(green, green - red, blue * (blue - green)))
    chroma = sqrt(maximum(0.0, square))  # a rounding may be below 0; NaN stays
    return fma(chroma, RADIUS / 3.0, (blue + green + red) * (1.0 / 3.0))


def _hold_between(low: Any, luminance: Any, glow: Glow) -> Any:
    """Clamp between two bounds, in an order of operands that keeps NaN."""
    return minimum(2.0 * glow.middle, maximum(low, luminance))


def _sigmoid(saturation: Any) -> Any:
    """Compute a curve of parabolas: 0 at 0, 1/2 at 0.4, 1 from 0.8 on. NaN gives 1."""
    v = minimum(fma(saturation, 2.5, -1.0), 1.0)
    return fma(v, fma(absolute(v), -0.5, 1.0), 0.5)


@reads(*CONSTANTS)
def read(transform: Any) -> Glow:
    """Read the direction; there are no parameters."""
    primitive = name_primitive(transform)
    return Glow(primitive, *CONSTANTS[primitive], is_inverse(transform))
