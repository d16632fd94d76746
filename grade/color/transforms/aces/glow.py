"""The glow of the ACES 1 reference rendering: dark saturated colours are made brighter.

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
RADIUS = 1.75  # the weight of chroma in the luminance that the glow looks at
BRIGHTEST = 1e18  # of which no product here overflows; the glow ends long before


@dataclass(frozen=True)
class Glow(Step):
    """``y = x * (1 + gain * s * w)``.

    s rises with the saturation from 0 to 1, w falls with the luminance: 1 up to 2/3 of ``middle``,
    0 from twice ``middle``. NaN and most infinities make NaN of all channels.
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
            # Between the bounds the gain is the middle line; at each it is what holds beyond.
            held = _hold_between(fma(gain, self.middle / 1.5, self.middle / 1.5), luminance, self)
            top = gain * fma(held, -0.5, self.middle)
            return x * (1.0 + top / (held * fma(gain, 0.5, -1.0)))
        held = _hold_between(self.middle / 1.5, luminance, self)
        # One division does for two quotients.
        denominator = minimum(denominator, BRIGHTEST)
        over = 1.0 / (denominator * held)
        gain = self.gain * _sigmoid(numerator * (held * over))
        # Twice the middle or more comes out as a rounding away from 0, far below a bit of 1.
        return x * fma(gain, fma(denominator * over, self.middle, -0.5), 1.0)


def _luminance(red: Any, green: Any, blue: Any) -> Any:
    """The mean of the channels and, weighted, the chroma."""
    square = fma(red, red - blue, fma(green, green - red, blue * (blue - green)))
    chroma = sqrt(maximum(0.0, square))  # a rounding may take it below 0; NaN stays
    return fma(chroma, RADIUS / 3.0, (blue + green + red) * (1.0 / 3.0))


def _hold_between(low: Any, luminance: Any, glow: Glow) -> Any:
    """Held between two bounds, written so that NaN stays."""
    return minimum(2.0 * glow.middle, maximum(low, luminance))


def _sigmoid(saturation: Any) -> Any:
    """0 at 0, 1/2 at 0.4, 1 from 0.8; parabolas between. NaN gives 1."""
    v = minimum(fma(saturation, 2.5, -1.0), 1.0)
    return fma(v, fma(absolute(v), -0.5, 1.0), 0.5)


@reads(*CONSTANTS)
def read(transform: Any) -> Glow:
    """No parameters."""
    primitive = name_primitive(transform)
    return Glow(primitive, *CONSTANTS[primitive], is_inverse(transform))
