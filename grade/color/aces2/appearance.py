"""The color appearance model of a pixel: RGB to achromatic response, M and direction of the hue.

OpenColorIO carries lightness J and the hue angle through the transform. Here the achromatic
response R takes the place of J. J is ``(R / R_white) ** cz``, so a power of J by ``1 / cz``, which
the formulas often need, is a quotient of responses. Cosine and sine of the hue are ``a / M`` and
``b / M``; only the tables need the angle itself.

Source: CAM16 as ACES 2 modifies it; OpenColorIO ``ACES2/Transform.cpp`` RGB_to_Aab, Aab_to_RGB.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from grade.color.aces2.parameters import CONE_EXPONENT, CONE_OFFSET, RECEPTOR_LIMIT, Model
from grade.ir.expression import (
    absolute,
    channels,
    copysign,
    fma,
    matvec,
    maximum,
    minimum,
    power,
    rgb,
    select,
    sqrt,
)

# Excitations are clamped to this range before the power. What is below is black, and what is above
# is white, whatever follows. Inside it all powers take and give normal numbers.
DARKEST, BRIGHTEST = 2.0**-48, 2.0**100
SMALLEST_M = 2.0**-60
NAN = float("nan")
INFINITY = float("inf")


class Appearance(NamedTuple):
    """A color in the appearance model.

    Attributes
    ----------
    response
        Achromatic response, above 0; for white of 100 cd/m2 it is the response of its cones.
    m
        Colorfulness.
    cosine, sine
        The direction of the hue; both are 0 where M is.
    """

    response: Any
    m: Any
    cosine: Any
    sine: Any


def cone_response(light: Any) -> Any:
    """Compute the response, below 1, of a cone to a positive excitation."""
    raised = power(light, CONE_EXPONENT)
    return raised / (raised + CONE_OFFSET)


def cone_excitation(response: Any, darkest: float = DARKEST) -> Any:
    """Compute the excitation of a cone from its response.

    The response is limited to 0.99, the excitation kept above ``darkest``.
    """
    held = minimum(response, RECEPTOR_LIMIT)
    return power(maximum((held * CONE_OFFSET) / (1.0 - held), darkest), 1.0 / CONE_EXPONENT)


def from_rgb(model: Model, x: Any) -> tuple[Appearance, Any]:
    """Convert RGB to the appearance model, and say whether the RGB is finite.

    Colors without an achromatic response, such as those far below black, become black.
    """
    light = matvec(model.to_cones, x)
    finite = _finite(light)
    held = minimum(maximum(absolute(light), DARKEST), BRIGHTEST)
    response, a, b = channels(matvec(model.to_response, copysign(cone_response(held), light)))
    seen = response > 0.0
    m = select(seen, sqrt(fma(a, a, b * b)), 0.0)
    over = select(seen, 1.0 / maximum(m, SMALLEST_M), 0.0)
    return Appearance(maximum(response, _LEAST_RESPONSE), m, a * over, b * over), finite


def to_rgb(model: Model, achromatic: Any, unit: float, m: Any, hue: Any, finite: Any) -> Any:
    """Convert an achromatic response in this unit, M and a hue to RGB; NaN where not ``finite``."""
    cosine, sine = hue
    opponents = rgb(achromatic, m * cosine, m * sine)
    responses = matvec(model.from_scaled_response(unit), opponents)
    light = copysign(cone_excitation(absolute(responses), _LEAST_RATIO), responses)
    result = matvec(model.from_cones, light)
    return select(finite, result, NAN)


def _finite(x: Any) -> Any:
    r, g, b = (absolute(c) < INFINITY for c in channels(x))
    return r & g & b


# Less than the response of any color above DARKEST.
_LEAST_RESPONSE = 2.0**-28
_LEAST_RATIO = 2.0**-40
